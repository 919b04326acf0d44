import { isUnknown, type Props, type Value } from "../../../core/props";
import type { AllowlistKind } from "../../../gitlab/allowlists";

/** Entries of a list by id. */
export type EntryIds = Record<AllowlistKind, number[]>;

/** Both kinds, in the order in which they are written. */
export const KINDS: readonly AllowlistKind[] = ["projects", "groups"];

/** What stands in one list and not in another. */
export function entriesWithout(entries: EntryIds, others: EntryIds): EntryIds {
    return eachKind((kind) => entries[kind].filter((id) => !others[kind].includes(id)));
}

/** What stands in both lists. */
export function entriesInBoth(entries: EntryIds, others: EntryIds): EntryIds {
    return eachKind((kind) => entries[kind].filter((id) => others[kind].includes(id)));
}

/** What stands in either list. */
export function entriesOfBoth(entries: EntryIds, others: EntryIds): EntryIds {
    return eachKind((kind) => [...new Set([...entries[kind], ...others[kind]])]);
}

/** How many there are. */
export function countOf({ projects, groups }: EntryIds): number {
    return projects.length + groups.length;
}

/** Entries as the properties of a list have them. */
export function entriesOf({ targetProjectIds, targetGroupIds }: Props): EntryIds {
    return { projects: idsOf(targetProjectIds), groups: idsOf(targetGroupIds) };
}

/** Ids in a property, each once; those that are not known yet are left out. */
export function idsOf(value: Value | undefined): number[] {
    return Array.isArray(value) ? [...new Set(value.filter((item) => !isUnknown(item)).map(Number))] : [];
}

function eachKind(make: (kind: AllowlistKind) => number[]): EntryIds {
    return { projects: make("projects"), groups: make("groups") };
}
