import { hasUnknown, type Props, sameValue, type Value } from "../core/props";
import type { ChangeKind } from "./handler";

/**
 * The changes of a list, entry by entry: an added entry is at its index in the new list, a removed one at its index in
 * the old. If compared by position, one more entry at the front would change every line.
 */
export function listChanges(path: string, old: readonly Value[], next: readonly Value[]): Record<string, ChangeKind> {
    const changes: Record<string, ChangeKind> = {};
    for (const index of surplus(old, next)) changes[`${path}[${index}]`] = "delete";
    for (const index of surplus(next, old)) {
        const at = `${path}[${index}]`;
        // One entry is removed and another added at the same index: one line shows both.
        changes[at] = at in changes ? "update" : "add";
    }
    return changes;
}

/**
 * The changes in the form that the engine shows best: a changed list entry by entry. `state` is what the engine shows
 * as old, whatever a handler has compared with. If the state already has the wanted value, because only GitLab differs,
 * `paused: false => false` would tell nothing: the value is then shown as added.
 */
export function asShown(
    changes: Record<string, ChangeKind>,
    state: Props,
    inputs: Props,
    secrets: ReadonlySet<string>,
): Record<string, ChangeKind> {
    return Object.fromEntries(
        Object.entries(changes).flatMap(([name, kind]) => {
            const [old, next] = [state[name], inputs[name]];
            if (!kind.startsWith("update") || secrets.has(name)) return [[name, kind] as const];
            const replaces = kind === "update-replace";
            if (next !== undefined && !hasUnknown(next) && sameValue(old, next)) {
                return [[name, replaces ? "add-replace" : "add"] as const];
            }
            if (!Array.isArray(old) || !Array.isArray(next)) return [[name, kind] as const];
            const entries = Object.entries(listChanges(name, old, next));
            const all = entries.map(([path, of]) => [path, (replaces ? `${of}-replace` : of) as ChangeKind] as const);
            return all.length > 0 ? all : [[name, kind] as const];
        }),
    );
}

/** Entries of a list that the other list lacks, each as often as it is missing there. */
export function missingIn(list: readonly Value[], other: readonly Value[]): Value[] {
    return surplus(list, other).map((index) => list[index]!);
}

function surplus(list: readonly Value[], other: readonly Value[]): number[] {
    const counts = new Map<unknown, number>();
    for (const item of other) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
    return [...list.keys()].filter((index) => {
        const key = keyOf(list[index]!);
        const left = counts.get(key) ?? 0;
        if (left > 0) counts.set(key, left - 1);
        return left === 0;
    });
}

function keyOf(value: Value): unknown {
    if (hasUnknown(value)) return Symbol();
    return typeof value === "object" ? JSON.stringify(value) : value;
}
