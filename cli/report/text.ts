import { count } from "../ago";
import { oneLine, type Style } from "../style";
import { wrap } from "../wrap";
import type { Operation } from "./preview";
import type { Message, Report } from "./summary";
import { headline, OPERATIONS } from "./words";

/**
 * The report for a terminal or a job's log.
 *
 * @param details whether to print everything, or where the rest can be found
 */
export function renderText(report: Report, style: Style, width: number, details: "all" | { rest: string }): string {
    const lines = [style.bold(`Fleet ${oneLine(report.stack)}: ${headline(report)}`)];
    const columns = Number.isFinite(width) ? Math.max(40, width) : 120;
    const signOf = (operation: Operation) => {
        const { sign, tone } = OPERATIONS[operation];
        return tone === "plain" ? sign : style[tone](sign);
    };
    const put = (indent: string, sign: string, text: string) => {
        const [first = "", ...more] = wrap(oneLine(text), columns - indent.length - 2);
        lines.push(`${indent}${sign} ${first}`, ...more.map((line) => `${indent}  ${line}`));
    };
    const messages = (title: string, found: Message[], sign: string) => {
        if (found.length === 0) return;
        lines.push("", style.bold(title));
        for (const {
            lines: [first = "", ...more],
        } of found) {
            put("  ", sign, first);
            for (const line of more) put("    ", " ", line);
        }
    };
    messages("Errors", report.errors, style.bad("!"));
    for (const section of report.sections) {
        lines.push("", style.bold(section.title));
        for (const { operation, subject, text, more } of section.lines) {
            put("  ", signOf(operation), `${subject} ${text}`.trim());
            for (const line of more) put("      ", " ", line);
        }
    }
    messages("Warnings", report.warnings, style.warn("!"));
    messages("Policies", report.policies, style.warn("!"));
    if (details === "all") {
        messages("Notes", report.notes, " ");
        if (report.changes.length > 0) lines.push("", style.bold(count(report.changes.length, "resource")));
        for (const { operation, type, name, changes } of report.changes)
            put("  ", signOf(operation), [`${type} ${name}`, ...changes].join("; "));
    } else {
        const hidden = [
            { all: report.changes, noun: "resource" },
            { all: report.notes, noun: "note" },
        ].filter(({ all }) => all.length > 0);
        const numbers = hidden.map(({ all, noun }) => count(all.length, noun)).join(" and ");
        if (numbers !== "") lines.push("", style.dim(`${numbers} in detail: ${oneLine(details.rest)}`));
    }
    return `${lines.join("\n")}\n`;
}
