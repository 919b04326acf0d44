import { scopeOfOrphans } from "../../core/orphans-name";
import { isSystemId } from "../../core/system-id";
import { isProviderUrn } from "../../core/urn";
import { isMap } from "../../core/values";
import { isUnknownText } from "../../core/wire-values";
import type { Operation, Step } from "./preview";
import { MARKER, runnerChanges } from "./runner-changes";
import type { Line, Told } from "./summary";

/** What stands in for a message where the plugin has none. */
export type Words = Partial<Record<Operation, string>>;

/** Runners made, changed, replaced and deleted, declared or not. */
export function findRunners(steps: readonly Step[], told: Told): Line[] {
    const words: Words = {
        create: "is made",
        import: "is taken over, with its id",
        replace: "is made anew, with another id and another token; the old one goes with its history",
        delete: "goes, with its id, its token and its history",
    };
    const runners = changed(steps, "UserRunner");
    const adopted = new Set(runners.filter(({ operation }) => operation === "import").map(({ urn }) => urn));
    return runners
        .flatMap((step) => {
            if (step.operation !== "update" || !adopted.has(step.urn)) return [toLine(step, "runner", told, words)];
            // What was said of it is told where it is taken over; that it is marked as ours goes without saying.
            const changes = runnerChanges(step).filter((change) => change !== MARKER);
            if (changes.length === 0) return [];
            return [plainLine(step.operation, `runner ${step.name}`, `changes: ${changes.join(", ")}`)];
        })
        .concat(findForeign(steps, told));
}

/** What `ExclusiveRunners` does to runners that nobody declared: they are in no count of Pulumi's. */
function findForeign(steps: readonly Step[], told: Told): Line[] {
    return changed(steps, "ExclusiveRunners").flatMap((step) =>
        told
            .each(step, (line) => /^will (delete|pause)/i.test(line))
            .map(([text = "", ...more]): Line => {
                const operation = /^will delete/i.test(text) ? "delete" : "update";
                return { operation, subject: `runners of ${scopeOfOrphans(step.name)}:`, text, more };
            }),
    );
}

/** Tokens that will be reset. That of a new runner is new anyway. */
export function findTokens(steps: readonly Step[], told: Told): Line[] {
    const renewed = new Set(
        changed(steps, "UserRunner")
            .filter(({ operation }) => operation === "create" || operation === "replace")
            .map(({ name }) => name),
    );
    const lines = changed(steps, "RunnerToken")
        .filter(({ operation, name, changes }) => {
            if (operation === "delete" || renewed.has(name)) return false;
            return operation !== "update" || changes.some((change) => /^token\b/.test(change));
        })
        .map((step) => toLine(step, "token of runner", told, { create: "is recovered or reset", replace: "is reset" }));
    return sayReasonOnce(lines);
}

/** Where the same is said of many tokens, all but the first name it: thirty runners that are taken over have one reason. */
function sayReasonOnce(lines: Line[]): Line[] {
    const first = new Map<string, Line>();
    return [...lines]
        .sort((one, other) => one.subject.localeCompare(other.subject, "en"))
        .map((line) => {
            const [what, ...reason] = line.text.split(/(?<=\.) /);
            // Only the runner may be another one: what ends in a day is not like what ends in a month.
            const said = [...reason, ...line.more].map((text) => text.replace(/\brunner \d+/gi, "runner #"));
            const key = [line.operation, ...said].join("\n");
            const same = first.get(key);
            if (same === undefined || reason.length === 0) {
                first.set(key, line);
                return line;
            }
            return { ...line, text: `${what!.replace(/\.$/, "")}, like the ${same.subject}.`, more: [] };
        });
}

/** What is said where neither the plugin nor we have better words. */
export const CHANGES: Words = { create: "is made", update: "changes", replace: "is made anew", delete: "goes" };
/** Resources of managers that stand for something on a host, and what a reader calls them. */
export const HOSTS: Readonly<Record<string, string>> = {
    ManagerFiles: "manager",
    ManagerVolume: "manager",
    ManagerPod: "manager",
    HostService: "service of manager",
    Container: "container of manager",
    CacheVolumes: "cache volumes of manager",
};

/** Machines and directories that `up` will write to. */
export function findHosts(steps: readonly Step[], told: Told): Line[] {
    return Object.entries(HOSTS).flatMap(([type, noun]) =>
        changed(steps, type).map((step) => {
            const plain = toLine(step, noun, told, CHANGES);
            const line = { ...plain, more: [...plain.more, ...otherIdentity(step)] };
            const place = placeOf(step);
            if (place === "") return line;
            const colon = line.subject.endsWith(":") ? ":" : "";
            return { ...line, subject: `${noun} ${step.name} (${place})${colon}` };
        }),
    );
}

/** How GitLab, an engine or a cluster is asked from now on: whether certificates are looked at, with which token. */
export function findProviders(steps: readonly Step[]): Line[] {
    return steps
        .filter(({ urn }) => isProviderUrn(urn))
        .map(({ operation, name, changes }) =>
            plainLine(operation, `provider ${name}`, `changes: ${changes.join(", ")}`),
        );
}

/** By its identity GitLab knows a manager; it is made of the names of project, stack and manager, unless `systemId` says it. */
function otherIdentity({ operation, before, inputs }: Step): string[] {
    const [old, next] = [before.systemId, inputs.systemId].map(knownText);
    // One that is known after up only may be the same.
    if (operation !== "update" || next === "" || old === next || !isSystemId(old!)) return [];
    return [
        `GitLab lists another manager after the next start of its process, and this one goes stale. To keep it: systemId: ${old}`,
    ];
}

function placeOf({ inputs }: Step): string {
    const { directory, ssh, engine, place } = inputs;
    const host = nameOf(ssh) || nameOf(engine) || knownText(place);
    return [host, knownText(directory)].filter((part) => part !== "").join(":");
}

function nameOf(value: unknown): string {
    return isMap(value) ? knownText(value.host) : "";
}

/** A text; empty where it is none, or not known yet, for which the engine has a text of its own. */
function knownText(value: unknown): string {
    return typeof value === "string" && !isUnknownText(value) ? value : "";
}

export function plainLine(operation: Operation, subject: string, text: string): Line {
    return { operation, subject, text, more: [] };
}

/** Steps of a type that change something. */
export function changed(steps: readonly Step[], type: string): Step[] {
    return steps.filter((step) => step.type === type && step.operation !== "same");
}

/** The plugin's own words where it has some, else ours; an update without either names its properties. */
export function toLine(step: Step, noun: string, told: Told, words: Words): Line {
    const [first, ...more] = told.about(step);
    const { operation, name, changes } = step;
    const subject = `${noun} ${name}`;
    if (operation === "update" && first !== undefined) return { operation, subject: `${subject}:`, text: first, more };
    const ours = words[operation] ?? (operation === "import" ? "is taken over" : "changes");
    const named = changes.length === 0 ? ours : nameChanges(step, ours);
    return { operation, subject, text: first === undefined ? named : `${named}. ${first}`, more };
}

/** Where something changes that goes on, what does. */
function nameChanges(step: Step, ours: string): string {
    const changed = step.type === "UserRunner" ? runnerChanges(step) : step.changes;
    const changes = `changes: ${changed.join(", ")}`;
    if (step.operation === "import") return `${ours}; ${changes}`;
    return step.operation === "update" ? changes : ours;
}
