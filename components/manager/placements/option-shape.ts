import * as z from "zod";
import type { ARGUMENT_TEXTS } from "../../common/argument-texts.generated";
import { describedMap } from "../../common/described";
import { type Check, membersOf } from "./option-checks";

/** Options in a stack's configuration, each described by its doc comment in the interface that has this name there. */
export function optionShape(
    name: keyof typeof ARGUMENT_TEXTS,
    checks: Readonly<Record<string, Check>>,
    needed: readonly string[] = [],
): z.ZodObject {
    const below = (key: string) => `${name}.${key}` as typeof name;
    return describedMap(
        name,
        membersOf(checks, needed, (key) => ({ z, map: (inner) => describedMap(below(key), inner) })),
    );
}

/** A placement whose options stand below its key, and some beside it. */
export function placementShape(key: string, options: z.ZodType, beside: z.ZodObject = z.object()): z.ZodObject {
    return z.strictObject({ [key]: options, ...beside.shape });
}
