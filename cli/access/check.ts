import { pathKey } from "../../core/paths";
import { type Entry, entriesOf, keyOf, keysInto, lastUseOf, type Producer, PULLS, type Via, wayIn } from "./access";
import { type Declared, isDeclared } from "./declared";
import type { Need } from "./needs";

/**
 * `ok`; `missing`: jobs fail and nothing is going to change that; `pending`: declared, jobs fail until `pulumi up`;
 * `revoked`: jobs run until the next `pulumi up` takes the entry away; `unseen`: the token may not read the list;
 * `off`: the producer's registry is turned off, so nobody pulls whatever the list says.
 */
export type NeedState = "ok" | "missing" | "off" | "pending" | "revoked" | "unseen";

/** Those in which a need is not met, or will not be. */
export const GAPS: readonly string[] = ["missing", "off", "pending", "revoked"] satisfies NeedState[];

/** One need, held against what is declared and allowed. */
export interface CheckedNeed extends Need {
    state: NeedState;
    via?: Via;
}

/** An entry that nobody who was scanned needs. */
export interface Unused {
    producer: string;
    kind: "project" | "group";
    entry: string;
    /** Whether it stands in the stack config, on GitLab's list, or both. */
    found: ("declared" | "allowed")[];
    /** When a job last got in by it, in milliseconds; undefined when never or not known. */
    lastUsed?: number;
    /** Consumers in it that were not understood: they may need it. */
    doubtful: string[];
}

/** Everything the check found. */
export interface CheckResult {
    needs: CheckedNeed[];
    unused: Unused[];
    /** Needs that are not met, or will not be. */
    gaps: CheckedNeed[];
}

/** What the check looks at. */
export interface CheckInput {
    needs: readonly Need[];
    producers: readonly Producer[];
    /** What the stacks declare; undefined when no stack config was given. */
    declared?: readonly Declared[];
    /** The projects that were read. */
    scanned: readonly { path: string; id: number }[];
    /** What was not understood, by who has it. */
    unresolved?: readonly { consumer: string }[];
    /** Full path of the group that was scanned with everything in it, if one was. */
    group?: string;
}

/** Holds what configurations need against what is declared and what GitLab allows. */
export function checkAccess(input: CheckInput): CheckResult {
    const { producers, scanned } = input;
    const declarationOf = findDeclaration(input.declared ?? []);
    const ids = new Map(scanned.map(({ path, id }) => [pathKey(path), id]));
    const byPath = new Map(producers.map((producer) => [pathKey(producer.path), producer]));
    const needs = input.needs.map((need): CheckedNeed => {
        const producer = byPath.get(pathKey(need.producer))!;
        const kinds = need.references.map(({ kind }) => kind);
        const via = wayIn(producer, need.consumer, kinds);
        if (producer.registry === "disabled" && kinds.some((kind) => PULLS.includes(kind)))
            return { ...need, state: "off" };
        if (via?.kind === "visible") return { ...need, state: "ok", via };
        const declaration = declarationOf(producer);
        const consumer = { path: need.consumer, id: ids.get(pathKey(need.consumer)) };
        const promised = declaration === undefined ? undefined : isDeclared(declaration, consumer);
        if (producer.list === undefined) return { ...need, state: promised === true ? "ok" : "unseen" };
        if (via === undefined) return { ...need, state: promised === true ? "pending" : "missing" };
        const revoked = promised === false && declaration!.mode === "exclusive";
        return { ...need, state: revoked ? "revoked" : "ok", via };
    });
    return {
        needs,
        unused: findUnused(input, declarationOf),
        gaps: needs.filter(({ state }) => GAPS.includes(state)),
    };
}

/** What is declared for a producer, which may be named by its id. */
function findDeclaration(declared: readonly Declared[]): (producer: Producer) => Declared | undefined {
    // Of two, the first counts.
    const all = new Map([...declared].reverse().map((one) => [pathKey(one.producer), one]));
    return ({ path, id }) => all.get(pathKey(path)) ?? all.get(String(id));
}

function findUnused(
    { needs, producers, scanned, group, unresolved = [] }: CheckInput,
    declarationOf: (producer: Producer) => Declared | undefined,
): Unused[] {
    const idOf = new Map(scanned.map(({ path, id }) => [String(id), path]));
    const needed = new Set(
        needs.flatMap(({ consumer, producer }) => keysInto(consumer).map((key) => `${producer} ${key}`)),
    );
    const doubtful = new Map<string, string[]>();
    for (const consumer of new Set(unresolved.map((one) => one.consumer))) {
        for (const key of keysInto(consumer)) doubtful.set(key, [...(doubtful.get(key) ?? []), consumer]);
    }
    // An entry for projects that were not all read may well be needed.
    const single = new Set(scanned.map(({ path }) => pathKey(path)));
    const isRead = ({ kind, path }: Entry) =>
        kind === "project"
            ? single.has(pathKey(path))
            : group !== undefined && `${pathKey(path)}/`.startsWith(`${pathKey(group)}/`);
    return producers.flatMap((producer) => {
        const entries = new Map<string, Entry & { found: Unused["found"] }>();
        for (const [found, list] of Object.entries({ declared: declarationOf(producer), allowed: producer.list })) {
            for (const { kind, path: written } of list ? entriesOf(list) : []) {
                const path = kind === "project" ? (idOf.get(written) ?? written) : written;
                const key = keyOf({ kind, path });
                const entry = entries.get(key) ?? { kind, path, found: [] };
                entry.found.push(found as "declared" | "allowed");
                entries.set(key, entry);
            }
        }
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
