import { toGoDuration } from "../durations";
import { keptFor } from "../kept-for";
import { isMap, notFinite } from "../values";
import { type KeySpec, mergeExtra, type TableSpec, tableSpec } from "./key-table";
import type { ManagerConfig, WorkerEntry } from "./types";

const HEADER = "# Written by gitlab-fleet, which overwrites changes made here.\n";
// The keys that come first in GitLab's documentation come first here.
const GLOBAL_HEAD = ["concurrent"];
const WORKER_HEAD = ["name", "url", "id", "token", "executor"];
const ANYTHING: KeySpec = { base: "any", shape: "one" };
const NO_KEYS: TableSpec = new Map();

/**
 * Returns the text of a `config.toml`. The same input gives the same bytes, whatever the order of its maps. The
 * configuration must have been checked: nothing is validated here.
 */
export function renderConfigToml(config: ManagerConfig): string {
    const { extra, ...global } = config.global;
    const lines: string[] = [HEADER];
    const top = mergeExtra(global, extra, tableSpec("GlobalTable"));
    writeEntries(lines, [], entriesOf(top, headFirst("GlobalTable", GLOBAL_HEAD)), "");
    const workerSpec = headFirst("WorkerTable", WORKER_HEAD);
    const workers = config.workers.map((worker) => {
        const own = ["\n[[runners]]\n"];
        writeEntries(own, ["runners"], entriesOf(workerTable(worker), workerSpec), "  ");
        return own.join("");
    });
    return lines.join("") + workers.join("");
}

function workerTable(worker: WorkerEntry): Record<string, unknown> {
    const { extra, ...config } = worker.config;
    const table = {
        name: worker.name,
        url: worker.url,
        id: worker.id,
        ...config,
        token: worker.token,
        ...(worker.expiry && {
            token_obtained_at: new Date(worker.expiry.obtainedAt),
            token_expires_at: new Date(worker.expiry.expiresAt),
        }),
    };
    return mergeExtra(table, extra, tableSpec("WorkerTable"));
}

function headFirst(table: string, head: readonly string[]): TableSpec {
    const spec = tableSpec(table);
    return new Map([...head.map((key) => [key, spec.get(key)!] as const), ...spec]);
}

type Entry = [key: string, value: unknown, spec: KeySpec];

/** Keys in the order of the struct, then the rest by name: maps have no order of their own. */
function entriesOf(table: Record<string, unknown>, spec: TableSpec, other: KeySpec = ANYTHING): Entry[] {
    const ranks = ranksOf(spec);
    return Object.keys(table)
        .filter((key) => table[key] !== undefined && table[key] !== null)
        .sort((a, b) => (ranks.get(a) ?? UNRANKED) - (ranks.get(b) ?? UNRANKED) || (a < b ? -1 : 1))
        .map((key) => [key, table[key], spec.get(key) ?? other]);
}

const UNRANKED = 1e6;

// Sorting the few keys that are present is faster than looking up each of a hundred possible ones.
const ranksOf = keptFor((spec: TableSpec) => new Map([...spec.keys()].map((key, index) => [key, index])));

/** Plain keys first, then tables: in TOML, a key after a table's header would belong to that table. */
function writeEntries(lines: string[], path: readonly string[], entries: readonly Entry[], indent: string): void {
    for (const [key, value, spec] of entries) {
        if (!opensTable(value, spec)) lines.push(`${indent}${tomlKey(key)} = ${tomlValue(value, spec, indent)}\n`);
    }
    for (const [key, value, spec] of entries) {
        if (opensTable(value, spec)) writeTables(lines, [...path, key], value, spec, indent);
    }
}

function writeTables(lines: string[], path: readonly string[], value: unknown, spec: KeySpec, indent: string): void {
    const below = spec.table === undefined ? NO_KEYS : tableSpec(spec.table);
    for (const table of (Array.isArray(value) ? value : [value]) as Record<string, unknown>[]) {
        const entries = entriesOf(table, below, spec.table === undefined ? valueSpec(spec) : ANYTHING);
        const hasPlainKeys = entries.some(([, item, itemSpec]) => !opensTable(item, itemSpec));
        // A header is redundant if only further headers follow it.
        const isSilent = !Array.isArray(value) && !hasPlainKeys && entries.length > 0;
        if (!isSilent)
            lines.push(`\n${indent}${Array.isArray(value) ? `[[${tomlPath(path)}]]` : `[${tomlPath(path)}]`}\n`);
        writeEntries(lines, path, entries, isSilent ? indent : `${indent}  `);
    }
}

/** The type of a map's values. */
function valueSpec(spec: KeySpec): KeySpec {
    return { base: spec.base, shape: spec.shape === "map of lists" ? "list" : "one" };
}

function opensTable(value: unknown, spec: KeySpec): boolean {
    if (Array.isArray(value)) return spec.table !== undefined && value.length > 0 && value.every(isMap);
    return isMap(value);
}

function tomlValue(value: unknown, spec: KeySpec, indent: string): string {
    if (Array.isArray(value)) {
        return tomlList(
            value.map((item) => tomlValue(item, spec, `${indent}  `)),
            indent,
        );
    }
    if (typeof value === "string") return tomlString(spec.base === "duration" ? toGoDuration(value) : value);
    if (typeof value === "number" && (spec.base === "float" || !Number.isSafeInteger(value))) return tomlFloat(value);
    if (value instanceof Date) return value.toISOString();
    if (isMap(value)) return inlineTable(value);
    return String(value);
}

/** Tables inside free-form lists: TOML wants them on one line. */
function inlineTable(table: Record<string, unknown>): string {
    const pairs = entriesOf(table, NO_KEYS).map(([key, value]) => `${tomlKey(key)} = ${inlineValue(value)}`);
    return pairs.length === 0 ? "{}" : `{ ${pairs.join(", ")} }`;
}

function inlineValue(value: unknown): string {
    if (typeof value === "string") return basicString(value);
    if (Array.isArray(value)) return `[${value.map(inlineValue).join(", ")}]`;
    return tomlValue(value, ANYTHING, "");
}

const BARE_KEY = /^[A-Za-z0-9_-]+$/;
// TOML forbids raw control characters except tabs and, in a block, newlines.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/;
const LONGEST_LINE = 120;

/** A key, quoted only if TOML requires it. */
function tomlKey(key: string): string {
    return BARE_KEY.test(key) ? key : basicString(key);
}

function tomlPath(path: readonly string[]): string {
    return path.map(tomlKey).join(".");
}

/** A string: several lines as a block, backslashes and quotes in single quotes, everything else in double quotes. */
function tomlString(text: string): string {
    const isBlock = text.includes("\n");
    const readsRaw = !text.includes(isBlock ? "'''" : "'") && !text.endsWith("'") && !CONTROL.test(text);
    if (!isBlock) return readsRaw && /["\\]/.test(text) ? `'${text}'` : basicString(text);
    // TOML drops the newline after the opening quotes.
    return readsRaw ? `'''\n${text}'''` : `"""\n${text.split("\n").map(escaped).join("\n")}"""`;
}

/** A string on one line, whatever it holds. */
function basicString(text: string): string {
    return `"${escaped(text)}"`;
}

/** JSON escapes what TOML escapes, except one control character. */
function escaped(text: string): string {
    return JSON.stringify(text).slice(1, -1).replaceAll("\u007f", "\\u007F");
}

/** A number with a fraction; a whole number gets `.0`, so that it stays a float. */
function tomlFloat(value: number): string {
    const text = Object.is(value, -0) ? "-0" : String(value);
    return notFinite(value) ?? (/[.e]/.test(text) ? text : `${text}.0`);
}

/** A list: on one line if it fits, otherwise one item per line. */
function tomlList(items: readonly string[], indent: string): string {
    const line = `[${items.join(", ")}]`;
    if (items.length < 2 || (line.length + indent.length <= LONGEST_LINE && !line.includes("\n"))) return line;
    return `[\n${items.map((item) => `${indent}  ${item},\n`).join("")}${indent}]`;
}
