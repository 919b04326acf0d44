import { isMap } from "../values";

/** What gitlab-runner's structs say about one key. */
export interface KeySpec {
    /** `string`, `bool`, `int`, `int32`, `float`, `duration`, `time`, `any` or `table`. */
    base: string;
    /** How values are arranged. */
    shape: "one" | "list" | "map" | "map of lists" | "one or list";
    /** The table that the key opens, if base is `table`. */
    table?: string;
    enum?: readonly string[];
    ignoreCase?: boolean;
    /** Smallest number; nanoseconds for a duration. */
    min?: number;
    minLength?: number;
    /** Must never be shown. */
    secret?: boolean;
    /** gitlab-runner's schema refuses the key's table without it. */
    required?: boolean;
    /** The fleeting plugin finds no scaling group without it. */
    needed?: boolean;
    /** The contents depend on the fleeting plugin that the same table names. */
    byPlugin?: boolean;
}

/** A table's keys, in the order of the Go struct, in which they are also rendered. */
export type TableSpec = ReadonlyMap<string, KeySpec>;

/** keys.generated.json as it is stored. */
interface StoredKeys {
    version: string;
    executors: string[];
    featureFlags: Record<string, boolean>;
    plugins: Record<string, string>;
    tables: Record<string, Record<string, string | (Omit<KeySpec, "base" | "shape" | "table"> & { type: string })>>;
}

let stored: StoredKeys | undefined;
const tables = new Map<string, TableSpec>();

/** The generated table. Read on first use, so that importing the components is cheap. */
function load(): StoredKeys {
    stored ??= require("./keys.generated.json") as StoredKeys;
    return stored;
}

/** Version of gitlab-runner whose keys are known, such as `19.4.0`. */
export function runnerVersion(): string {
    return load().version;
}

export function executorNames(): readonly string[] {
    return load().executors;
}

/** The feature flags gitlab-runner knows, with their defaults. */
export function featureFlags(): Readonly<Record<string, boolean>> {
    return load().featureFlags;
}

/** The fleeting plugins that GitLab maintains, with the name of the table that each reads. */
export function pluginTables(): Readonly<Record<string, string>> {
    return load().plugins;
}

/** Names of all tables, the top of the file first. */
export function tableNames(): string[] {
    return Object.keys(load().tables);
}

/** The keys of one table. Throws for a name that no table refers to. */
export function tableSpec(name: string): TableSpec {
    let spec = tables.get(name);
    if (spec === undefined) {
        const keys = load().tables[name];
        if (keys === undefined) throw new Error(`keys.generated.json has no table ${name}`);
        spec = new Map(Object.entries(keys).map(([key, value]) => [key, readSpec(value)]));
        tables.set(name, spec);
    }
    return spec;
}

function readSpec(value: StoredKeys["tables"][string][string]): KeySpec {
    if (typeof value === "string") return readType(value);
    const { type, ...rules } = value;
    return { ...readType(type), ...rules };
}

const SUFFIXES = [
    ["[]{}", "map of lists"],
    ["{}", "map"],
    ["[]", "list"],
] as const;

function readType(type: string): KeySpec {
    if (type === "string|string[]") return { base: "string", shape: "one or list" };
    for (const [suffix, shape] of SUFFIXES) {
        if (type.endsWith(suffix)) return { ...readType(type.slice(0, -suffix.length)), shape };
    }
    if (type.startsWith("@")) return { base: "table", shape: "one", table: type.slice(1) };
    return { base: type, shape: "one" };
}

/**
 * A table with its `extra` keys merged in: tables into tables, and lists of tables item by item, so that
 * `extra: { docker: { services: [{}, { new_key: 1 }] } }` reaches the second service.
 */
export function mergeExtra(table: Record<string, unknown>, extra: unknown, spec: TableSpec): Record<string, unknown> {
    if (!isMap(extra)) return table;
    const merged = new Map(Object.entries(table));
    for (const [key, value] of Object.entries(extra)) {
        const known = spec.get(key);
        const below = known?.table === undefined ? new Map() : tableSpec(known.table);
        const present = merged.get(key);
        if (known?.shape === "list" && Array.isArray(present) && Array.isArray(value)) {
            const length = Math.max(present.length, value.length);
            merged.set(
                key,
                Array.from({ length }, (_, index) => mergeValue(present[index], value[index], below)),
            );
        } else {
            merged.set(key, mergeValue(present, value, below));
        }
    }
    return Object.fromEntries(merged);
}

function mergeValue(present: unknown, extra: unknown, spec: TableSpec): unknown {
    if (extra === undefined) return present;
    return isMap(present) && isMap(extra) ? mergeExtra(present, extra, spec) : extra;
}
