import { countBy } from "../../core/groups";
import { count } from "../ago";
import { turnedOff } from "./access";
import { HOSTS } from "./meaning";
import type { Operation, Step } from "./preview";
import type { Counts, Report, Section } from "./summary";

/** In the order for readers: the sign that Pulumi uses, the word for the finished operation, and how serious it is. */
export const OPERATIONS: Record<Operation, { sign: string; done: string; tone: "good" | "warn" | "bad" | "plain" }> = {
    delete: { sign: "-", done: "deleted", tone: "bad" },
    replace: { sign: "±", done: "recreated", tone: "bad" },
    import: { sign: "=", done: "taken over", tone: "warn" },
    create: { sign: "+", done: "created", tone: "good" },
    update: { sign: "~", done: "changed", tone: "warn" },
    same: { sign: " ", done: "", tone: "plain" },
};
export const SEVERITY = Object.keys(OPERATIONS) as Operation[];

/** `1 runner deleted; 2 managers changed`: the headline of a report. Falls back to Pulumi's own counts. */
export function headline({ outcome, counts, errors, gist }: Report): string {
    if (outcome === "failed") return errors.length > 1 ? `${errors.length} errors` : "failed";
    if (outcome === "unchanged") return "nothing changes";
    return gist === "" ? countsInWords(counts) : gist;
}

/** `2 to create, 1 to delete`: Pulumi's resources, as the plan widget counts them. */
export function countsInWords(counts: Counts): string {
    const parts = (["create", "import", "update", "replace", "delete"] as const)
        .filter((operation) => counts[operation] > 0)
        .map((operation) => `${counts[operation].toLocaleString("en-US")} to ${operation}`);
    return parts.join(", ");
}

/**
 * A preview in half a line, in terms of runners and managers, which a reviewer knows, and not of Pulumi's resources.
 * Empty if neither is affected.
 */
export function gistOf(steps: readonly Step[], sections: readonly Section[]): string {
    const lines = (wanted: string) => sections.find(({ title }) => title === wanted)?.lines ?? [];
    const others = lines("Runners").flatMap(({ subject, text }) => {
        const [, action, number] = /^will (delete|pause) ([\d,]+) runner/i.exec(text) ?? [];
        if (action === undefined || !subject.startsWith("runners of ")) return [];
        return [`${number} undeclared ${action.toLowerCase()}d`];
    });
    const tokens = lines("Tokens");
    const isSure = tokens.every(({ operation }) => operation !== "create");
    const access = lines("Who gets in").filter(({ operation }) => operation !== "import");
    const off = turnedOff(steps).length;
    return [
        tell("runner", byName(steps, ["UserRunner"])),
        ...others,
        ...(off > 0 ? [`${count(off, "allowlist")} turned off`] : []),
        ...(access.length > 0 ? ["who gets in changes"] : []),
        ...(tokens.length > 0 ? [`${count(tokens.length, "token")} ${isSure ? "reset" : "recovered or reset"}`] : []),
        tell("manager", byName(steps, MANAGERS, Object.keys(HOSTS))),
        ...(lines("Providers").length > 0 ? ["settings of a provider change"] : []),
    ]
        .filter((part) => part !== "")
        .join("; ");
}

/** Each manager has one of these resources, and exists as long as one of them does. */
const MANAGERS = ["ManagerFiles", "ManagerVolume", "ManagerPod"];

/**
 * The operation on each named thing, which may consist of several resources. Creating or deleting one of `types`
 * creates or deletes it, and both replace it. Creating or deleting one of its other `parts` changes it.
 */
function byName(
    steps: readonly Step[],
    types: readonly string[],
    parts: readonly string[] = types,
): Map<string, Operation> {
    const found = new Map<string, { itself: Set<Operation>; all: Set<Operation> }>();
    for (const { name, type, operation } of steps) {
        if (!parts.includes(type)) continue;
        const entry = found.get(name) ?? { itself: new Set(), all: new Set() };
        found.set(name, entry);
        entry.all.add(operation);
        if (types.includes(type)) entry.itself.add(operation);
    }
    return new Map([...found].map(([name, { itself, all }]) => [name, ofWhole(itself.size > 0 ? itself : all, all)]));
}

function ofWhole(itself: ReadonlySet<Operation>, all: ReadonlySet<Operation>): Operation {
    if (itself.has("delete")) return itself.has("create") ? "replace" : "delete";
    if (all.has("replace")) return "replace";
    const whole = (["import", "create"] as const).find((operation) => itself.has(operation));
    return whole ?? (all.size === 1 && all.has("same") ? "same" : "update");
}

/** `2 runners deleted, 1 created` */
function tell(noun: string, operations: ReadonlyMap<string, Operation>): string {
    const numbers = countBy(operations.values());
    return SEVERITY.filter((operation) => operation !== "same" && numbers.has(operation))
        .map((operation, at) => {
            const number = numbers.get(operation)!;
            return `${at === 0 ? count(number, noun) : number.toLocaleString("en-US")} ${OPERATIONS[operation].done}`;
        })
        .join(", ");
}
