import { unreadSections } from "../../core/config-toml/executor-rules";
import { tableSpec } from "../../core/config-toml/key-table";
import { isMap, memberOf } from "../../core/values";

/** A table without what says nothing, and where that stood. */
export interface Tidied {
    table: Record<string, unknown>;
    /** Paths of empty texts, and of tables with nothing else in them. */
    dropped: string[];
    /** Sections that the worker's executor never reads. */
    unread: string[];
    /** Paths of keys that gitlab-runner does not know, without `extra`. */
    unknown: string[];
}

/**
 * Takes out the empty texts that `gitlab-runner register` has always left behind, such as `MachineDriver = ""`: to gitlab-runner they are
 * the same as nothing, and here a value that is not among those which a key may have.
 */
export function tidy(table: Record<string, unknown>, kind: "GlobalTable" | "WorkerTable"): Tidied {
    const { extra, ...known } = table;
    const dropped: string[] = [];
    const { ...kept } = tidyTable(known, kind, "", dropped) ?? {};
    const unread = unreadSections(kept);
    for (const section of unread) delete kept[section];
    const unknown = isMap(extra) ? leavesOf(extra, "") : [];
    return { table: { ...kept, ...(extra === undefined ? {} : { extra }) }, dropped, unread, unknown };
}

/** The table; undefined where nothing is left of one that had something. */
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
    if (Array.isArray(value)) return value.flatMap((item, index) => leavesOf(item, memberOf(path, index)));
    return isMap(value) ? Object.entries(value).flatMap(([key, item]) => leavesOf(item, memberOf(path, key))) : [path];
}
