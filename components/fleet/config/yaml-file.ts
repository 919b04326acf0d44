import { isUtf8 } from "node:buffer";
import { readFileSync, statSync } from "node:fs";
import type { Document, LineCounter, Pair, YAMLParseError } from "yaml";
import { isMap, show } from "../../../core/values";

/** A YAML file whose top is a map. */
export interface YamlFile {
    value: Record<string, unknown>;
    /** Line of a value, counted from 1; if the value is not there, the line of the nearest value around it. */
    lineOf(keys: readonly (string | number)[]): number | undefined;
}

/** Why a file could not be read, as the end of a sentence that begins with its name; `line` if known. */
export interface Unreadable {
    reason: string;
    missing?: boolean;
    line?: number;
}

/** No stack configuration written by hand is larger. */
export const LARGEST_STACK_FILE = 8 * 1024 * 1024;

// In a large fleet every runner may merge the same map, but a few aliases of aliases can expand to billions.
const MOST_NODES = 1_000_000;
/** Additional cost of an alias: the parser searches all others for it. */
const LOOK_UP = 50;

/** Reads a YAML file of at most `largest` bytes. */
export function readYamlFile(file: string, largest: number): YamlFile | Unreadable {
    try {
        const stat = statSync(file);
        // Reading a pipe would never end.
        if (!stat.isFile()) return { reason: "is not a file" };
        if (stat.size > largest) return { reason: `is too large, ${stat.size} bytes (at most ${largest} are read)` };
        const bytes = readFileSync(file);
        if (!isUtf8(bytes)) return { reason: "is not UTF-8: save it as that" };
        return parseYamlFile(bytes.toString(), { merge: true });
    } catch (failure) {
        const { code = "" } = failure as NodeJS.ErrnoException;
        return { reason: code === "ENOENT" ? "is not there" : `cannot be read (${code})`, missing: code === "ENOENT" };
    }
}

/**
 * Parses a YAML text. With `merge`, as when Pulumi reads its files, `<<` brings in the keys of other maps. Without it,
 * `<<` is an ordinary key, for callers who must not depend on how another parser understands it.
 */
export function parseYamlFile(text: string, { merge = false } = {}): YamlFile | Unreadable {
    // Loaded only if needed: an `up` of a stack without shared files reads no YAML itself.
    const yaml = require("yaml") as typeof import("yaml");
    const lines = new yaml.LineCounter();
    // A silent log level would not report a second document either.
    const options = { lineCounter: lines, prettyErrors: false, logLevel: "error", merge } as const;
    const document = yaml.parseDocument(text, options);
    const [wrong] = document.errors;
    if (wrong !== undefined) {
        const words = describe(wrong, text, document.errors);
        return { reason: `is not YAML (${words})`, line: lines.linePos(wrong.pos[0]).line };
    }
    let value: unknown;
    try {
        if (sizeOf(yaml, document.contents) > MOST_NODES)
            return { reason: `has more than ${MOST_NODES} values with every *alias written out: use fewer of them` };
        // An alias without its anchor fails only here.
        value = document.toJS({ maxAliasCount: -1 }) ?? {};
    } catch (failure) {
        return { reason: `is not YAML (${firstLine((failure as Error).message)})` };
    }
    if (!isMap(value)) return { reason: "must be a map, with config: at its top", line: 1 };
    return { value, lineOf: (keys) => lineOf(yaml, document, lines, keys) };
}

/** Number of keys and values once each alias is expanded; infinite if one contains itself. */
function sizeOf(yaml: typeof import("yaml"), node: unknown, anchors = new Map<string, number>()): number {
    if (yaml.isAlias(node)) return LOOK_UP + (anchors.get(node.source) ?? 1);
    if (yaml.isPair(node)) return sizeOf(yaml, node.key, anchors) + sizeOf(yaml, node.value, anchors);
    if (!yaml.isNode(node)) return 1;
    if (node.anchor !== undefined) anchors.set(node.anchor, Number.POSITIVE_INFINITY);
    let size = 1;
    if (yaml.isCollection(node)) for (const item of node.items) size += sizeOf(yaml, item, anchors);
    if (node.anchor !== undefined) anchors.set(node.anchor, size);
    return size;
}

/** Describes an error, with what to do if the parser's own message does not say it. */
function describe({ code, message, pos }: YAMLParseError, text: string, all: readonly YAMLParseError[]): string {
    if (code === "DUPLICATE_KEY") {
        const [, quoted, plain = ""] = /^(?:["']([^"'\n]*)["']|(.+?)\s*:(?:\s|$))/m.exec(text.slice(pos[0])) ?? [];
        return `${show(quoted ?? plain)} stands there twice in one map: rename or remove one of them`;
    }
    if (message.startsWith("All mapping items"))
        return "a key that begins left of those that it belongs to: line them up";
    if (code === "MULTIPLE_DOCS") return "a second document, which Pulumi does not read, begins here: make one of both";
    if (all.some((one) => one.code === "MULTILINE_IMPLICIT_KEY" && one.pos[0] === pos[0]))
        return "it does not fit the next line: line both up, or write what is missing, a colon and a space";
    if (code === "BLOCK_AS_IMPLICIT_KEY") return "a text with a colon and a space in it: put it in quotes";
    if (message.startsWith("Flow")) return `a ${message.at(-1)} is missing above`;
    if (code === "TAB_AS_INDENT") return "tabs do not count as indentation: use spaces";
    return firstLine(message);
}

function firstLine(text: string): string {
    return text.split("\n", 1)[0]!.replace(/[.:]$/, "");
}

function lineOf(
    yaml: typeof import("yaml"),
    document: Document.Parsed,
    lines: LineCounter,
    keys: readonly (string | number)[],
): number | undefined {
    let node: unknown = document.contents;
    let start: number | undefined;
    for (const key of keys) {
        const [named, value] = memberAt(yaml, document, node, key);
        start = startOf(named) ?? start;
        node = value;
    }
    return start === undefined ? undefined : lines.linePos(start).line;
}

/** The place where a member of a map or list begins (its key, if it has one), and its value. */
function memberAt(yaml: typeof import("yaml"), document: Document.Parsed, node: unknown, key: string | number) {
    const parent = yaml.isAlias(node) ? node.resolve(document) : node;
    if (yaml.isSeq(parent)) return [parent.items[Number(key)], parent.items[Number(key)]];
    const pair = yaml.isMap(parent) ? pairOf(yaml, document, parent, String(key)) : undefined;
    return [pair?.key, pair?.value];
}

/** The pair of a key in a map, or else in the maps that are merged into it. */
function pairOf(yaml: typeof import("yaml"), document: Document.Parsed, node: unknown, key: string): Pair | undefined {
    const map = yaml.isAlias(node) ? node.resolve(document) : node;
    if (yaml.isSeq(map)) return map.items.map((item) => pairOf(yaml, document, item, key)).find(Boolean);
    if (!yaml.isMap(map)) return undefined;
    const direct = map.items.find((pair) => yaml.isScalar(pair.key) && String(pair.key.value) === key);
    const merged = map.items.find((pair) => yaml.isScalar(pair.key) && pair.key.source === "<<");
    return direct ?? pairOf(yaml, document, merged?.value, key);
}

function startOf(node: unknown): number | undefined {
    return (node as { range?: [number, number, number] } | undefined)?.range?.[0];
}
