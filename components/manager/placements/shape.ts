import * as z from "zod";
import type { Option } from "./options";

/** The shape of a map with these options, for a stack's configuration and its editors. */
export function toShape<K extends string>(
    options: Readonly<Record<K, Option>>,
    types: Readonly<Record<K, z.ZodType>>,
): z.ZodObject {
    const entries = Object.entries<Option>(options).map(([key, option]) => {
        const type = types[key as K];
        if (option.default === undefined) return [key, type.describe(option.meaning)];
        return [key, type.optional().describe(`${option.meaning} Default: ${option.default}.`)];
    });
    return z.strictObject(Object.fromEntries(entries));
}
