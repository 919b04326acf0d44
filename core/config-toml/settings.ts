import { isMap } from "../values";
import { isKnownTable } from "./check-values";
import { type KeySpec, mergeExtra, type TableSpec, tableSpec } from "./key-table";
import { hiddenText, shownText } from "./secret-leaves";

/** What a `config.toml` says, without its secrets: what previews compare and the state keeps. */
export interface Settings {
    /** The keys above the first `[[runners]]` table. */
    global: unknown;
    /** The `[[runners]]` tables by name. */
    workers: Record<string, unknown>;
}

/** Looks at a value before its parts are; what it returns stands in the value's place, unless it is undefined. */
export type Replace = (value: unknown, key: string, spec: KeySpec | undefined) => unknown;

/** What GitLab hands out, which a preview cannot know and a reader learns nothing from; and the name, by which a table is found. */
const ISSUED = new Set(["name", "token", "id", "token_obtained_at", "token_expires_at"]);

/** A table as others may read it. `replace` has the first word about each value. */
export function shownTable(
    table: unknown,
    kind: "GlobalTable" | "WorkerTable",
    replace: Replace = () => undefined,
): unknown {
    return shown(table, "", { base: "table", shape: "one", table: kind }, replace);
}

/** A value in which every text is a secret. */
export function hidden(value: unknown, key: string): unknown {
    if (Array.isArray(value)) return value.map((item) => hidden(item, key));
    if (isMap(value) && !(value instanceof Date)) {
        return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, hidden(item, name)]));
    }
    return value === undefined || value === null ? undefined : hiddenText(String(value), key);
}

/** One value as others may read it. */
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
    // In the file, these keys stand where they belong.
    if (isTop && isKnownTable(extra)) return mergeExtra(table, extra, keys);
    return Object.fromEntries(entries);
}
