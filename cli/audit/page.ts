import { iso } from "../../core/durations";
import { ago } from "../ago";
import { escapeHtml, minuteOf, toPage } from "../html";
import { oneLine } from "../style";
import { type AuditRow, type Flag, needsAttention } from "./classify";
import { PAGE_SCRIPT, PAGE_STYLE } from "./page-assets";
import { renderPicture } from "./picture";
import type { AuditReport } from "./present";

const COLUMNS: { title: string; kind: "number" | "text" | "" }[] = [
    { title: "Id", kind: "number" },
    { title: "Description", kind: "text" },
    { title: "Scope", kind: "text" },
    { title: "Whose", kind: "text" },
    { title: "Status", kind: "" },
    { title: "Last contact", kind: "" },
    { title: "Created", kind: "" },
    { title: "By", kind: "" },
    { title: "Tags", kind: "text" },
    { title: "Managers", kind: "number" },
    { title: "Flags", kind: "" },
];
const MILD: readonly Flag[] = ["offline", "paused"];

/** A self-contained page: the counts as a picture, and a table of all runners that can be sorted and filtered. */
export function renderAuditPage(report: AuditReport): string {
    const title = `Runners of ${report.scope}`;
    const head = COLUMNS.map(
        ({ title: words, kind }) =>
            `<th scope="col"${kind === "" ? "" : ` class="${kind}"`}><button type="button">${words}</button></th>`,
    );
    const attention = report.rows.filter(needsAttention).length;
    const live = "Live: GitLab heard from it within two hours. Stale: not for seven days.";
    return toPage({
        title,
        about: `${minuteOf(new Date(report.time))}. ${live}`,
        header: `${renderPicture(report.totals)}
<div class="tools">
<label>Show <input id="filter" type="search" placeholder="words: an id, a tag, stale …" autocomplete="off"></label>
<label><input id="only" type="checkbox"> only the ${attention.toLocaleString("en-US")} that need attention</label>
<output id="shown"></output>
</div>`,
        body: `<main>
<div class="scroll">
<table>
<caption>${escapeHtml(title)}</caption>
<thead><tr>${head.join("")}</tr></thead>
<tbody>
${report.rows.map((row) => renderRow(row, report.time)).join("\n")}
</tbody>
</table>
<p id="nothing" hidden>Nothing matches.</p>
<button id="more" type="button" hidden>Show more</button>
</div>
</main>`,
        style: PAGE_STYLE,
        script: PAGE_SCRIPT,
    });
}

function renderRow(row: AuditRow, now: number): string {
    const text = (value: string, kind = "text") => `<td class="${kind}">${escapeHtml(oneLine(value))}</td>`;
    const time = (value: number | undefined, words: string) =>
        `<td data-value="${value ?? 0}"${value === undefined ? "" : ` title="${iso(value)}"`}>${words}</td>`;
    const flags = row.flags.map(
        (flag) => `<span class="flag${MILD.includes(flag) ? " mild" : ""}">${flag.replaceAll("-", " ")}</span>`,
    );
    return `<tr${needsAttention(row) ? " data-attention" : ""}>${[
        `<td class="number" data-value="${row.id}">${row.id}</td>`,
        text(row.description),
        text(row.scope),
        row.owner === undefined ? text("foreign", "foreign") : text(row.owner),
        text(row.status.replaceAll("_", " "), row.status),
        time(row.contactedAt, ago(row.contactedAt, now)),
        time(row.createdAt, row.createdAt === undefined ? "" : iso(row.createdAt).slice(0, 10)),
        text(row.creator ?? "", ""),
        text(row.tags.join(", ")),
        `<td class="number" data-value="${row.managers}">${row.managers}</td>`,
        `<td>${flags.join("")}</td>`,
    ].join("")}</tr>`;
}
