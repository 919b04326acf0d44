import { oneLine } from "../../core/one-line";
import { count } from "../ago";
import { escapeHtml, minuteOf, toPage } from "../html";
import { PAGE_STYLE } from "./page-assets";
import type { Step } from "./preview";
import type { Line, Message, Report, Section } from "./summary";
import { countsInWords, headline, OPERATIONS } from "./words";

/** Rows in the table of all changes. Browsers lay out thousands slowly, and nobody reads them. */
const MOST_ROWS = 5000;

/** A self-contained page without script: what a preview means, and below that every change. */
export function renderPage(report: Report, time: Date): string {
    const title = `Fleet ${report.stack}: ${headline(report)}`;
    const of = report.project === undefined ? "" : `Project ${report.project}, stack ${report.stack}. `;
    return toPage({
        title: oneLine(title, 4000),
        about: text(of) + minuteOf(time),
        body: `<main>
${renderMessages("Errors", report.errors, "error")}
${report.sections.map(renderSection).join("\n")}
${renderMessages("Warnings", report.warnings, "warning")}
${renderFolded("policy finding", report.policies, "warning")}
${renderAll(report)}
${renderFolded("note", report.notes, "")}
</main>`,
        style: PAGE_STYLE,
    });
}

function renderSection({ title, lines }: Section): string {
    return `<section><h2>${title}</h2><ul class="lines">${lines.map(renderLine).join("")}</ul></section>`;
}

function renderLine({ operation, subject, text: words, more }: Line): string {
    const about = subject === "" ? "" : `<b>${text(subject)}</b> `;
    return `<li class="${operation}"><span class="sign">${OPERATIONS[operation].sign}</span><div>${about}${text(words)}${renderMore(more)}</div></li>`;
}

function renderMessages(title: string, messages: readonly Message[], kind: string): string {
    return messages.length === 0 ? "" : `<section><h2>${title}</h2>${renderList(messages, kind)}</section>`;
}

function renderFolded(noun: string, messages: readonly Message[], kind: string): string {
    return messages.length === 0 ? "" : folded(count(messages.length, noun), renderList(messages, kind));
}

function renderList(messages: readonly Message[], kind: string): string {
    const items = messages.map(
        ({ lines: [first = "", ...more] }) => `<li class="${kind}"><div>${text(first)}${renderMore(more)}</div></li>`,
    );
    return `<ul class="lines">${items.join("")}</ul>`;
}

function renderMore(more: readonly string[]): string {
    return more.map((line) => `<div class="more">${text(line)}</div>`).join("");
}

function renderAll({ changes, counts }: Report): string {
    if (changes.length === 0) return "";
    const rows = changes.slice(0, MOST_ROWS).map(renderRow);
    const left = changes.length - rows.length;
    const rest =
        left > 0 ? `<tr><td></td><td></td><td>and ${left.toLocaleString("en-US")} more</td><td></td></tr>` : "";
    return folded(
        `${count(changes.length, "resource")}: ${countsInWords(counts)}`,
        `<div class="scroll"><table><thead><tr><th></th><th>resource</th><th>name</th><th>changes</th></tr></thead><tbody>${rows.join("\n")}${rest}</tbody></table></div>`,
    );
}

function renderRow({ operation, type, name, changes }: Step): string {
    const cells = [type, name, changes.join("; ")].map((cell) => `<td>${text(cell)}</td>`);
    return `<tr class="${operation}"><td class="sign">${OPERATIONS[operation].sign}</td>${cells.join("")}</tr>`;
}

function folded(title: string, html: string): string {
    return `<details><summary>${title}</summary>${html}</details>`;
}

function text(words: string): string {
    return escapeHtml(oneLine(words, 4000));
}
