import { idsIn, type Props, UNKNOWN, type Value } from "../../../core/props";
import type { AllowlistKind } from "../../../gitlab/allowlists";

/** Entries of a list by id. */
export type EntryIds = Record<AllowlistKind, number[]>;

/** Both kinds, in the order in which they are written. */
export const KINDS: readonly AllowlistKind[] = ["projects", "groups"];

/** Entries of one list that the other lacks. */
export function entriesWithout(entries: EntryIds, others: EntryIds): EntryIds {
    return eachKind((kind) => entries[kind].filter((id) => !others[kind].includes(id)));
}

export function entriesInBoth(entries: EntryIds, others: EntryIds): EntryIds {
    return eachKind((kind) => entries[kind].filter((id) => others[kind].includes(id)));
}

/** Entries in either list. */
export function entriesOfBoth(entries: EntryIds, others: EntryIds): EntryIds {
    return eachKind((kind) => [...new Set([...entries[kind], ...others[kind]])]);
}

export function countOf({ projects, groups }: EntryIds): number {
    return projects.length + groups.length;
}

/** Entries in the properties of a list. */
export function entriesOf({ targetProjectIds, targetGroupIds }: Props): EntryIds {
    return { projects: idsIn(targetProjectIds), groups: idsIn(targetGroupIds) };
}

/** Entries in resources that each let in one project or group. */
export function targetsOf(...entries: { targetProjectId?: Value; targetGroupId?: Value }[]): EntryIds {
    const ids = (pick: (entry: (typeof entries)[number]) => Value | undefined) =>
        idsIn(entries.map((entry) => pick(entry) ?? UNKNOWN));
    return {
        projects: ids(({ targetProjectId }) => targetProjectId),
        groups: ids(({ targetGroupId }) => targetGroupId),
    };
}

function eachKind(make: (kind: AllowlistKind) => number[]): EntryIds {
    return { projects: make("projects"), groups: make("groups") };
}
