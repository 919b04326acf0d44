import { ago } from "../ago";
import type { Io } from "../io";
import { type Column, tableLines } from "../table";
import { type AuditRow, type AuditTotals, isLive, needsAttention } from "./classify";

/** Rows shown as plain text unless all are requested. */
const MOST_ROWS = 50;

export interface AuditReport {
    /** What was audited: `group apps`. */
    scope: string;
    /** GitLab's time of the audit, in milliseconds since 1970. */
    time: number;
    totals: AuditTotals;
    rows: AuditRow[];
}

/** Totals with a label and a tone. */
export function namedTotals(totals: AuditTotals): { words: string; value: number; tone: "good" | "bad" | "plain" }[] {
    const bad = (value: number) => (value > 0 ? ("bad" as const) : ("plain" as const));
    return [
        { words: "runners", value: totals.runners, tone: "plain" },
        { words: "ours and live", value: totals.oursLive, tone: "good" },
        { words: "ours and not live", value: totals.ours - totals.oursLive, tone: bad(totals.ours - totals.oursLive) },
        ...(totals.oursNotInState === undefined
            ? []
            : [{ words: "ours and in no state", value: totals.oursNotInState, tone: bad(totals.oursNotInState) }]),
        { words: "foreign", value: totals.foreign, tone: "plain" },
        { words: "foreign and live", value: totals.foreignLive, tone: "plain" },
        { words: "with a description that others have", value: totals.duplicates, tone: bad(totals.duplicates) },
        { words: "never contacted", value: totals.neverContacted, tone: bad(totals.neverContacted) },
        { words: "stale (7 days or more)", value: totals.stale, tone: bad(totals.stale) },
        { words: "with more managers than expected", value: totals.manyManagers, tone: bad(totals.manyManagers) },
    ];
}

/** Writes the report as text: totals first, then the runners that need attention, or all of them. */
export function presentAudit(io: Io, report: AuditReport, all: boolean): void {
    const { style } = io;
    const { totals, rows, scope, time } = report;
    io.out(`${style.bold(`Runners of ${scope}`)}\n\n`);
    presentTotals(io, totals);
    const listed = all ? rows : rows.filter(needsAttention);
    const shown = all ? listed : listed.slice(0, MOST_ROWS);
    if (shown.length === 0) {
        io.out(`\n${rows.length === 0 ? "There are no runners." : "Nothing needs attention."}\n`);
        return;
    }
    const [head, ...lines] = tableLines(shown, columns(time), io.width);
    io.out(`\n${style.dim(head!)}\n${lines.map((line) => `${line}\n`).join("")}`);
    if (listed.length > shown.length) {
        const more = (listed.length - shown.length).toLocaleString("en-US");
        io.out(style.dim(`and ${more} more: --all shows every runner, --html FILE a page, --json everything.\n`));
    }
    if (shown.some((row) => row.owner === undefined && needsAttention(row))) {
        const how =
            "gitlab-fleet prune shows which foreign ones a claim fits, such as --offline-for 30d, and deletes with --yes.";
        io.out(`\n${style.dim(how)}\n`);
    }
}

function presentTotals(io: Io, totals: AuditTotals): void {
    const { style } = io;
    const named = namedTotals(totals);
    const width = Math.max(...named.map(({ value }) => value.toLocaleString("en-US").length));
    for (const { words, value, tone } of named) {
        const number = value.toLocaleString("en-US").padStart(width);
        io.out(`  ${tone === "plain" || value === 0 ? number : style[tone](number)}  ${words}\n`);
    }
    if (totals.oursNotInState === undefined && totals.ours > 0) {
        const how = "Whether ours are in a state was not checked: give --state FILE, --stack NAME or --all-stacks.";
        io.out(`\n${style.dim(how)}\n`);
    }
    if (totals.oursOfOtherStacks) {
        const number = totals.oursOfOtherStacks.toLocaleString("en-US");
        const how = "Whether their states have them was not checked: give those, too.";
        io.out(`\n${style.dim(`Of other stacks: ${number} of ours. ${how}`)}\n`);
    }
}

/** The report for scripts: totals, then every runner. */
export function toJson({ scope, time, totals, rows }: AuditReport) {
    const runners = rows.map((row) => ({
        ...row,
        kind: row.owner === undefined ? "foreign" : "ours",
        live: isLive(row),
        contactedAt: iso(row.contactedAt),
        createdAt: iso(row.createdAt),
    }));
    return { scope, time: iso(time), totals, runners };
}

function iso(time: number | undefined): string | undefined {
    return time === undefined ? undefined : new Date(time).toISOString();
}

function columns(now: number): Column<AuditRow>[] {
    return [
        { title: "id", value: (row) => String(row.id), align: "right" },
        { title: "description", value: (row) => row.description, flexible: true },
        { title: "scope", value: (row) => row.scope, flexible: true },
        { title: "whose", value: (row) => row.owner ?? "foreign", flexible: true },
        { title: "status", value: (row) => row.status.replace("_", " ") },
        { title: "last contact", value: (row) => ago(row.contactedAt, now) },
        { title: "managers", value: (row) => String(row.managers), align: "right" },
        { title: "flags", value: (row) => row.flags.join(", "), flexible: true },
    ];
}
