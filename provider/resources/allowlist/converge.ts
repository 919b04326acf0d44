import { MOST_ENTRIES } from "../../../core/limits";
import { messageOf } from "../../../core/message";
import type { Props } from "../../../core/props";
import { type Allowlist, readAllowlist, readAllowlistNow } from "../../../gitlab/allowlist-reads";
import { type AllowlistKind, allow, disallow, readEnabled, setEnabled } from "../../../gitlab/allowlists";
import type { GitLab } from "../../../gitlab/client";
import { GitLabError } from "../../../gitlab/errors";
import { PartialFailure } from "../../handler";
import { countOf, type EntryIds, entriesInBoth, entriesOfBoth, entriesWithout, KINDS } from "./entries";
import type { Origin } from "./origin";

/** Maximum number of concurrent calls to the lists of one project. */
const AT_ONCE = 4;

/** The wanted list. */
export interface Wanted extends EntryIds {
    /** Left unchanged if undefined. */
    enabled: boolean | undefined;
}

/**
 * Changes a list to what is wanted, with as few calls as possible. Adds before it removes, so that no job is locked out
 * in between. Throws a `PartialFailure` if something was written.
 *
 * @param ours what this stack is known to have done to the list before
 * @param resource the resource's id, and how its state records the list
 */
export async function converge(
    gitlab: GitLab,
    id: number,
    wanted: Wanted,
    ours: (before: Allowlist) => Origin,
    resource: { id: string; stateOf(list: Allowlist, origin: Origin): Props },
): Promise<Props> {
    const before = await readAllowlist(gitlab, id);
    const held = ours(before);
    const missing = entriesWithout(wanted, before);
    const surplus = entriesWithout(before, wanted);
    const enabled = wanted.enabled ?? before.enabled;
    /** Missing entries that somebody else added first. */
    const others: EntryIds = { projects: [], groups: [] };
    let written = false;
    const attempt = async (write: () => Promise<unknown>) => {
        try {
            await write();
            written = true;
        } catch (error) {
            // Without an answer, it may be done or not.
            written ||= error instanceof GitLabError && error.status === undefined;
            throw error;
        }
    };
    const add = (kind: AllowlistKind, target: number) =>
        attempt(async () => {
            if (!(await allow(gitlab, id, kind, target))) others[kind].push(target);
        });
    const remove = (kind: AllowlistKind, target: number) => attempt(() => disallow(gitlab, id, kind, target));
    const originNow = (now: EntryIds, on: boolean): Origin => ({
        added: entriesInBoth(entriesOfBoth(held.added, entriesWithout(missing, others)), now),
        opened: !on && (held.opened || before.enabled),
    });
    try {
        for (const kind of KINDS) {
            // If the old and the new entries do not fit together, some of the old ones must go first.
            const excess = before[kind].length + missing[kind].length - MOST_ENTRIES;
            await each(surplus[kind].splice(0, Math.max(0, excess)), (target) => remove(kind, target));
            await each(missing[kind], (target) => add(kind, target));
        }
        if (enabled !== before.enabled) await attempt(() => switchTo(gitlab, id, enabled === true));
        for (const kind of KINDS) await each(surplus[kind], (target) => remove(kind, target));
    } catch (error) {
        // Part of it may be done: the state must say which part, so that the next `up` does the rest.
        const now = written ? await readAllowlistNow(gitlab, id).catch(() => undefined) : undefined;
        if (now === undefined) throw error;
        const state = resource.stateOf(now, originNow(now, now.enabled));
        throw new PartialFailure(resource.id, state, messageOf(error), error);
    }
    const list = { enabled, projects: wanted.projects, groups: wanted.groups };
    return resource.stateOf(list, originNow(list, enabled));
}

/** Removes entries from a list, and does nothing else. */
export async function takeOff(gitlab: GitLab, id: number, entries: EntryIds): Promise<void> {
    if (countOf(entries) === 0) return;
    for (const kind of KINDS) await each(entries[kind], (target) => disallow(gitlab, id, kind, target));
}

/** What to do if a list cannot be turned off. */
export const ENFORCED_REMEDY =
    "Set enabled to true, or ask an administrator to end the enforcement for the instance " +
    "(Admin > Settings > CI/CD > Job token permissions).";

/**
 * If the instance enforces allowlists, GitLab 19 refuses to turn one off, and older versions accept it without effect.
 */
async function switchTo(gitlab: GitLab, id: number, enabled: boolean): Promise<void> {
    try {
        await setEnabled(gitlab, id, enabled);
    } catch (error) {
        if (error instanceof GitLabError && error.status === 400 && /enforced/.test(error.words)) {
            throw new Error(`${error.message} ${ENFORCED_REMEDY}`);
        }
        throw error;
    }
    if (!enabled && (await readEnabled(gitlab, id))) {
        throw new Error(
            `ProjectJobTokenScopes: the allowlist of project ${id} stays on although GitLab accepted to turn it off, because the instance enforces it. ${ENFORCED_REMEDY}`,
        );
    }
}

async function each(ids: readonly number[], run: (id: number) => Promise<void>): Promise<void> {
    const queue = [...ids];
    const work = async () => {
        for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
            await run(id);
        }
    };
    const outcomes = await Promise.allSettled(Array.from({ length: AT_ONCE }, work));
    const failed = outcomes.find((outcome) => outcome.status === "rejected");
    if (failed !== undefined) throw failed.reason;
}
