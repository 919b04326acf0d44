import { parentOf, pathKey, sortedPaths } from "../../../core/paths";
import { describeVia, lastUseOf, type Producer, wayIn } from "../access";
import { type CheckedNeed, STATE_WORDS } from "../check";
import { describe } from "../grants";
import { NAMES } from "../who";

/** `own` and `group`: by an entry. `open`: the list is off. `visible`: no entry needed. The others as in a check. */
export type CellState = "own" | "group" | "open" | "visible" | Exclude<CheckedNeed["state"], "ok">;

/** Where a consumer and a producer meet. */
export interface Cell {
    row: number;
    column: number;
    state: CellState;
    /** Whether the consumer's configuration refers to the producer; undefined where it was not read or not understood. */
    needed?: boolean;
    /** The whole story in a sentence. */
    text: string;
}

/** Producers × consumers. */
export interface Matrix {
    /** Full paths, one for each row. */
    consumers: string[];
    /** Those of which not everything was understood. */
    notUnderstood: string[];
    /** One for each column. */
    producers: { path: string; note: string }[];
    cells: Cell[];
}

export interface MatrixInput {
    producers: readonly Producer[];
    /** Full paths of projects that are rows in any case. */
    consumers: readonly string[];
    /** What was checked; absent where no configuration was read. */
    needs?: readonly CheckedNeed[];
    /** Full paths of consumers of which not everything was understood: what they need besides, nobody knows. */
    notUnderstood?: readonly string[];
}

/** Puts together who may reach whom, and who needs to. */
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
    // What everybody may do is of interest only where somebody does it.
    if (state === undefined || (need === undefined && (state === "visible" || state === "open"))) return undefined;
    const why = gap === undefined ? `allowed: ${describeVia(via!, producer.visibility)}` : STATE_WORDS[gap];
    const reason = need === undefined ? "" : ` Needed by ${describe(need.references)}.`;
    const used = need === undefined ? lastUse(producer, consumer) : "";
    return { state, text: `${consumer} to ${producer.path}: ${why}.${reason}${used}` };
}

/** Group by group, each group's projects together; as people count: `service-2` before `service-12`. */
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
