import * as z from "zod";
import { ARGUMENT_TEXTS } from "./argument-texts.generated";

/** A map whose members are described by the doc comments of the interface that has this name there: for editors, and for other languages. */
export function describedMap<Members extends Record<string, z.ZodType>>(
    name: keyof typeof ARGUMENT_TEXTS,
    members: Members,
): z.ZodObject<Members> {
    const texts: Readonly<Record<string, string>> = ARGUMENT_TEXTS[name];
    const entries = Object.entries(members).map(([key, type]) => [key, type.describe(texts[key]!)]);
    return z.strictObject(Object.fromEntries(entries) as Members);
}
