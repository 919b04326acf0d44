import { isMap } from "../values";
import { isKnownTable } from "./check-values";
import { type KeySpec, mergeExtra, type TableSpec, tableSpec } from "./key-table";
import { hiddenText, shownText } from "./secret-leaves";

/** The contents of a `config.toml` without its secrets: what previews compare and the state keeps. */
export interface Settings {
    /** The keys above the first `[[runners]]` table. */
    global: unknown;
    /** The `[[runners]]` tables by name. */
    workers: Record<string, unknown>;
}

/** Called with a value before its parts; a result other than undefined replaces the value. */
export type Replace = (value: unknown, key: string, spec: KeySpec | undefined) => unknown;

/**
 * Keys that GitLab sets, which a preview cannot know and which tell a reader nothing; and the name, which already
 * identifies the table.
 */
const ISSUED = new Set(["name", "token", "id", "token_obtained_at", "token_expires_at"]);

/** A table without its secrets. `replace` decides first about each value. */
export function shownTable(
    table: unknown,
    kind: "GlobalTable" | "WorkerTable",
    replace: Replace = () => undefined,
): unknown {
    return shown(table, "", { base: "table", shape: "one", table: kind }, replace);
}

/** A value with every text hidden as a secret. */
export function hidden(value: unknown, key: string): unknown {
    if (Array.isArray(value)) return value.map((item) => hidden(item, key));
    if (isMap(value) && !(value instanceof Date)) {
        return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, hidden(item, name)]));
    }
    return value === undefined || value === null ? undefined : hiddenText(String(value), key);
}

/** One value without its secrets. */
export function shown(value: unknown, key: string, spec: KeySpec | undefined, replace: Replace): unknown {
    const replaced = replace(value, key, spec);
    if (replaced !== undefined) return replaced;
    if (value === undefined || value === null) return undefined;
    if (Array.isArray(value)) return value.map((item) => shown(item, key, spec, replace));
    if (value instanceof Date) return value.toISOString();
    if (typeof value === "bigint") return String(value);
    if (typeof value === "string") return shownText(value, key, spec);
    if (isMap(value)) return shownMap(value, spec, replace);
    return spec?.secret ? hidden(value, key) : value;
}

function shownMap(map: Record<string, unknown>, spec: KeySpec | undefined, replace: Replace): Record<string, unknown> {
    const keys: TableSpec = spec?.table === undefined ? new Map() : tableSpec(spec.table);
    const isTop = spec?.table === "GlobalTable" || spec?.table === "WorkerTable";
    const entries = Object.entries(map)
        .filter(([name]) => !(isTop && ISSUED.has(name)))
        .map(([name, item]) => [name, shown(item, name, keys.get(name), replace)] as const)
        .filter(([, item]) => item !== undefined);
    const { extra, ...table } = Object.fromEntries(entries);
    // In the file, the keys below `extra` are in the tables that they belong to.
    if (isTop && isKnownTable(extra)) return mergeExtra(table, extra, keys);
    return Object.fromEntries(entries);
}
