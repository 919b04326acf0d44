import { parentOf, pathKey, sortedPaths } from "../../../core/paths";
import { describeVia, lastUseOf, type Producer, wayIn } from "../access";
import { type CheckedNeed, STATE_WORDS } from "../check";
import { describe } from "../grants";
import { NAMES } from "../who";

/** `own`, `group`: let in by an entry. `open`: the list is off. `visible`: no entry needed. Others: as in a check. */
export type CellState = "own" | "group" | "open" | "visible" | Exclude<CheckedNeed["state"], "ok">;

/** The cell of a consumer and a producer. */
export interface Cell {
    row: number;
    column: number;
    state: CellState;
    /** Whether the consumer's configuration refers to the producer; undefined if it was not read or not understood. */
    needed?: boolean;
    /** The whole cell in a sentence. */
    text: string;
}

/** Producers × consumers. */
export interface Matrix {
    /** Full paths, one for each row. */
    consumers: string[];
    /** Consumers that were not fully understood. */
    notUnderstood: string[];
    /** One for each column. */
    producers: { path: string; note: string }[];
    cells: Cell[];
}

export interface MatrixInput {
    producers: readonly Producer[];
    /** Full paths of projects that always get a row. */
    consumers: readonly string[];
    /** The checked needs; absent if no configuration was read. */
    needs?: readonly CheckedNeed[];
    /** Full paths of consumers that were not fully understood, and so may need more. */
    notUnderstood?: readonly string[];
}

/** Combines who may reach whom and who needs to. */
export function toMatrix({ producers, consumers, needs, notUnderstood = [] }: MatrixInput): Matrix {
    const open = new Set(notUnderstood.map(pathKey));
    const read = new Set(consumers.map(pathKey));
    const doubtOf = (key: string) => {
        if (!read.has(key)) return " Whether it needs this is not known: its configuration was not read.";
        return open.has(key) ? " Whether it needs this is not understood." : "";
    };
    const columns = [...producers].sort((a, b) => byName(a.path, b.path));
    const entries = producers.flatMap(({ list }) => (list?.enabled ? list.projects : []));
    const rows = sortedPaths([...consumers, ...entries, ...(needs ?? []).map(({ consumer }) => consumer)]).sort(byName);
    const needed = new Map(needs?.map((need) => [`${pathKey(need.producer)} ${pathKey(need.consumer)}`, need]));
    const cells: Cell[] = [];
    for (const [row, consumer] of rows.entries()) {
        for (const [column, producer] of columns.entries()) {
            if (pathKey(producer.path) === pathKey(consumer)) continue;
            const need = needed.get(`${pathKey(producer.path)} ${pathKey(consumer)}`);
            const cell = toCell(producer, consumer, need);
            if (cell === undefined) continue;
            const doubt = needs && need === undefined ? doubtOf(pathKey(consumer)) : "";
            cell.text += doubt;
            cells.push({ row, column, ...cell, ...(needs && doubt === "" ? { needed: need !== undefined } : {}) });
        }
    }
    return {
        consumers: rows,
        notUnderstood: rows.filter((path) => open.has(pathKey(path))),
        producers: columns.map((one) => ({ path: one.path, note: noteOf(one) })),
        cells,
    };
}

function toCell(
    producer: Producer,
    consumer: string,
    need?: CheckedNeed,
): { state: CellState; text: string } | undefined {
    const via = need === undefined ? wayIn(producer, consumer, [{ kind: "image" }]) : need.via;
    const gap = need === undefined || need.state === "ok" ? undefined : need.state;
    const state = gap ?? (via?.kind === "project" ? "own" : via?.kind);
    // What everybody may use is only interesting if somebody does.
    if (state === undefined || (need === undefined && (state === "visible" || state === "open"))) return undefined;
    const why = gap === undefined ? `allowed: ${describeVia(via!, producer.visibility)}` : STATE_WORDS[gap];
    const reason = need === undefined ? "" : ` Needed by ${describe(need.references)}.`;
    const used = need === undefined ? lastUse(producer, consumer) : "";
    return { state, text: `${consumer} to ${producer.path}: ${why}.${reason}${used}` };
}

/** Sorts by group, then by name, with numbers in natural order: `service-2` before `service-12`. */
function byName(a: string, b: string): number {
    return NAMES.compare(parentOf(a), parentOf(b)) || NAMES.compare(a, b);
}

function lastUse(producer: Producer, path: string): string {
    const time = lastUseOf(producer, { kind: "project", path });
    return time === undefined ? "" : ` Last used ${new Date(time).toISOString().slice(0, 10)}.`;
}

function noteOf({ visibility, list }: Producer): string {
    const groups = list === undefined ? "the list cannot be read" : list.enabled ? "" : "the list is off";
    return [visibility, groups].filter((part) => part !== "").join(", ");
}
