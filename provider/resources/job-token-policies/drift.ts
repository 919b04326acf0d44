import { hasUnknown, mapsIn, type Props, sameSet, type Value } from "../../../core/props";
import { readPolicies } from "../../../gitlab/allowlist-policies";
import { readListed } from "../../../gitlab/allowlist-reads";
import { idOfProject } from "../../../gitlab/allowlists";
import type { GitLab } from "../../../gitlab/client";
import type { PermittedEntry } from "../../../gitlab/listed-projects";
import { pathOfProject } from "../../../gitlab/namespaces";
import type { Call } from "../../handler";
import { namesOf } from "../allowlist/change";
import { targetsOf } from "../allowlist/entries";
import { pathIn } from "../allowlist/standing";

/** An entry as declared: exactly one of the ids is present. */
export interface Declared {
    targetProjectId?: number;
    targetGroupId?: number;
    policies: string[];
}

/** Identifies an entry, whatever its permissions: `project:7`. */
export function keyOf({ targetProjectId, targetGroupId }: Declared): string {
    return targetGroupId === undefined ? `project:${String(targetProjectId)}` : `group:${String(targetGroupId)}`;
}

/** Entries in a property, without those that are not known yet. */
export function entriesIn(value: Value | undefined): Declared[] {
    return mapsIn<Declared>(value);
}

/** Whether permissions are equal as sets; undefined means default permissions. */
export function samePermissions(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
    return a === undefined || b === undefined ? a === b : sameSet(a, b);
}

/** Permissions by entry; undefined means default permissions. */
export type Permissions = Map<string, readonly string[] | undefined>;

/** The permissions of entries of GitLab's list. */
export function permissionsOf(entries: readonly PermittedEntry[]): Permissions {
    return new Map(entries.map(({ kind, id, policies }) => [`${kind}:${id}`, policies]));
}

/**
 * All entries of a list with their permissions. Uses what is read for many lists together, if this GitLab supports it.
 */
export async function readPermissions(gitlab: GitLab, project: string, state: Props): Promise<Permissions> {
    const id = await idOfProject(gitlab, project);
    const listed = await readListed(gitlab, id, { path: pathIn(state), listing: "permissions" });
    const path = async () => listed?.path ?? (await pathOfProject(gitlab, id));
    return permissionsOf(listed?.permitted ?? (await readPolicies(gitlab, await path())));
}

/**
 * Entries in the form of a state: in the order and spelling of the inputs, so that only real differences show. Entries
 * with default permissions are left out.
 */
export function present(now: Permissions, inputs: Props): Value[] {
    const declared = new Map(entriesIn(inputs.entries).map((entry) => [keyOf(entry), entry]));
    return [...new Set([...declared.keys(), ...now.keys()])].flatMap((key) => {
        const [policies, written] = [now.get(key), declared.get(key)];
        if (policies === undefined) return [];
        if (written !== undefined && sameSet(written.policies, policies)) return [{ ...written }];
        const [kind, id] = key.split(":");
        return [{ [kind === "group" ? "targetGroupId" : "targetProjectId"]: Number(id), policies: [...policies] }];
    });
}

/** Tells a preview what somebody changed in GitLab, and what `up` will do about it. */
export async function tellDrift(
    call: Call,
    before: Declared | undefined,
    wanted: Declared,
    list: Permissions,
): Promise<void> {
    if (before === undefined || hasUnknown(wanted.policies) || !sameSet(before.policies, wanted.policies)) return;
    const key = keyOf(wanted);
    const now = list.get(key);
    if (list.has(key) && samePermissions(now, wanted.policies)) return;
    const name = await namesOf(call, targetsOf(wanted));
    call.log.info(
        list.has(key)
            ? `The permissions of ${name} were changed to ${words(now)} in GitLab; up makes them ${words(wanted.policies)} again.`
            : `${name} was taken off the list in GitLab; up gives it ${words(wanted.policies)} again.`,
    );
}

function words(policies: readonly string[] | undefined): string {
    if (policies === undefined) return "the default ones";
    return policies.length === 0 ? "none" : policies.join(", ");
}
