import type * as z from "zod";
import { ARGUMENT_TEXTS } from "./argument-texts.generated";

type Texts = typeof ARGUMENT_TEXTS;

/** The same shape, with each argument described by its doc comment: for editors, and for the schema of components. */
export function described<Name extends keyof Texts, Shape extends { [Key in keyof Texts[Name]]?: z.ZodType }>(
    name: Name,
    shape: Shape,
): Shape {
    const texts: Readonly<Record<string, string>> = ARGUMENT_TEXTS[name];
    const entries = Object.entries<z.ZodType>(shape as Record<string, z.ZodType>);
    return Object.fromEntries(entries.map(([key, type]) => [key, type.describe(texts[key]!)])) as Shape;
}

/** A schema for each argument: the compiler finds one that is missing, one too many, and one of another type. */
export type ShapeOf<Args> = { [Key in keyof Required<Args>]: z.ZodType<Args[Key]> };
