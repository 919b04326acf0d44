import { pathKey } from "../../core/paths";
import { error, type Problem, unsaid } from "../../core/problems";
import { findReferenceProblems, toPath } from "../../core/reference";
import { isEventual, isMap, memberOf, show } from "../../core/values";
import { findKnownProblems, findProblemsAt, type Rule } from "../common/rule";
import { ARGS, readArgs, type Shape } from "../common/shape";
import type { RegistryAccessArgs } from "./args";
import { ALLOWLIST_SHAPE, jobTokenRules, REGISTRY_SHAPE } from "./problems";

/** The arguments of the allowlist that gives the access, and of the memberships beside it. */
export function toAllowlist({ producer, consumers, checkMembership: _, ...rest }: RegistryAccessArgs) {
    return { project: producer, allow: consumers, ...rest };
}

/** Everything that can be wrong with a registry's access; `producer` and `consumers` as the user knows them. */
export function registryRules(): Rule<ReturnType<typeof toAllowlist>>[] {
    return [
        ...(jobTokenRules({ project: "producer", allow: "consumers" }) as Rule<ReturnType<typeof toAllowlist>>[]),
        {
            needs: ["grantMembership"],
            passesOutputs: true,
            idsInOutputs: true,
            find: ({ grantMembership }) => findGrantProblems(grantMembership),
        },
        {
            needs: ["project", "grantMembership"],
            find: ({ project, grantMembership }) => findOwnGroups(project, grantMembership),
        },
    ];
}

/** The kinds of what `toAllowlist` returns. */
export const GIVEN_SHAPE: Shape<ReturnType<typeof toAllowlist>> = {
    ...ALLOWLIST_SHAPE,
    grantMembership: REGISTRY_SHAPE.grantMembership,
};

/** What is wrong with the arguments of a registry's access, as far as they are known now. */
export function findArgsProblems(args: RegistryAccessArgs): Problem[] {
    const { value, problems } = readArgs(args, REGISTRY_SHAPE);
    if (problems.some(({ path }) => path === ARGS)) return problems;
    return [...problems, ...unsaid(findKnownProblems(toAllowlist(value), registryRules()), problems)];
}

/** What is wrong with the access to one producer, whose name stands at `path`. */
export function findRegistryProblems(args: RegistryAccessArgs, path: string): Problem[] {
    const named = toAllowlist(args);
    return findProblemsAt(path, "producer", named, registryRules());
}

/** Each grant of one or several, and where it stands. */
function grantsOf<Grant>(grants: Grant | Grant[]): { grant: Grant; place: string }[] {
    if (!Array.isArray(grants)) return [{ grant: grants, place: "grantMembership" }];
    return grants.map((grant, index) => ({ grant, place: memberOf("grantMembership", index) }));
}

/** A group that cannot be one. */
function findGrantProblems(grants: RegistryAccessArgs["grantMembership"] = []): Problem[] {
    return grantsOf(grants).flatMap(({ grant: { group }, place }) =>
        isEventual(group) ? [] : findReferenceProblems("group", group, memberOf(place, "group")),
    );
}

/**
 * Groups that the producer is in: GitLab refuses to share a project with them, and their people are members anyway.
 * Paths are compared here; ids only tell once GitLab was asked.
 */
export function findOwnGroups(producer: unknown, grants: unknown): Problem[] {
    return grantsOf(grants).flatMap(({ grant, place }) => {
        const group = isMap(grant) ? grant.group : undefined;
        if (typeof producer !== "string" || typeof group !== "string") return [];
        if (!pathKey(producer).startsWith(`${pathKey(toPath(group))}/`)) return [];
        return [error(memberOf(place, "group"), explainOwnGroup(show(group)))];
    });
}

/** Why a group must not become a member. */
export function explainOwnGroup(group: string): string {
    return `is a group that the producer is in (got ${group}): its people are members already, and GitLab refuses to share with it. Remove it.`;
}
