import { scopeOfOrphans } from "../../core/orphans-name";
import { isSystemId } from "../../core/system-id";
import { isProviderUrn } from "../../core/urn";
import { isMap } from "../../core/values";
import { isUnknownText } from "../../core/wire-values";
import type { Operation, Step } from "./preview";
import { MARKER, runnerChanges } from "./runner-changes";
import type { Line, Told } from "./summary";

/** Words for operations for which the plugin has no message. */
export type Words = Partial<Record<Operation, string>>;

/** Runners that are created, changed, replaced or deleted, declared or not. */
export function findRunners(steps: readonly Step[], told: Told): Line[] {
    const words: Words = {
        create: "is created",
        import: "is taken over, with its id",
        replace: "is recreated, with another id and another token; the old one goes with its history",
        delete: "goes, with its id, its token and its history",
    };
    const runners = changed(steps, "UserRunner");
    const adopted = new Set(runners.filter(({ operation }) => operation === "import").map(({ urn }) => urn));
    return runners
        .flatMap((step) => {
            if (step.operation !== "update" || !adopted.has(step.urn)) return [toLine(step, "runner", told, words)];
            // The adoption's own line reports the message; the marker that it gets needs no mention.
            const changes = runnerChanges(step).filter((change) => change !== MARKER);
            if (changes.length === 0) return [];
            return [plainLine(step.operation, `runner ${step.name}`, `changes: ${changes.join(", ")}`)];
        })
        .concat(findForeign(steps, told));
}

/** What `ExclusiveRunners` does to undeclared runners, which Pulumi does not count. */
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

/** Tokens that will be reset. A new runner has a new token anyway. */
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

/** If many tokens have one reason, as adopted ones do, only the first line gives it, and the others refer to it. */
function sayReasonOnce(lines: Line[]): Line[] {
    const first = new Map<string, Line>();
    return [...lines]
        .sort((one, other) => one.subject.localeCompare(other.subject, "en"))
        .map((line) => {
            const [what, ...reason] = line.text.split(/(?<=\.) /);
            // Only the runner's id may differ: a token that expires in a day is not like one that expires in a month.
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

/** Words for changes for which there is nothing better. */
export const CHANGES: Words = { create: "is created", update: "changes", replace: "is recreated", delete: "goes" };
/** Resources of managers that represent something on a host, with a name for readers. */
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

/** Changes in how GitLab, an engine or a cluster is accessed: whether certificates are checked, which token is used. */
export function findProviders(steps: readonly Step[]): Line[] {
    return steps
        .filter(({ urn }) => isProviderUrn(urn))
        .map(({ operation, name, changes }) =>
            plainLine(operation, `provider ${name}`, `changes: ${changes.join(", ")}`),
        );
}

/** GitLab recognises a manager by its system id, made from project, stack and manager name unless `systemId` is set. */
function otherIdentity({ operation, before, inputs }: Step): string[] {
    const [old, next] = [before.systemId, inputs.systemId].map(knownText);
    // An id that is only known after up may be the same.
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

/** A text; empty if the value is not a text, or not known yet, for which the engine has a placeholder. */
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

/** The plugin's own message if there is one, otherwise ours; an update without either lists its properties. */
export function toLine(step: Step, noun: string, told: Told, words: Words): Line {
    const [first, ...more] = told.about(step);
    const { operation, name, changes } = step;
    const subject = `${noun} ${name}`;
    if (operation === "update" && first !== undefined) return { operation, subject: `${subject}:`, text: first, more };
    const ours = words[operation] ?? (operation === "import" ? "is taken over" : "changes");
    const named = changes.length === 0 ? ours : nameChanges(step, ours);
    return { operation, subject, text: first === undefined ? named : `${named}. ${first}`, more };
}

/** If something is updated, names what changes. */
function nameChanges(step: Step, ours: string): string {
    const changed = step.type === "UserRunner" ? runnerChanges(step) : step.changes;
    const changes = `changes: ${changed.join(", ")}`;
    if (step.operation === "import") return `${ours}; ${changes}`;
    return step.operation === "update" ? changes : ours;
}
