import { pathKey } from "../../core/paths";
import { error, type Problem } from "../../core/problems";
import { toPath } from "../../core/reference";
import { isMap, memberOf, show } from "../../core/values";
import type { Known, Rule } from "../common/rule";
import type { JobTokenAllowlistArgs, RegistryAccessArgs } from "./args";
import { jobTokenRules } from "./problems";

export function toAllowlist({
    producer,
    consumers,
    checkMembership: _,
    grantMembership: __,
    ...rest
}: RegistryAccessArgs): JobTokenAllowlistArgs {
    return { ...rest, project: producer, allow: consumers };
}

const NAMES: Partial<Record<keyof JobTokenAllowlistArgs, keyof RegistryAccessArgs>> = {
    project: "producer",
    allow: "consumers",
};

/** Rules for a registry's access beyond single arguments: those of an allowlist, and those for memberships. */
export function registryRules(): Rule<RegistryAccessArgs>[] {
    const ofList = jobTokenRules({ project: "producer", allow: "consumers" }).map((rule) => ({
        ...rule,
        needs: rule.needs.map((field) => NAMES[field] ?? (field as keyof RegistryAccessArgs)),
        find: (args: Known<RegistryAccessArgs>) => rule.find(toAllowlist(args) as Known<JobTokenAllowlistArgs>),
    }));
    const needs = ["producer", "grantMembership"] as const;
    return [...ofList, { needs, find: ({ producer, grantMembership }) => findOwnGroups(producer, grantMembership) }];
}

/** Each grant, whether one or a list was written, with its path. */
function grantsOf<Grant>(grants: Grant | Grant[]): { grant: Grant; place: string }[] {
    if (!Array.isArray(grants)) return [{ grant: grants, place: "grantMembership" }];
    return grants.map((grant, index) => ({ grant, place: memberOf("grantMembership", index) }));
}

/**
 * Finds grants to groups that contain the producer: GitLab refuses to share a project with them, and their people are
 * members anyway. This compares paths; ids can only be compared after GitLab was asked.
 */
export function findOwnGroups(producer: unknown, grants: unknown): Problem[] {
    return grantsOf(grants).flatMap(({ grant, place }) => {
        const group = isMap(grant) ? grant.group : undefined;
        if (typeof producer !== "string" || typeof group !== "string") return [];
        if (!pathKey(producer).startsWith(`${pathKey(toPath(group))}/`)) return [];
        return [error(memberOf(place, "group"), explainOwnGroup(show(group)))];
    });
}

export function explainOwnGroup(group: string): string {
    return `is a group that the producer is in (got ${group}): its people are members already, and GitLab refuses to share with it. Remove it.`;
}
