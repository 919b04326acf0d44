import { count } from "../ago";
import { escapeMarkdown } from "./escape";
import type { Line, Message, Report } from "./summary";
import { headline, OPERATIONS } from "./words";

/** How much a note may hold. GitLab takes 1,000,000 characters; nobody reads a tenth of that. */
export const NOTE_LIMIT = 60_000;

/** Lines of each list that are shown, the most severe first; fewer until it fits. */
const MOST: readonly number[] = [1000, 200, 50, 15, 5, 1];

interface Source {
    /** Where all of it is. */
    link?: string;
    commit?: string;
}

/** The report as a note on a merge request. Longer than `limit`, every list is cut, and says by how much. */
export function renderMarkdown(
    report: Report,
    { limit = NOTE_LIMIT, ...source }: { limit?: number } & Source = {},
): string {
    for (const most of MOST) {
        const text = render(report, most, source);
        if (text.length <= limit) return text;
    }
    const rest = `\n\nThe rest is longer than ${limit.toLocaleString("en-US")} characters.\n`;
    const all = render(report, 1, source);
    // Never within an escaped sign, nor within a line.
    return `${all.slice(0, Math.max(0, all.lastIndexOf("\n", limit - rest.length)))}${rest}`;
}

function render(report: Report, most: number, source: Source): string {
    const parts = [`### Fleet ${code(report.stack)}: ${headline(report)}`];
    if (report.errors.length > 0) parts.push(list(report.errors, toItem, most));
    for (const { title, lines } of report.sections) parts.push(`**${title}**\n\n${list(lines, toLine, most)}`);
    const foldedList = (found: readonly Message[], noun: string) =>
        found.length === 0 ? [] : [folded(count(found.length, noun), list(found, toItem, most))];
    parts.push(...foldedList(report.warnings, "warning"));
    if (report.changes.length > 0) {
        const rows = cut(
            report.changes,
            most,
            ({ operation, type, name, changes }) => {
                const cells = [OPERATIONS[operation].sign, type, name, changes.join("; ")].map((cell) =>
                    escapeMarkdown(clipped(cell)),
                );
                return `| ${cells.join(" | ")} |`;
            },
            (left) => `| | | and ${left} more | |`,
        );
        const table = ["| | resource | name | changes |", "| --- | --- | --- | --- |", ...rows].join("\n");
        parts.push(folded(count(report.changes.length, "resource"), table));
    }
    parts.push(...foldedList(report.policies, "policy finding"), ...foldedList(report.notes, "note"));
    const from = renderSource(source);
    if (from !== "") parts.push(from);
    return `${parts.join("\n\n")}\n`;
}

/** Where all of it is, and of which commit it tells: a note is there before the pipeline of the newest commit has ended. */
function renderSource({ link, commit }: Source): string {
    const hasLink = link !== undefined && /^https?:\/\/[^\s<>()]+$/.test(link);
    const of = commit !== undefined && /^[\da-f]{40,64}$/.test(commit) ? `of commit ${commit.slice(0, 8)}` : "";
    return [hasLink ? `[The whole report](<${link}>)` : of === "" ? "" : "Report", of]
        .filter((part) => part !== "")
        .join(" ");
}

function toLine({ operation, subject, text, more }: Line): string[] {
    const sign = operation === "same" ? "" : `${code(OPERATIONS[operation].sign)} `;
    const about = subject === "" ? "" : `**${escapeMarkdown(clipped(subject))}** `;
    return [`${sign}${about}${escapeMarkdown(clipped(text))}`, ...more.map((one) => escapeMarkdown(clipped(one)))];
}

function toItem({ lines }: Message): string[] {
    return lines.map((line) => escapeMarkdown(clipped(line)));
}

/** Items, each with lines of its own below it. */
function list<T>(items: readonly T[], toLines: (item: T) => string[], most: number): string {
    const show = (item: T) => {
        const [first = "", ...more] = toLines(item);
        const below = cut(
            more.filter((line) => line !== ""),
            most,
            (line) => `  - ${line}`,
            (left) => `  - and ${left} more`,
        );
        return [`- ${first}`, ...below].join("\n");
    };
    return cut(items, most, show, (left) => `- and ${left} more`).join("\n");
}

/** The first `most` as text, and how many are left out. Only what is shown is made text: there may be thousands. */
function cut<T>(
    items: readonly T[],
    most: number,
    show: (item: T) => string,
    rest: (left: string) => string,
): string[] {
    const left = items.length - most;
    return [...items.slice(0, most).map(show), ...(left > 0 ? [rest(left.toLocaleString("en-US"))] : [])];
}

function folded(title: string, text: string): string {
    return `<details><summary>${title}</summary>\n\n${text}\n\n</details>`;
}

/** A name as code, within which nothing is read as markup: only its own sign could end it. */
function code(text: string): string {
    const plain = clipped(text)
        .replace(/[`\r\n]/g, "'")
        .replace(/\p{Cc}|\p{Cf}/gu, "");
    return `\`${plain}\``;
}

function clipped(text: string): string {
    return text.length > 1000 ? `${text.slice(0, 1000)}…` : text;
}
