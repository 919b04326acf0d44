import { isEventual } from "../../core/later";
import type { Problem } from "../../core/problems";
import type { ReferenceKind } from "../../core/reference";
import { joinPaths, memberOf } from "../../core/values";
import type { WrittenReference } from "../common/path-resolver";
import { findKnownProblems, findProblemsAt, type Rule } from "../common/rule";
import { ARGS, readArgs, type Shape } from "../common/shape";
import type { RegistryAccessArgs } from "./args";
import { findGrantProblems, findOwnGroups } from "./membership-problems";
import { ALLOWLIST_SHAPE, jobTokenRules, REGISTRY_SHAPE } from "./problems";

/** Every consumer, and every group that becomes a member, with the path where it stands. */
export function findConsumers(
    { consumers, grantMembership }: Pick<RegistryAccessArgs, "consumers" | "grantMembership">,
    path: string,
): WrittenReference[] {
    const inList = (kind: ReferenceKind) =>
        ((kind === "project" ? consumers.projects : consumers.groups) ?? []).map((reference, index) => {
            return { kind, reference, path: memberOf(joinPaths(path, `consumers.${kind}s`), index) };
        });
    const grants = [grantMembership ?? []].flat().map(({ group }, index) => {
        const place = joinPaths(path, "grantMembership");
        const one = Array.isArray(grantMembership) ? memberOf(place, index) : place;
        return { kind: "group" as const, reference: group, path: memberOf(one, "group") };
    });
    return [...inList("project"), ...inList("group"), ...grants].filter(
        (one): one is WrittenReference => !isEventual(one.reference),
    );
}

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
    const isMap = !problems.some(({ path }) => path === ARGS);
    return isMap ? [...problems, ...findKnownProblems(toAllowlist(value), registryRules())] : problems;
}

/** What is wrong with the access to one producer, whose name stands at `path`. */
export function findRegistryProblems(args: RegistryAccessArgs, path: string): Problem[] {
    const named = toAllowlist(args);
    return findProblemsAt(path, "producer", named, registryRules());
}
