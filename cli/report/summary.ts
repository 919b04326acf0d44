import { groupBy } from "../../core/groups";
import { scopeOfOrphans } from "../../core/orphans-name";
import { nameOfUrn } from "../../core/urn";
import { findAccess } from "./access";
import { findJobs } from "./jobs";
import { findHosts, findProviders, findRunners, findTokens } from "./meaning";
import type { Operation, Preview, Said, Step } from "./preview";
import { sayOnce } from "./said-once";
import { gistOf, SEVERITY } from "./words";

/** What happens to one thing, in words. */
export interface Line {
    operation: Operation;
    /** `runner docker-small` */
    subject: string;
    text: string;
    /** Further lines, for instance one for each runner that is deleted. */
    more: string[];
}

/** One aspect of a preview. */
export interface Section {
    title: string;
    lines: Line[];
}

/** Number of resources by operation, without components and providers. */
export type Counts = Record<Operation, number>;

/** The meaning of a preview, most important first. */
export interface Report {
    project: string | undefined;
    stack: string;
    outcome: "changes" | "unchanged" | "failed";
    counts: Counts;
    /** A summary in half a line; empty if there is nothing that a reader would recognise. */
    gist: string;
    /** Sections that are not empty. */
    sections: Section[];
    errors: Message[];
    warnings: Message[];
    policies: Message[];
    notes: Message[];
    /** Every resource that changes, most severe first. */
    changes: Step[];
}

export interface Message {
    /** Name of the resource in the program; empty for the stack. */
    name: string;
    lines: string[];
}

/** Explains a preview. `stack` is its name if the preview does not contain it. */
export function summarize(preview: Preview, stack?: string): Report {
    const { steps, said } = preview;
    const real = steps.filter(({ isReal }) => isReal);
    const counts = Object.fromEntries(SEVERITY.map((operation) => [operation, 0])) as Counts;
    for (const { operation } of real) counts[operation]++;
    const changes = bySeverity(
        real.filter(({ operation }) => operation !== "same"),
        ({ name, type }) => `${name} ${type}`,
    );
    const told = new Told(said);
    const sections = [
        { title: "Runners", lines: inOrder(findRunners(real, told)) },
        { title: "Who gets in", lines: inOrder(findAccess(real, told, preview.hidesSame)) },
        { title: "Tokens", lines: inOrder(findTokens(real, told)) },
        { title: "Jobs", lines: inOrder(findJobs(real, told)) },
        { title: "Hosts", lines: inOrder(findHosts(real, told)) },
        { title: "Providers", lines: inOrder(findProviders(real)) },
    ].filter(({ lines }) => lines.length > 0);
    const { errors, warnings, policies } = sayOnce({
        errors: said.filter(({ severity }) => severity === "error"),
        warnings: told.left("warning"),
        policies: told.left("policy"),
    });
    return {
        project: preview.project,
        stack: preview.stack ?? stack ?? "?",
        outcome: errors.length > 0 ? "failed" : changes.length > 0 ? "changes" : "unchanged",
        counts,
        gist: gistOf(real, sections),
        sections,
        errors: errors.map(toMessage),
        warnings: inOrderOfNames(warnings.map(toMessage)),
        policies: inOrderOfNames(policies.map(toMessage)),
        notes: inOrderOfNames(told.left("info").map(toMessage)),
        changes,
    };
}

/** The messages about each resource. A message that a section has used is not reported again. */
export class Told {
    private readonly used = new Set<Said>();
    /** Indexed by resource: a large fleet has as many messages as resources. */
    private readonly byUrn: ReadonlyMap<string, Said[]>;

    constructor(private readonly said: readonly Said[]) {
        this.byUrn = groupBy(said, ({ urn }) => urn);
    }

    /** The messages about a resource, without its name, with which the plugin begins each message. */
    about(step: Step): string[] {
        return this.each(step, () => true).flat();
    }

    /** The same, one by one, and only those whose first line is wanted. */
    each({ urn, name }: Step, wanted: (line: string) => boolean): string[][] {
        return (this.byUrn.get(urn) ?? [])
            .filter(({ severity }) => severity === "warning" || severity === "info")
            .map((one) => ({ one, lines: [withoutSubject(one.lines[0]!, name), ...one.lines.slice(1)] }))
            .filter(({ lines }) => wanted(lines[0]!))
            .map(({ one, lines }) => {
                this.used.add(one);
                return lines;
            });
    }

    /** Messages that no section has used. */
    left(severity: Said["severity"]): Said[] {
        return this.said.filter((one) => one.severity === severity && !this.used.has(one));
    }
}

/** Messages of a check for orphans begin with its scope, not its name. */
function withoutSubject(line: string, name: string): string {
    for (const called of [name, scopeOfOrphans(name)]) {
        const at = line.indexOf(`${called}: `);
        if (at >= 0 && at < 40 && !line.slice(0, at).includes(":")) return line.slice(at + called.length + 2);
    }
    return line;
}

function toMessage({ urn, lines }: Said): Message {
    return { name: nameOfUrn(urn), lines };
}

function inOrderOfNames(messages: Message[]): Message[] {
    const keyOf = ({ name, lines }: Message) => `${name}\n${lines.join("\n")}`;
    return [...messages].sort((one, other) => keyOf(one).localeCompare(keyOf(other), "en"));
}

function inOrder(lines: Line[]): Line[] {
    return bySeverity(lines, ({ subject }) => subject);
}

/** Sorts by severity, then by name: the engine's order differs in each run, which must not look like a change. */
function bySeverity<T extends { operation: Operation }>(items: T[], nameOf: (item: T) => string): T[] {
    return [...items].sort(
        (one, other) =>
            SEVERITY.indexOf(one.operation) - SEVERITY.indexOf(other.operation) ||
            nameOf(one).localeCompare(nameOf(other), "en"),
    );
}
