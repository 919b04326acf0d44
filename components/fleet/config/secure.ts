import { ENCRYPTED, isMap, mapParts } from "../../../core/values";

/** True for `{ secure: v1:… }`, as Pulumi writes an encrypted value. */
export function isEncrypted(value: unknown): boolean {
    return isMap(value) && Object.keys(value).length === 1 && typeof value.secure === "string";
}

/** A value of a stack's file, in which `ENCRYPTED` stands for what is encrypted. */
export function withPlaceholders(value: unknown): unknown {
    return isEncrypted(value) ? ENCRYPTED : mapParts(value, withPlaceholders);
}

/**
 * The texts in a stack's configuration that were encrypted. Pulumi says of whole keys alone that they hold a secret. Which
 * part of one it is stands in the stack's file; a text that is not there as it is (another file was used, or an
 * environment) counts as secret, because nobody can tell.
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
