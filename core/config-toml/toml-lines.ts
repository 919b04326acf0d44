import type * as SmolToml from "smol-toml";
import { attempt } from "../attempt";
import { isMap } from "../values";

/** Step of a path: a key, or an item's index in a list of tables. */
export type Step = string | number;

/**
 * A TOML text as gitlab-runner's parser sees it. Whole numbers become bigints, to tell them from floats: the parser
 * refuses 1.0 for an integer.
 */
export function parseToml(text: string): Record<string, unknown> {
    const { parse } = require("smol-toml") as typeof SmolToml;
    return parse(text, { integersAsBigInt: true, useLegacyDate: true });
}

/**
 * Limit of the characters read to find lines; a line counts for ten. A statement of several lines is read again with
 * each of them. Beyond the limit, a key's line is that of its table.
 */
const MOST_READ = 5_000_000;

/**
 * Finds the line of a key in a TOML text, or of the nearest table around it. The text must be valid TOML: then each
 * statement parses on its own, and the beginning of a list of several lines parses once it is closed.
 */
export function findLines(text: string): (path: readonly Step[]) => number {
    const found = new Map<string, number>();
    const note = (path: readonly Step[], value: unknown, line: number) => {
        const id = JSON.stringify(path);
        if (!found.has(id)) found.set(id, line);
        const parts = Array.isArray(value) ? value.entries() : Object.entries(isMap(value) ? value : {});
        for (const [key, part] of parts) note([...path, key], part, line);
    };
    const items = new Map<string, number>();
    let table: Step[] = [];
    // Where the statement begins, and where the part begins whose keys have no line yet.
    let [start, from] = [0, 0];
    let left = MOST_READ;
    let isText = false;
    const lines = text.split(/\r?\n/);
    for (const [end, line] of lines.entries()) {
        // Only such quotes can end a text of several lines.
        const hasQuotes = /"""|'''/.test(line);
        isText ||= hasQuotes;
        if (isText && !hasQuotes) continue;
        const statement = lines.slice(start, end + 1).join("\n");
        left -= statement.length + 10 * (end - start);
        if (left < 0) break;
        const whole = attempt(() => parseToml(statement));
        const value = whole ?? attempt(() => parseToml(`${statement}\n]`));
        if (value === undefined) continue;
        const isHeader = statement.trimStart().startsWith("[");
        if (isHeader) table = placeOf(value, items);
        note(table, isHeader ? undefined : value, from + 1);
        from = end + 1;
        if (whole === undefined) continue;
        start = from;
        isText = false;
    }
    return (path) => {
        const around = path.map((_, index) => found.get(JSON.stringify(path.slice(0, path.length - index))));
        return around.find((line) => line !== undefined) ?? 1;
    };
}

/** The path of a header's table; `items` counts the items of each list of tables. */
function placeOf(header: unknown, items: Map<string, number>): Step[] {
    const path: Step[] = [];
    for (let value = header; isMap(value); ) {
        const [entry] = Object.entries(value);
        if (entry === undefined) break;
        path.push(entry[0]);
        value = entry[1];
        const id = JSON.stringify(path);
        if (Array.isArray(value)) items.set(id, (items.get(id) ?? -1) + 1);
        const item = items.get(id);
        if (item !== undefined) path.push(item);
    }
    return path;
}
