import { tableSpec } from "../../core/config-toml/key-table";
import { SECRET_NAME } from "../../core/config-toml/secret-leaves";
import { isMap, looksLikeToken, memberOf } from "../../core/values";

/** A table without its secrets, and where they stood. */
export interface Cleaned {
    table: Record<string, unknown>;
    /** Paths of what was taken out: `cache.s3.SecretKey`. */
    removed: string[];
}

/** Takes secrets out of a `[[runners]]` table or the top of a config.toml: a stack's configuration is a file in git. */
export function withoutSecrets(table: Record<string, unknown>, kind: "GlobalTable" | "WorkerTable"): Cleaned {
    const removed: string[] = [];
    return { table: cleanTable(table, kind, "", removed), removed };
}

function cleanTable(
    table: Record<string, unknown>,
    kind: string | undefined,
    path: string,
    removed: string[],
): Record<string, unknown> {
    const spec = kind === undefined ? undefined : tableSpec(kind);
    const kept: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(table)) {
        const at = memberOf(path, key);
        const known = spec?.get(key);
        if (known?.secret && !Array.isArray(value)) {
            removed.push(at);
            continue;
        }
        const cleaned = cleanValue(value, known?.table, at, removed);
        if (cleaned !== undefined) kept[key] = cleaned;
    }
    return kept;
}

function cleanValue(value: unknown, kind: string | undefined, path: string, removed: string[]): unknown {
    if (Array.isArray(value)) {
        const kept = value
            .map((item, index) => cleanValue(item, kind, memberOf(path, index), removed))
            .filter((item) => item !== undefined);
        return kept.length === 0 && value.length > 0 ? undefined : kept;
    }
    if (isMap(value)) return cleanTable(value, kind, path, removed);
    if (typeof value !== "string") return value;
    // `environment` holds NAME=value, and so may unknown keys.
    const [, name] = /^([A-Za-z_]\w*)=/.exec(value) ?? [];
    if (looksLikeToken(value) || (name !== undefined && SECRET_NAME.test(name))) {
        removed.push(name === undefined ? path : `${path} (${name})`);
        return undefined;
    }
    return value;
}
