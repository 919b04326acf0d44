import { unreadSections } from "../../core/config-toml/executor-rules";
import { tableSpec } from "../../core/config-toml/key-table";
import { isMap, mapParts, memberOf, notFinite } from "../../core/values";

/** A table without its meaningless values, and the paths of those. */
export interface Tidied {
    table: Record<string, unknown>;
    /** Paths of empty texts, and of tables that contained nothing else. */
    dropped: string[];
    /** Sections that the worker's executor never reads. */
    unread: string[];
    /** Paths of keys that gitlab-runner does not know, without `extra`. */
    unknown: string[];
    /** Paths of values that were converted to text. */
    asTexts: string[];
}

/**
 * Removes the empty texts that `gitlab-runner register` has always written, such as `MachineDriver = ""`: gitlab-runner
 * ignores them, but here they would be invalid values.
 */
export function tidy(table: Record<string, unknown>, kind: "GlobalTable" | "WorkerTable"): Tidied {
    const { extra, ...known } = table;
    const dropped: string[] = [];
    const { ...kept } = tidyTable(known, kind, "", dropped) ?? {};
    const unread = unreadSections(kept);
    for (const section of unread) delete kept[section];
    const unknown = isMap(extra) ? leavesOf(extra, "") : [];
    const asTexts: string[] = [];
    const [own, others] = [kept, extra].map((each) => toJson(each, "", asTexts) as typeof table | undefined);
    return { table: { ...own, ...(others && { extra: others }) }, dropped, unread, unknown, asTexts };
}

/** Converts a TOML value to JSON, the format of stack configuration, which has no dates and no infinite numbers. */
function toJson(value: unknown, path: string, asTexts: string[]): unknown {
    const text = value instanceof Date ? value.toISOString() : notFinite(value);
    if (text !== undefined) asTexts.push(path);
    return text ?? mapParts(value, (part, key) => toJson(part, memberOf(path, key), asTexts));
}

/** The tidied table; undefined if it became empty. */
function tidyTable(
    table: Record<string, unknown>,
    kind: string,
    path: string,
    dropped: string[],
): Record<string, unknown> | undefined {
    const spec = tableSpec(kind);
    const kept: [string, unknown][] = [];
    const gone: string[] = [];
    for (const [key, value] of Object.entries(table)) {
        const at = memberOf(path, key);
        const below = spec.get(key)?.table;
        if (value === "" && spec.has(key)) gone.push(at);
        else if (below !== undefined && isMap(value)) {
            const inner: string[] = [];
            const left = tidyTable(value, below, at, inner);
            if (left === undefined) gone.push(at);
            else kept.push([key, left]) && gone.push(...inner);
        } else kept.push([key, value]);
    }
    dropped.push(...gone);
    return kept.length === 0 && gone.length > 0 ? undefined : Object.fromEntries(kept);
}

function leavesOf(value: unknown, path: string): string[] {
    const parts = Array.isArray(value) ? [...value.entries()] : isMap(value) ? Object.entries(value) : [];
    return parts.length === 0 ? [path] : parts.flatMap(([key, item]) => leavesOf(item, memberOf(path, key)));
}
