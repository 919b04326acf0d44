import { parentOf } from "../../../core/paths";
import { escapeHtml, minuteOf, toPage } from "../../html";
import { GAPS } from "../check";
import type { Cell, CellState, Matrix } from "./matrix";
import { MATRIX_SCRIPT, MATRIX_STYLE } from "./page-assets";

// Signs in addition to colours, for print and for readers who cannot tell red from green.
const SIGNS: Record<CellState, { sign: string; words: string }> = {
    own: { sign: "●", words: "own entry" },
    group: { sign: "◆", words: "by a group" },
    open: { sign: "○", words: "list is off" },
    visible: { sign: "·", words: "no entry needed" },
    missing: { sign: "✕", words: "missing: jobs fail" },
    pending: { sign: "▲", words: "fails until pulumi up" },
    revoked: { sign: "▼", words: "fails after pulumi up" },
    off: { sign: "✕", words: "registry is off" },
    unseen: { sign: "?", words: "list not readable" },
};
/** Allowed but not needed: hollow signs. */
const IDLE: Partial<Record<CellState, string>> = { own: "◦", group: "◇" };

/** A self-contained page: consumers are rows, producers are columns, signs are cells. Works without a network. */
export function renderMatrixPage(matrix: Matrix, about: { title: string; source: string; time: Date }): string {
    const { consumers, producers, cells } = matrix;
    const open = new Set(matrix.notUnderstood);
    const rows = consumers.map(() => new Map<number, Cell>());
    for (const cell of cells) rows[cell.row]!.set(cell.column, cell);
    const body = consumers.map((consumer, row) =>
        renderRow(consumer, row, rows[row]!, producers.length, open.has(consumer)),
    );
    const withGroups = body.flatMap((line, row) => {
        const group = parentOf(consumers[row]!);
        const isFirst = row === 0 || parentOf(consumers[row - 1]!) !== group;
        return isFirst ? [groupRow(group, producers.length), line] : [line];
    });
    const checked = matrix.notUnderstood.length > 0 || cells.some(({ needed }) => needed !== undefined);
    return toPage({
        title: about.title,
        about: `${escapeHtml(about.source)}, ${minuteOf(about.time)}. Down: consumers, whose jobs pull. Across: producers, which are pulled from.`,
        header: `<ul class="counts">${renderCounts(matrix, checked)}</ul>
<div class="tools">
<label>Show <input id="filter" type="search" placeholder="part of a path" autocomplete="off"></label>
<label><input id="gaps" type="checkbox"${checked ? "" : " disabled"}> only gaps</label>
${renderLegend(matrix, checked)}
</div>`,
        body: `<main tabindex="0" aria-label="Matrix, scrollable">
<table>
<caption>Who may reach whom with a job token</caption>
<thead><tr><th class="corner" scope="col">consumer</th>${producers.map(renderHead).join("")}</tr></thead>
<tbody>
${withGroups.join("\n")}
</tbody>
</table>
<p id="nothing" hidden>Nothing matches.</p>
</main>
<footer id="detail" role="status">${consumers.length === 0 ? "No consumers." : "Point at a sign, or move with the arrow keys, to read what it means."}</footer>`,
        style: MATRIX_STYLE,
        script: MATRIX_SCRIPT,
    });
}

function renderHead({ path, note }: { path: string; note: string }): string {
    const title = note === "" ? path : `${path} (${note})`;
    return `<th scope="col" title="${escapeHtml(title)}"><span>${renderPath(path)}</span></th>`;
}

const OPEN = '<b class="open-row">?</b>';

function renderRow(
    consumer: string,
    row: number,
    cells: ReadonlyMap<number, Cell>,
    columns: number,
    isOpen: boolean,
): string {
    const line = Array.from({ length: columns }, (_, column) => {
        const cell = cells.get(column);
        if (cell === undefined) return "<td></td>";
        const more = `${cell.needed === false ? " idle" : ""}${GAPS.includes(cell.state) ? " gap" : ""}`;
        return `<td class="${cell.state}${more}" tabindex="-1" title="${escapeHtml(cell.text)}">${(cell.needed === false && IDLE[cell.state]) || SIGNS[cell.state].sign}</td>`;
    });
    const gap = [...cells.values()].some(({ state }) => GAPS.includes(state)) ? ' class="gap"' : "";
    const title = isOpen ? `${consumer} (not everything it needs is understood: access scan says what)` : consumer;
    const mark = isOpen ? ` ${OPEN}` : "";
    return `<tr data-r="${row}"${gap}><th scope="row" title="${escapeHtml(title)}">${renderPath(consumer)}${mark}</th>${line.join("")}</tr>`;
}

function groupRow(group: string, columns: number): string {
    return `<tr class="group"><th scope="rowgroup">${escapeHtml(group)}</th>${columns > 0 ? `<td colspan="${columns}"></td>` : ""}</tr>`;
}

/** The name stands out from its groups, which are only there to tell equal names apart. */
function renderPath(path: string): string {
    const slash = path.lastIndexOf("/") + 1;
    return `<bdi><i>${escapeHtml(path.slice(0, slash))}</i>${escapeHtml(path.slice(slash))}</bdi>`;
}

function renderCounts({ consumers, producers, cells, notUnderstood }: Matrix, checked: boolean): string {
    const count = (wanted: (cell: Cell) => boolean) => cells.filter(wanted).length;
    const gaps = count(({ state }) => GAPS.includes(state));
    const tiles: [number, string, string][] = [
        [producers.length, producers.length === 1 ? "producer" : "producers", ""],
        [consumers.length, consumers.length === 1 ? "consumer" : "consumers", ""],
        [count(({ state }) => state === "own" || state === "group"), "allowed", ""],
    ];
    if (checked) {
        tiles.push([gaps, gaps === 1 ? "gap" : "gaps", gaps > 0 ? "bad" : "good"]);
        tiles.push([count(({ needed }) => needed === false), "allowed, not needed", ""]);
        if (notUnderstood.length > 0) tiles.push([notUnderstood.length, "not understood", "doubt"]);
    }
    return tiles
        .map(([number, words, kind]) => `<li${kind === "" ? "" : ` class="${kind}"`}><b>${number}</b> ${words}</li>`)
        .join("");
}

function renderLegend({ cells, notUnderstood }: Matrix, checked: boolean): string {
    const present = new Set(cells.map(({ state }) => state));
    const items = (Object.keys(SIGNS) as CellState[])
        .filter((state) => present.has(state))
        .map((state) => `<li><span class="${state}">${SIGNS[state].sign}</span> ${SIGNS[state].words}</li>`);
    if (checked && cells.some(({ needed }) => needed === false)) {
        items.push('<li><span class="own idle">◦ ◇</span> allowed, not needed</li>');
    }
    if (notUnderstood.length > 0) items.push(`<li>${OPEN} consumer not understood</li>`);
    return `<ul class="legend">${items.join("")}</ul>`;
}
