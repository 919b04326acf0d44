import { hasUnknown, type Props, sameSet, sameValue } from "../core/props";
import type { ChangeKind, Diff, Existing } from "./handler";

/** How a property is compared, and what a change of it costs. */
export interface Rule {
    /** A change needs a new resource. */
    replace?: boolean;
    /** A list in which neither order nor repetition counts. */
    set?: boolean;
    /** What an input counts as when it is taken out again. Without it, what it was stays, unless a change replaces. */
    absent?: Props[string];
}

/** Compares what exists with what is wanted. A property that was wanted before and is left out now is compared with its default. */
export function compare(rules: Record<string, Rule>, { state, oldInputs }: Existing, inputs: Props): Diff {
    const changes: Record<string, ChangeKind> = {};
    for (const [name, rule] of Object.entries(rules)) {
        const kind = changeOf(rule, state[name], inputs[name], oldInputs[name] !== undefined);
        if (kind !== undefined) {
            changes[name] = (rule.replace ? `${kind}-replace` : kind) as ChangeKind;
        }
    }
    return { changes };
}

function changeOf(rule: Rule, old: Props[string], input: Props[string], wasGiven: boolean): ChangeKind | undefined {
    if (input === undefined) {
        if (!wasGiven) {
            return undefined;
        }
        if (old === undefined || (rule.absent === undefined && !rule.replace)) {
            return undefined;
        }
        return rule.absent !== undefined && same(rule, old, rule.absent) ? undefined : "delete";
    }
    if (hasUnknown(input)) {
        return old === undefined ? "add" : "update";
    }
    if (old === undefined) {
        return "add";
    }
    return same(rule, old, input) ? undefined : "update";
}

function same(rule: Rule, a: Props[string], b: Props[string]): boolean {
    return rule.set && Array.isArray(a) && Array.isArray(b) ? sameSet(a, b) : sameValue(a, b);
}
