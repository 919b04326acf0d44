import { defined, mapIn, type Props, textsIn, type Value } from "../../../core/props";
import type { PolicyChange, PolicyEntry } from "../../../gitlab/allowlist-policies";
import { type Declared, entriesIn, keyOf, samePermissions } from "./drift";

/**
 * Permissions of entries as they were when they were first declared here: names, or `default`. States of earlier versions do not
 * have it; their entries get default permissions back.
 */
const BEFORE = "__before";
const DEFAULT = "default";

/** What makes a project's list what was declared. */
interface Plan {
    /** Declared entries that the list does not have. */
    missing: Declared[];
    /** What becomes of those that it has. */
    changes: PolicyChange[];
    /** What the state has to say from then on of how the list was before. */
    origin: Props;
}

/** What is declared is put right. Of what no longer is, what was added here goes, and the rest gets its old permissions back. */
export function planPolicies(list: readonly PolicyEntry[], declared: readonly Declared[], state: Props): Plan {
    const now = new Map(list.map((entry) => [`${entry.kind}:${entry.id}`, entry]));
    const wanted = new Map(declared.map((entry) => [keyOf(entry), entry]));
    const added = textsIn(state.added);
    const known = new Set([...entriesIn(state.entries).map(keyOf), ...added]);
    const before = mapIn(state[BEFORE]);
    const missing = declared.filter((entry) => !now.has(keyOf(entry)));
    const toChange = ([key, { policies }]: [string, Declared]) => updateOf(now.get(key), policies);
    const toUndo = (key: string) =>
        added.includes(key) ? removalOf(now.get(key)) : updateOf(now.get(key), namesIn(before[key]));
    const firstSeen = (key: string) => (known.has(key) ? undefined : permissionsNow(now.get(key)));
    return {
        missing,
        changes: [...[...wanted].flatMap(toChange), ...[...known].filter((key) => !wanted.has(key)).flatMap(toUndo)],
        origin: {
            added: [...new Set([...added, ...missing.map(keyOf)])].filter((key) => wanted.has(key)),
            [BEFORE]: defined(
                Object.fromEntries([...wanted.keys()].map((key) => [key, before[key] ?? firstSeen(key)])),
            ),
        },
    };
}

/** What an earlier plan's `origin` says, as a read keeps it. */
export function originIn(state: Props): Props {
    return { added: state.added ?? [], [BEFORE]: state[BEFORE] };
}

function updateOf(entry: PolicyEntry | undefined, policies: readonly string[] | undefined): PolicyChange[] {
    if (entry === undefined || samePermissions(entry.policies, policies)) return [];
    return [{ action: "update", kind: entry.kind, path: entry.path, policies }];
}

function removalOf(entry: PolicyEntry | undefined): PolicyChange[] {
    return entry === undefined ? [] : [{ action: "remove", kind: entry.kind, path: entry.path }];
}

function permissionsNow(entry: PolicyEntry | undefined): Value | undefined {
    if (entry === undefined) return undefined;
    return entry.policies === undefined ? DEFAULT : [...entry.policies];
}

function namesIn(permissions: Value | undefined): string[] | undefined {
    return Array.isArray(permissions) ? textsIn(permissions) : undefined;
}
