import type * as z from "zod";

/** A schema for each argument: the compiler finds one that is missing, one too many, and one of another type. */
export type ShapeOf<Args> = { [Key in keyof Required<Args>]: z.ZodType<Args[Key]> };
