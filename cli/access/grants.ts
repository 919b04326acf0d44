import { Document, Scalar, type YAMLMap, YAMLSeq } from "yaml";
import { iso } from "../../core/durations";
import { groupBy } from "../../core/groups";
import { oneLine } from "../../core/one-line";
import { firstOf } from "../../core/values";
import { safeYaml } from "../yaml";
import { type Entry, entriesOf, isVisible, keyOf, keysInto, lastUseOf, type Producer, wayByList } from "./access";
import { type CheckInput, readBy } from "./check";
import type { Need, Needs } from "./needs";
import type { AccessReference } from "./reading/references";

export interface GrantInput extends Needs, Pick<CheckInput, "producers" | "scanned" | "groups"> {
    /** Current time, and how long a use in GitLab's log counts, in milliseconds. */
    now: number;
    recent: number;
}

/** What one producer's declaration is made of. */
interface Grant {
    /** The entries by key, each with a comment that says why. */
    entries: Map<string, Entry & { why: string }>;
    remarks: string[];
    additive: boolean;
}

/**
 * Stack config that lets in exactly those who need it or were seen to use it, as YAML with the reasons in comments.
 * Names of jobs and files are untrusted, so the library writes every value and comment.
 */
export function toStackConfig(input: GrantInput): string {
    const document = new Document({ config: { "gitlab-fleet:registries": {} } });
    const registries = document.getIn(["config", "gitlab-fleet:registries"]) as YAMLMap;
    const remarks = describeExempt(input.exempt).map((line) => `not needed: ${line}`);
    const isRead = readBy(input);
    const needs = groupBy(input.needs, ({ producer }) => producer);
    for (const producer of [...input.producers].sort((a, b) => (a.path < b.path ? -1 : 1))) {
        const granted: Need[] = [];
        for (const need of needs.get(producer.path) ?? []) {
            // The list may be off now, but it will be on.
            if (!isVisible(producer, need.references)) granted.push(need);
            else {
                const why = `the project is ${producer.visibility}`;
                remarks.push(`not needed: ${need.consumer} to ${producer.path} (${describe(need.references)}): ${why}`);
            }
        }
        if (granted.length > 0)
            registries.set(producer.path, toNode(document, toGrant(producer, granted, isRead, input)));
    }
    remarks.push(...input.unresolved.map(describeOpen).map((line) => `not understood: ${line}`));
    document.comment = toComment([...new Set(remarks)]) ?? null;
    return safeYaml(document, { lineWidth: 0 });
}

/** Who is let in and why. Jobs that GitLab has seen get in count as much as what was read. */
function toGrant(
    producer: Producer,
    granted: readonly Need[],
    isRead: ReturnType<typeof readBy>,
    input: GrantInput,
): Grant {
    const { list } = producer;
    const entries = entriesFor(producer, granted, input);
    const left = (list === undefined ? [] : entriesOf(list)).filter((entry) => !entries.has(keyOf(entry)));
    const has = (path: string) => entries.has(keyOf({ kind: "project", path }));
    const whyAdditive = reasonsForAdditive(
        producer,
        left,
        isRead,
        input.unresolved.map(({ consumer }) => consumer).filter((path) => !has(path)),
    );
    const additive = whyAdditive.length > 0;
    const remarks = [...whyAdditive];
    const ways = new Set(granted.flatMap(({ consumer }) => keysInto(consumer)));
    if (!additive) remarks.push(...left.map((entry) => whyLeftOut(producer, entry, ways.has(keyOf(entry)))));
    if (list?.enabled === false) {
        remarks.push("its list is off, so every project's jobs get in now; with this, only these will");
        const before = Object.keys(list.lastUsed ?? {}).filter((path) => !has(path));
        if (before.length > 0) remarks.push(`got in before: ${before.join(", ")}`);
    }
    if (producer.registry === "disabled") remarks.push("its container registry is off: nobody pulls images");
    return { entries, remarks, additive };
}

/** The consumers that need it, and the entries through which jobs got in lately. */
function entriesFor(producer: Producer, granted: readonly Need[], { now, recent }: GrantInput): Grant["entries"] {
    const entries: Grant["entries"] = new Map();
    const add = (kind: Entry["kind"], path: string, why: string) =>
        entries.set(keyOf({ kind, path }), { kind, path, why });
    for (const { consumer, references } of granted) add("project", consumer, describe(references));
    for (const [path, at] of Object.entries(producer.list?.lastUsed ?? {})) {
        if (now - at >= recent || entries.has(keyOf({ kind: "project", path }))) continue;
        const via = wayByList(producer, path);
        if (via?.kind === "group") add("group", via.group, `jobs of ${path} got in on ${dayOf(at)}`);
        else if (via !== undefined) add("project", path, `its jobs got in on ${dayOf(at)}`);
    }
    return entries;
}

/** Why the list must not be exclusive: unchecked entries may still be needed. `doubted` were not understood. */
function reasonsForAdditive(
    { list }: Producer,
    left: readonly Entry[],
    isRead: ReturnType<typeof readBy>,
    doubted: readonly string[],
): string[] {
    const unread = left.filter((entry) => !isRead(entry)).map(({ path }) => path);
    const open = new Set(left.map(keyOf));
    const doubtful = [...new Set(doubted)].filter((path) => keysInto(path).some((key) => open.has(key)));
    return [
        ...(unread.length === 0
            ? []
            : [`additive, because others are on the list that were not scanned: ${unread.join(", ")}`]),
        ...(doubtful.length === 0
            ? []
            : [`additive, because it is not understood whether these need their entries: ${doubtful.join(", ")}`]),
        ...(list === undefined ? ["additive, because the token may not read who is on the list"] : []),
    ];
}

/** Why an existing entry is not declared. `isNamed`: its jobs have an entry of their own. */
function whyLeftOut(producer: Producer, entry: Entry, isNamed: boolean): string {
    const lastUse = lastUseOf(producer, entry);
    const known = lastUse === undefined ? "never used" : `last used on ${dayOf(lastUse)}`;
    const used = producer.list?.lastUsed ? known : "GitLab keeps no log here";
    const why = isNamed ? "whoever in it needs it is named here" : "no scanned configuration needs it";
    return `left out: ${entry.kind} ${entry.path} is on the list and ${why} (${used})`;
}

function toNode(document: Document, { entries, remarks, additive }: Grant): YAMLMap {
    const consumers: Record<string, YAMLSeq> = {};
    for (const { kind, path, why } of entries.values()) {
        consumers[`${kind}s`] ??= new YAMLSeq();
        consumers[`${kind}s`]!.add(Object.assign(new Scalar(path), { comment: toComment([why]) }));
    }
    const entry = document.createNode({ ...(additive && { mode: "additive" }), consumers }) as YAMLMap;
    (entry.items[0]!.key as Scalar).commentBefore = toComment(remarks);
    return entry;
}

/** Lines of a comment, without characters that any version of YAML takes for a line break. */
function toComment(lines: readonly string[]): string | undefined {
    return lines.length === 0 ? undefined : lines.map((line) => ` ${oneLine(line)}`).join("\n");
}

/** A date, because the output is kept: `3 days ago` would be wrong tomorrow. */
function dayOf(time: number): string {
    return iso(time).slice(0, 10);
}

/** Where references were found: `image in job build, from in Dockerfile:3`. */
export function describe(references: readonly AccessReference[]): string {
    const all = [...new Set(references.map(({ kind, where }) => `${kind} in ${where}`))];
    return firstOf(all, 3);
}

/** One reference that was not understood, its place, and what would resolve it. */
export function describeOpen({
    consumer,
    reference: { kind, where, text },
    reason,
}: Needs["unresolved"][number]): string {
    return `${consumer}, ${kind} in ${where}${text === "" ? "" : `, ${text}`}: ${reason}`;
}

/** References that need no entry: a line for each consumer, producer and reason. */
export function describeExempt(exempt: Needs["exempt"]): string[] {
    const found = groupBy(exempt, ({ consumer, producer, reason }) => JSON.stringify([consumer, producer, reason]));
    return [...found.values()].map((all) => {
        const { consumer, producer, reason } = all[0]!;
        return `${consumer} to ${producer} (${describe(all.map(({ reference }) => reference))}): ${reason}`;
    });
}
