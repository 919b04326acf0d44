import { count } from "../ago";
import { escapeMarkdown } from "./escape";
import type { Line, Message, Report } from "./summary";
import { headline, OPERATIONS } from "./words";

/** Longest note, in characters. GitLab accepts 1,000,000, but nobody reads a tenth of that. */
export const NOTE_LIMIT = 60_000;

/** Most lines shown of each list, the most severe first; smaller numbers are tried until it fits. */
const MOST: readonly number[] = [1000, 200, 50, 15, 5, 1];

interface Source {
    /** Address of the full report. */
    link?: string;
    commit?: string;
}

/** The report as a note on a merge request. If it is longer than `limit`, lists are shortened and say by how much. */
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
    // Cut between lines, never within a line or an escaped character.
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

/** A link to the full report, and its commit: a note exists before the pipeline of the newest commit has ended. */
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

/** A list of items with nested lines. */
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

/** The first `most` items as text, and how many are left out. Formats only what is shown: there may be thousands. */
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

/** A name as code, in which nothing is markup and only a backtick could end it. */
function code(text: string): string {
    const plain = clipped(text)
        .replace(/[`\r\n]/g, "'")
        .replace(/\p{Cc}|\p{Cf}/gu, "");
    return `\`${plain}\``;
}

function clipped(text: string): string {
    return text.length > 1000 ? `${text.slice(0, 1000)}…` : text;
}
