import { isMap } from "../../core/values";
import { isUnknownText } from "../../core/wire-values";
import type { Operation, Step } from "./preview";
import { runnerChanges } from "./runner-changes";
import type { Line, Told } from "./summary";

/** What stands in for a message where the plugin has none. */
type Words = Partial<Record<Operation, string>>;

/** Runners made, changed, replaced and deleted, declared or not. */
export function findRunners(steps: readonly Step[], told: Told): Line[] {
    const words: Words = {
        create: "is made",
        import: "is taken over, with its id",
        replace: "is made anew, with another id and another token; the old one goes with its history",
        delete: "goes, with its id, its token and its history",
    };
    return changed(steps, "UserRunner")
        .map((step) => toLine(step, "runner", told, words))
        .concat(findForeign(steps, told));
}

/** What `ExclusiveRunners` does to runners that nobody declared: they are in no count of Pulumi's. */
function findForeign(steps: readonly Step[], told: Told): Line[] {
    return changed(steps, "ExclusiveRunners").flatMap((step) =>
        told
            .each(step, (line) => /^will (delete|pause)/i.test(line))
            .map(([text = "", ...more]): Line => {
                const operation = /^will delete/i.test(text) ? "delete" : "update";
                return { operation, subject: `runners of ${step.name}:`, text, more };
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
    return changed(steps, "RunnerToken")
        .filter(({ operation, name, changes }) => {
            if (operation === "delete" || renewed.has(name)) return false;
            return operation !== "update" || changes.some((change) => /^token\b/.test(change));
        })
        .map((step) => toLine(step, "token of runner", told, { create: "is recovered or reset", replace: "is reset" }));
}

/** Who gets in, and who no longer. */
export function findAccess(steps: readonly Step[], told: Told): Line[] {
    const lists = changed(steps, "ProjectJobTokenScopes");
    const entries = changed(steps, "ProjectJobTokenScope");
    // A list that becomes entries, or the other way round, keeps those on it that stay.
    const idsWhere = (all: Step[], wanted: Operation) => idsOf(all.filter(({ operation }) => operation === wanted));
    const single = idsWhere(entries, "create");
    const stays: Partial<Record<Operation, ReadonlySet<string>>> = {
        create: idsWhere(lists, "delete"),
        delete: idsWhere(lists, "create"),
    };
    const others: [string, string][] = [
        ["JobTokenPolicies", "policies of allowlist"],
        ["ProjectShareGroup", "membership"],
    ];
    return [
        ...lists.flatMap((step) => toList(step, single, told)),
        ...entries
            .filter((step) => ![...idsOf([step])].some((id) => stays[step.operation]?.has(id)))
            .map((step) => toEntry(step, told)),
        ...others.flatMap(([type, noun]) => changed(steps, type).map((step) => toLine(step, noun, told, CHANGES))),
    ];
}

/** A whole list; one that is gone where its entries are made one by one has let nobody out who is among them. */
function toList(step: Step, single: ReadonlySet<string>, told: Told): Line[] {
    const mine = [...idsOf([step])];
    if (step.operation !== "delete" || !mine.some((id) => single.has(id))) {
        const gone = "is declared no longer: what this stack added is taken off";
        return [toLine(step, "allowlist", told, { create: "is declared as a whole", delete: gone })];
    }
    const text = "is declared entry by entry: what others put on it stays";
    const lost = mine
        .filter((id) => !single.has(id))
        .map((id) => `${id.split(" ").slice(1).join(" ")} no longer gets in`);
    return [{ operation: "update", subject: `allowlist ${step.name}`, text, more: [...told.about(step), ...lost] }];
}

/** An entry of its own is called `<list>-projects/<path>`. */
function toEntry(step: Step, told: Told): Line {
    const [, list, kind, path] = /^(.*?)-(project|group)s\/(.*)$/.exec(step.name) ?? [];
    const words = { create: "gets in", delete: "no longer gets in" };
    if (path === undefined) return toLine(step, "allowlist entry", told, words);
    const to = { create: `gets into ${list}`, delete: `no longer gets into ${list}` };
    return toLine({ ...step, name: path }, kind!, told, to);
}

/** Project and target of entries, to tell which are the same. */
function idsOf(steps: readonly Step[]): Set<string> {
    return new Set(
        steps.flatMap(({ inputs }) => {
            const ids = (kind: "Project" | "Group") => {
                const list = inputs[`target${kind}Ids`];
                const one = inputs[`target${kind}Id`];
                const all = [...(Array.isArray(list) ? list : []), ...(one === undefined ? [] : [one])];
                return all.map((id) => `${inputs.project} ${kind} ${id}`);
            };
            return [...ids("Project"), ...ids("Group")];
        }),
    );
}

const CHANGES: Words = { create: "is made", update: "changes", replace: "is made anew", delete: "goes" };
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
            const line = toLine(step, noun, told, CHANGES);
            const place = placeOf(step);
            if (place === "") return line;
            const colon = line.subject.endsWith(":") ? ":" : "";
            return { ...line, subject: `${noun} ${step.name} (${place})${colon}` };
        }),
    );
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

/** Steps of a type that change something. */
export function changed(steps: readonly Step[], type: string): Step[] {
    return steps.filter((step) => step.type === type && step.operation !== "same");
}

/** The plugin's own words where it has some, else ours; an update without either names its properties. */
function toLine(step: Step, noun: string, told: Told, words: Words): Line {
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
    const changes = `changes: ${changesOf(step).join(", ")}`;
    if (step.operation === "import") return `${ours}; ${changes}`;
    return step.operation === "update" ? changes : ours;
}

function changesOf(step: Step): string[] {
    return step.type === "UserRunner" ? runnerChanges(step) : step.changes;
}
