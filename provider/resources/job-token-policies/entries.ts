import { isUnknown, sameSet, type Value } from "../../../core/props";
import type { PolicyEntry } from "../../../gitlab/allowlist-policies";

/** An entry as declared: exactly one of the ids is there. */
export interface Declared {
    targetProjectId?: number;
    targetGroupId?: number;
    policies: string[];
}

/** As it would be declared. */
export function toDeclared({ kind, id, policies = [] }: PolicyEntry): Declared {
    return kind === "group" ? { targetGroupId: id, policies } : { targetProjectId: id, policies };
}

/** An entry, whatever its permissions. */
export function keyOf({ targetProjectId, targetGroupId }: Declared): string {
    return targetGroupId === undefined ? `project:${String(targetProjectId)}` : `group:${String(targetGroupId)}`;
}

/** Entries in a property; those that are not known yet are left out. */
export function entriesIn(value: Value | undefined): Declared[] {
    return Array.isArray(value) ? (value.filter((item) => !isUnknown(item)) as unknown as Declared[]) : [];
}

/** Whether permissions are the same, as sets; undefined stands for default ones. */
export function samePermissions(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
    return a === undefined || b === undefined ? a === b : sameSet(a, b);
}
