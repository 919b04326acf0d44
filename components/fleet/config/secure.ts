import { isMap } from "../../../core/values";

/** Stands in for a value that is encrypted in a stack's file: nothing is said of it, and it is never shown. */
export const ENCRYPTED: unique symbol = Symbol("encrypted");

/** True for `{ secure: v1:… }`, as Pulumi writes an encrypted value. */
export function isEncrypted(value: unknown): boolean {
    return isMap(value) && Object.keys(value).length === 1 && typeof value.secure === "string";
}

/** A value of a stack's file, in which `ENCRYPTED` stands for what is encrypted. */
export function withPlaceholders(value: unknown): unknown {
    if (isEncrypted(value)) return ENCRYPTED;
    if (Array.isArray(value)) return value.map(withPlaceholders);
    if (!isMap(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withPlaceholders(item)]));
}
