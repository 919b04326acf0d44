import { hasUnknown, type Props, sameSet, sameValue } from "../core/props";
import type { ChangeKind, Diff, Existing } from "./handler";

/** How a property is compared, and what a change of it requires. */
export interface Comparison {
    /** A change requires a new resource. */
    replace?: boolean;
    /** A list in which neither order nor repetition matters. */
    set?: boolean;
    /** The value that an input has once it is removed. Without it, the old value stays, unless a change replaces. */
    absent?: Props[string];
}

/**
 * Compares the state with the inputs. A property that was declared before and is left out now is compared with its
 * default.
 */
export function compare(comparisons: Record<string, Comparison>, { state, oldInputs }: Existing, inputs: Props): Diff {
    const changes: Record<string, ChangeKind> = {};
    for (const [name, by] of Object.entries(comparisons)) {
        const kind = changeOf(by, state[name], inputs[name], oldInputs[name] !== undefined);
        if (kind !== undefined) {
            changes[name] = (by.replace ? `${kind}-replace` : kind) as ChangeKind;
        }
    }
    return { changes };
}

/** Names of the properties that differ, sorted; a value that is not known yet differs. */
export function differing(
    old: Props,
    next: Props,
    names: readonly string[] = Object.keys({ ...old, ...next }),
): string[] {
    return names.filter((name) => hasUnknown(next[name]) || !sameValue(old[name], next[name])).sort();
}

/** A diff in which every difference is an update; a property that is left out differs from one that was there. */
export function updatesOf(names: readonly string[], state: Props, inputs: Props): Diff {
    return { changes: Object.fromEntries(differing(state, inputs, names).map((name) => [name, "update" as const])) };
}

function changeOf(by: Comparison, old: Props[string], input: Props[string], wasGiven: boolean): ChangeKind | undefined {
    if (input === undefined) {
        if (!wasGiven || old === undefined || (by.absent === undefined && !by.replace)) return undefined;
        return by.absent !== undefined && same(by, old, by.absent) ? undefined : "delete";
    }
    if (old === undefined) return "add";
    return same(by, old, input) ? undefined : "update";
}

/** Whether a property stays the same; a value that is not known yet does not. */
export function same(by: Comparison, a: Props[string], b: Props[string]): boolean {
    if (hasUnknown(b)) return false;
    return by.set && Array.isArray(a) && Array.isArray(b) ? sameSet(a, b) : sameValue(a, b);
}
