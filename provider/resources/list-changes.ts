import type { ChangeKind } from "../handler";
import { hasUnknown, type Value } from "../values";

/**
 * How a list changes, entry by entry, by the path of each: an entry that is new has its place in the new list, one that
 * goes has its place in the old. Compared by position, one entry more at the front would change every line.
 */
export function listChanges(path: string, old: readonly Value[], next: readonly Value[]): Record<string, ChangeKind> {
    const changes: Record<string, ChangeKind> = {};
    for (const index of surplus(old, next)) changes[`${path}[${index}]`] = "delete";
    for (const index of surplus(next, old)) {
        const place = `${path}[${index}]`;
        // One goes and one comes in the same place: there is one line for both.
        changes[place] = place in changes ? "update" : "add";
    }
    return changes;
}

/** Entries of a list that the other has not, each as often as it is missing there. */
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
