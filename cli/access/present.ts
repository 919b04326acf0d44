import { groupBy } from "../../core/groups";
import { waitsForDeletion } from "../../core/paths";
import { firstOf } from "../../core/values";
import { ago, count } from "../ago";
import type { Io } from "../io";
import { oneLine } from "../style";
import { tableLines } from "../table";
import type { Producer } from "./access";
import { type CheckedNeed, type CheckResult, STATE_WORDS } from "./check";
import { describe, describeExempt, describeOpen } from "./grants";
import type { ScanResult } from "./scan";
import type { Visitor, Visitors } from "./who";

export function presentCheck(io: Io, { needs, gaps, unused }: CheckResult, scan: ScanResult): string {
    const { style } = io;
    const lines: string[] = [];
    const shown = needs.filter(({ state }) => state !== "ok");
    if (shown.length > 0) {
        lines.push(
            ...tableLines<CheckedNeed>(
                shown,
                [
                    { title: "CONSUMER", value: (need) => need.consumer },
                    { title: "PRODUCER", value: (need) => need.producer },
                    { title: "STATE", value: (need) => STATE_WORDS[need.state] },
                    { title: "NEEDED BY", value: (need) => describe(need.references), flexible: true },
                ],
                io.width,
            ),
        );
    }
    if (unused.length > 0) {
        lines.push("", style.bold("Not needed by any scanned configuration:"));
        for (const { producer, kind, entry, found, lastUsed, doubtful } of unused) {
            const used = lastUsed === undefined ? "" : `, last used ${ago(lastUsed, io.now())}`;
            const doubt = doubtful.length === 0 ? "" : `, not understood: ${doubtful.join(", ")}`;
            lines.push(oneLine(`  ${producer}: ${kind} ${entry} (${found.join(" and ")}${used}${doubt})`));
        }
    }
    lines.push(...presentLeftOut(scan));
    const ok = needs.filter(({ state }) => state === "ok").length;
    const met = `${ok} of ${count(needs.length, "need")} met`;
    const total = `${met}, ${count(gaps.length, "gap")}, ${unused.length} unused.`;
    lines.push("", gaps.length > 0 ? style.bad(total) : style.good(total));
    return `${lines.join("\n").replace(/^\n+/, "")}\n`;
}

/** What needs no entry, what was not understood and who runs nothing, as text. */
export function presentLeftOut({ exempt, unresolved, skipped }: ScanResult): string[] {
    const lists: [string, string[]][] = [
        ["Not needed:", describeExempt(exempt)],
        ["Not understood:", unresolved.map(describeOpen)],
        ["Without pipelines:", describeSkipped(skipped)],
    ];
    return lists.flatMap(([title, lines]) =>
        lines.length === 0 ? [] : ["", title, ...lines.map((line) => `  ${oneLine(line)}`)],
    );
}

/** Most projects that a line names. */
const NAMED = 5;

/** A line for each reason: most projects of a large group have none. */
function describeSkipped(skipped: ScanResult["skipped"]): string[] {
    return [...groupBy(skipped, ({ reason }) => reason)].map(([reason, alike]) => {
        const projects = alike.map(({ project }) => project);
        return `${reason}: ${firstOf(projects, NAMED)}${projects.length > NAMED ? " (--json names all)" : ""}`;
    });
}

export function presentWho(io: Io, producer: Producer, { visitors, idle, former }: Visitors): string {
    const { path, visibility, registry, list } = producer;
    const { style } = io;
    const lines = [style.bold(path)];
    if (list === undefined) {
        return `${path}\n  The list cannot be read: the token's user needs Maintainer in the project.\n`;
    }
    if (!list.enabled)
        lines.push(style.warn("  The list is off: jobs of every project may reach it, whatever stands on the list."));
    if (registry === "disabled") lines.push("  The container registry is off: nobody pulls images.");
    else if (visibility === "private" || registry === "private") {
        lines.push("  Images are pulled by a person's right: who starts the pipeline must be Reporter here or more.");
    } else lines.push(`  The project is ${visibility}: its images need no entry.`);
    const time = (at: number | undefined) => (list.lastUsed === undefined ? "" : ago(at, io.now()));
    lines.push(
        "",
        ...tableLines(
            visitors,
            [
                { title: "PROJECT", value: ({ project }) => project },
                {
                    title: "THROUGH",
                    value: ({ through }) =>
                        through === "project" ? "its own entry" : through === "itself" ? through : `group ${through}`,
                },
                {
                    title: "PERMISSIONS",
                    value: ({ policies }) => (policies === undefined ? "default" : policies.join(" ") || "none"),
                    flexible: true,
                },
                ...(visitors.every(({ since }) => since === undefined)
                    ? []
                    : [{ title: "SINCE", value: ({ since }: Visitor) => since?.slice(0, 10) ?? "" }]),
                ...(visitors.every(({ addedBy }) => addedBy === undefined)
                    ? []
                    : [{ title: "BY", value: ({ addedBy }: Visitor) => addedBy ?? "" }]),
                ...(visitors.every(({ declaredBy }) => declaredBy.length === 0)
                    ? []
                    : [{ title: "DECLARED BY", value: ({ declaredBy }: Visitor) => declaredBy.join(", ") }]),
                ...(list.lastUsed === undefined
                    ? []
                    : [{ title: "LAST USED", value: ({ lastUsed }: Visitor) => time(lastUsed) }]),
            ],
            io.width,
        ).map((line) => `  ${line}`),
    );
    for (const path of [...list.projects, ...list.groups].filter(waitsForDeletion))
        lines.push(`  ${path} waits for its deletion: GitLab takes it off the list then.`);
    for (const group of idle) lines.push(`  Group ${group} is on the list and has no projects.`);
    for (const { project, lastUsed } of former)
        lines.push(`  ${project} got in ${ago(lastUsed, io.now())} and may not any more.`);
    return `${lines.join("\n")}\n`;
}
