import { pathKey } from "../../core/paths";
import { type Entry, entriesOf, isPull, keyOf, keysInto, lastUseOf, type Producer, type Via, wayIn } from "./access";
import { type Declared, declarationsBy, isDeclared } from "./declared";
import type { Need } from "./needs";

/** The state of a need, in words. */
export const STATE_WORDS = {
    ok: "ok",
    missing: "missing: jobs fail",
    pending: "declared, not applied: jobs fail until pulumi up",
    revoked: "not declared: jobs fail after the next pulumi up",
    off: "its registry is off: jobs fail",
    unseen: "the list cannot be read with this token",
};
type NeedState = keyof typeof STATE_WORDS;

/** States in which a need is not met, or soon will not be. */
export const GAPS: readonly string[] = ["missing", "off", "pending", "revoked"] satisfies NeedState[];

/** A need, compared with what is declared and allowed. */
export interface CheckedNeed extends Need {
    state: NeedState;
    via?: Via;
}

/** An entry that no scanned project needs. */
export interface Unused {
    producer: string;
    kind: "project" | "group";
    entry: string;
    /** Whether it is in the stack config, on GitLab's list, or both. */
    found: ("declared" | "allowed")[];
    /** When a job last got in by it, in milliseconds; undefined if never or not known. */
    lastUsed?: number;
    /** Consumers covered by it that were not fully understood, and so may need it. */
    doubtful: string[];
}

export interface CheckResult {
    needs: CheckedNeed[];
    unused: Unused[];
    /** Needs that are not met, or soon will not be. */
    gaps: CheckedNeed[];
}

export interface CheckInput {
    needs: readonly Need[];
    producers: readonly Producer[];
    /** What the stacks declare, with consumers as full paths; undefined if no stack config was given. */
    declared?: readonly Declared[];
    /** Full paths of the projects that were read. */
    scanned: readonly string[];
    /** References that were not understood, by consumer. */
    unresolved?: readonly { consumer: string }[];
    /** Full paths of the groups that were scanned with everything in them. */
    groups?: readonly string[];
}

/** Compares what configurations need with what is declared and what GitLab allows. */
export function checkAccess(input: CheckInput): CheckResult {
    const { producers } = input;
    const declarationsOf = declarationsBy(input.declared ?? []);
    const byPath = new Map(producers.map((producer) => [pathKey(producer.path), producer]));
    const needs = input.needs.map((need): CheckedNeed => {
        const producer = byPath.get(pathKey(need.producer))!;
        const via = wayIn(producer, need.consumer, need.references);
        if (producer.registry === "disabled" && need.references.some(isPull)) return { ...need, state: "off" };
        if (via?.kind === "visible") return { ...need, state: "ok", via };
        const declarations = declarationsOf(producer);
        const promised = declarations.some((one) => isDeclared(one, need.consumer));
        if (producer.list === undefined) return { ...need, state: promised ? "ok" : "unseen" };
        if (via === undefined) return { ...need, state: promised ? "pending" : "missing" };
        // A stack that declares the whole list removes what it does not declare, even if another stack declares it.
        const revoked = declarations.some((one) => one.mode === "exclusive" && !isDeclared(one, need.consumer));
        return { ...need, state: revoked ? "revoked" : "ok", via };
    });
    return {
        needs,
        unused: findUnused(input, declarationsOf),
        gaps: needs.filter(({ state }) => GAPS.includes(state)),
    };
}

/** Whether all projects that an entry lets in were read: unread projects may need the entry. */
export function readBy({ scanned, groups = [] }: Pick<CheckInput, "scanned" | "groups">): (entry: Entry) => boolean {
    const single = new Set(scanned.map(pathKey));
    return ({ kind, path }) =>
        kind === "project"
            ? single.has(pathKey(path))
            : groups.some((group) => `${pathKey(path)}/`.startsWith(`${pathKey(group)}/`));
}

function findUnused(
    { needs, producers, scanned, groups, unresolved = [] }: CheckInput,
    declarationsOf: (producer: Producer) => Declared[],
): Unused[] {
    const needed = new Set(
        needs.flatMap(({ consumer, producer }) => keysInto(consumer).map((key) => `${producer} ${key}`)),
    );
    const doubtful = new Map<string, string[]>();
    for (const consumer of new Set(unresolved.map((one) => one.consumer))) {
        for (const key of keysInto(consumer)) doubtful.set(key, [...(doubtful.get(key) ?? []), consumer]);
    }
    const isRead = readBy({ scanned, groups });
    return producers.flatMap((producer) => {
        const entries = new Map<string, Entry & { found: Unused["found"] }>();
        const note = (found: Unused["found"][number]) => (one: Entry) => {
            const entry = entries.get(keyOf(one)) ?? { ...one, found: [] };
            if (!entry.found.includes(found)) entry.found.push(found);
            entries.set(keyOf(one), entry);
        };
        declarationsOf(producer).flatMap(entriesOf).forEach(note("declared"));
        if (producer.list !== undefined) entriesOf(producer.list).forEach(note("allowed"));
        return [...entries]
            .filter(([key, entry]) => isRead(entry) && !needed.has(`${producer.path} ${key}`))
            .map(([key, { kind, path, found }]) => ({
                producer: producer.path,
                kind,
                entry: path,
                found,
                lastUsed: lastUseOf(producer, { kind, path }),
                doubtful: doubtful.get(key) ?? [],
            }));
    });
}
