import { groupBy } from "../../core/groups";
import { waitsForDeletion } from "../../core/paths";
import { firstOf } from "../../core/values";
import { ago, count } from "../ago";
import type { Io } from "../io";
import { oneLine } from "../style";
import { type Column, tableLines } from "../table";
import { wrap } from "../wrap";
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
                    { title: "CONSUMER", value: (need) => need.consumer, flexible: true },
                    { title: "PRODUCER", value: (need) => need.producer, flexible: true },
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
            lines.push(...indented(`${producer}: ${kind} ${entry} (${found.join(" and ")}${used}${doubt})`, io));
        }
    }
    lines.push(...presentLeftOut(scan, io));
    const ok = needs.filter(({ state }) => state === "ok").length;
    const met = `${ok} of ${count(needs.length, "need")} met`;
    const total = `${met}, ${count(gaps.length, "gap")}, ${unused.length} unused.`;
    lines.push("", gaps.length > 0 ? style.bad(total) : style.good(total));
    return `${lines.join("\n").replace(/^\n+/, "")}\n`;
}

/** References that need no entry or were not understood, and projects without pipelines, as text. */
export function presentLeftOut({ exempt, unresolved, skipped }: ScanResult, io: Io): string[] {
    const lists: [string, string[]][] = [
        ["Not needed:", describeExempt(exempt)],
        ["Not understood:", unresolved.map(describeOpen)],
        ["Without pipelines:", describeSkipped(skipped)],
    ];
    return lists.flatMap(([title, lines]) =>
        lines.length === 0 ? [] : ["", title, ...lines.flatMap((line) => indented(line, io))],
    );
}

const INDENT = "  ";

/** A sentence below a heading, wrapped to the terminal's width. */
function indented(text: string, { width }: Io): string[] {
    return wrap(oneLine(text), width - INDENT.length).map((line) => INDENT + line);
}

/** Most projects named in one line. */
const NAMED = 5;

/** One line per reason: in a large group, most projects have no pipelines. */
function describeSkipped(skipped: ScanResult["skipped"]): string[] {
    return [...groupBy(skipped, ({ reason }) => reason)].map(([reason, alike]) => {
        const projects = alike.map(({ project }) => project);
        return `${reason}: ${firstOf(projects, NAMED)}${projects.length > NAMED ? " (--json names all)" : ""}`;
    });
}

function inWords({ through }: Visitor): string {
    return through === "project" ? "its own entry" : through === "itself" ? through : `group ${through}`;
}

export function presentWho(io: Io, producer: Producer, { visitors, idle, former }: Visitors): string {
    const { path, visibility, registry, list } = producer;
    const { style } = io;
    const lines = [style.bold(path)];
    const say = (text: string, colour = (line: string) => line) => lines.push(...indented(text, io).map(colour));
    const text = () => `${lines.join("\n")}\n`;
    if (list === undefined) {
        say("The list cannot be read: the token's user needs Maintainer in the project.");
        return text();
    }
    if (!list.enabled)
        say("The list is off: jobs of every project may reach it, whatever stands on the list.", style.warn);
    if (registry === "disabled") say("The container registry is off: nobody pulls images.");
    else if (visibility === "private" || registry === "private") {
        say("Images are pulled by a person's right: who starts the pipeline must be Reporter here or more.");
    } else say(`The project is ${visibility}: its images need no entry.`);
    const time = (at: number | undefined) => (list.lastUsed === undefined ? "" : ago(at, io.now()));
    const columns: Column<Visitor>[] = [
        { title: "PROJECT", value: ({ project }) => project, flexible: true },
        { title: "THROUGH", value: inWords, flexible: true },
        {
            title: "PERMISSIONS",
            value: ({ policies }) => (policies === undefined ? "default" : policies.join(" ") || "none"),
            flexible: true,
        },
        { title: "SINCE", value: ({ since }) => since?.slice(0, 10) ?? "" },
        { title: "BY", value: ({ addedBy }) => addedBy ?? "", flexible: true },
        { title: "DECLARED BY", value: ({ declaredBy }) => declaredBy.join(", "), flexible: true },
        { title: "LAST USED", value: ({ lastUsed }) => time(lastUsed) },
    ];
    const told = columns.filter(({ value }) => visitors.some((visitor) => value(visitor) !== ""));
    const table = tableLines(visitors, told, io.width - INDENT.length);
    lines.push("", ...table.map((line) => INDENT + line));
    for (const path of [...list.projects, ...list.groups].filter(waitsForDeletion))
        say(`${path} waits for its deletion: GitLab takes it off the list then.`);
    for (const group of idle) say(`Group ${group} is on the list and has no projects.`);
    for (const { project, lastUsed } of former)
        say(`${project} got in ${ago(lastUsed, io.now())} and may not any more.`);
    return text();
}
