import { ENCRYPTED, isMap, mapParts } from "../../../core/values";

/** Whether a value is `{ secure: v1:… }`, which is how Pulumi writes an encrypted value. */
export function isEncrypted(value: unknown): boolean {
    return isMap(value) && Object.keys(value).length === 1 && typeof value.secure === "string";
}

/** A value of a stack's file, with `ENCRYPTED` in place of encrypted values. */
export function withPlaceholders(value: unknown): unknown {
    return isEncrypted(value) ? ENCRYPTED : mapParts(value, withPlaceholders);
}

/**
 * The texts in a stack's configuration that were encrypted. Pulumi only says which whole keys contain a secret; the
 * stack's file shows which part it is. A text that is not in the file as it is (because another file or an environment
 * was used) counts as secret.
 */
export function findEncrypted(
    values: Record<string, unknown>,
    secretKeys: readonly string[],
    file: () => Record<string, unknown> | undefined,
): Set<string> {
    const found = new Set<string>();
    for (const key of secretKeys) {
        if (key in values) collect(values[key], file()?.[key], found);
    }
    return found;
}

function collect(value: unknown, written: unknown, found: Set<string>): void {
    if (Array.isArray(value)) {
        for (const [index, item] of value.entries()) collect(item, (written as unknown[] | undefined)?.[index], found);
    } else if (isMap(value)) {
        for (const [key, item] of Object.entries(value))
            collect(item, isMap(written) ? written[key] : undefined, found);
    } else if (typeof value === "string" && value !== written) {
        found.add(value);
    }
}
