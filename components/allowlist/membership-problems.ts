import { isEventual } from "../../core/later";
import { pathKey } from "../../core/paths";
import { error, findChoiceProblems, type Problem } from "../../core/problems";
import { findReferenceProblems, toPath } from "../../core/reference";
import { isMap, memberOf, show } from "../../core/values";
import { ROLES } from "./args";

/** A grant that cannot be one, or a role that does not pull. */
export function findGrantProblems(grants: unknown): Problem[] {
    if (grants === undefined) return [];
    const list = Array.isArray(grants) ? grants : [grants];
    return list.flatMap((grant, index) => {
        const path = Array.isArray(grants) ? memberOf("grantMembership", index) : "grantMembership";
        if (typeof grant !== "object" || grant === null) {
            return [
                error(
                    path,
                    `must be a map with group and role (got ${show(grant)}). Write { group: apps/web, role: reporter }.`,
                ),
            ];
        }
        const { group, role } = grant as { group: unknown; role: unknown };
        return [
            ...(isEventual(group) ? [] : findReferenceProblems("group", group, memberOf(path, "group"))),
            ...findChoiceProblems(role, ROLES, memberOf(path, "role"), "A smaller role cannot pull private images."),
        ];
    });
}

/**
 * Groups that the producer is in: GitLab refuses to share a project with them, and their people are members anyway.
 * Paths are compared here; ids only tell once GitLab was asked.
 */
export function findOwnGroups(producer: unknown, grants: unknown): Problem[] {
    const list = Array.isArray(grants) ? grants : [grants];
    return list.flatMap((grant, index) => {
        const group = isMap(grant) ? grant.group : undefined;
        if (typeof producer !== "string" || typeof group !== "string") return [];
        if (!pathKey(producer).startsWith(`${pathKey(toPath(group))}/`)) return [];
        const path = Array.isArray(grants) ? memberOf("grantMembership", index) : "grantMembership";
        return [error(memberOf(path, "group"), explainOwnGroup(show(group)))];
    });
}

/** Why a group must not become a member. */
export function explainOwnGroup(group: string): string {
    return `is a group that the producer is in (got ${group}): its people are members already, and GitLab refuses to share with it. Remove it.`;
}
