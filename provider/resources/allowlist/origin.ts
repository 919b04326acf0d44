import { keptFor } from "../../../core/kept-for";
import { idsIn, isUnknown, type Props } from "../../../core/props";
import { readAllowlist } from "../../../gitlab/allowlist-reads";
import type { GitLab } from "../../../gitlab/client";
import type { Call } from "../../handler";
import { namesOf } from "./change";
import { countOf, type EntryIds, entriesInBoth, entriesOfBoth, entriesWithout } from "./entries";

/**
 * Entries that this stack put on the list: those that were not there when it wrote them. Earlier entries are not the
 * stack's to remove. States of earlier versions lack this property.
 */
const ADDED = "__added";
/** Whether this stack turned the list off, so that everybody's jobs get in. */
const OPENED = "__opened";

/** What a stack has done to a list. */
export interface Origin {
    added: EntryIds;
    opened: boolean;
}

/** Nothing: for a list that was only found. */
export const FOUND: Origin = { added: { projects: [], groups: [] }, opened: false };

export function toOriginProps({ added, opened }: Origin): Props {
    return { [ADDED]: { projects: added.projects, groups: added.groups }, [OPENED]: opened };
}

/** The origin in a state; undefined in states of earlier versions, which did not record it. */
export function originOf(state: Props): Origin | undefined {
    const kept = state[ADDED];
    if (typeof kept !== "object" || kept === null || Array.isArray(kept) || isUnknown(kept)) return undefined;
    return { added: { projects: idsIn(kept.projects), groups: idsIn(kept.groups) }, opened: state[OPENED] === true };
}

interface Known {
    added: EntryIds;
    /** Entries that a resource created in this operation now has in its own state. */
    takenOver: EntryIds;
}

/**
 * Entries that were added by resources which this operation has read, by project. If a list's name or mode changes, it
 * is recreated before its old resource is deleted; only a preceding refresh shows the old resource's state in time.
 */
const knownIn = keptFor<GitLab, Map<number, Known>>(() => new Map());

function knownOf(gitlab: GitLab, project: number): Known {
    const projects = knownIn(gitlab);
    const kept = projects.get(project) ?? { added: FOUND.added, takenOver: FOUND.added };
    projects.set(project, kept);
    return kept;
}

/** Notes the entries that a resource added according to its state. */
export function noteAdded(gitlab: GitLab, project: number, added: EntryIds): void {
    const kept = knownOf(gitlab, project);
    kept.added = entriesOfBoth(kept.added, added);
}

/**
 * Which of these entries the stack is known to have added under another name or mode. They belong to the new resource
 * now.
 */
export function takeOver(gitlab: GitLab, project: number, entries: EntryIds): EntryIds {
    const kept = knownOf(gitlab, project);
    const ours = entriesInBoth(entries, kept.added);
    kept.takenOver = entriesOfBoth(kept.takenOver, ours);
    return ours;
}

/** Warns about entries that stay although the record that this stack added them goes with its resource. */
export async function tellForgotten(call: Call, project: number, added: EntryIds): Promise<void> {
    const lost = entriesWithout(added, knownOf(call.gitlab, project).takenOver);
    if (countOf(lost) === 0) return;
    const forgotten = entriesInBoth(lost, await readAllowlist(call.gitlab, project));
    if (countOf(forgotten) === 0) return;
    call.log.warn(
        `${await namesOf(call, forgotten)} stay on the list. That this stack put them there is forgotten with this resource, ` +
            "so a later destroy leaves them. Aliases for another name, or pulumi up --refresh, keep it.",
    );
}
