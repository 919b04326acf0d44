import * as pulumi from "@pulumi/pulumi";
import { isEventual } from "../../core/later";
import type { Problem } from "../../core/problems";
import type { ReferenceKind } from "../../core/reference";
import { joinPaths, memberOf } from "../../core/values";
import { noteWritten, type WrittenReference } from "../common/path-resolver";
import { findProblemsAt, gateArgs, leftToSay, noteChecked, type Rule } from "../common/rules";
import { JobTokenAllowlist } from "./allowlist";
import type { RegistryAccessArgs } from "./args";
import { findGrantProblems, findOwnGroups, shareProducer, warnOfMissingMembers } from "./membership";
import { jobTokenRules } from "./problems";

/** Lets the jobs of consumers pull from the registries of a producer. */
export class RegistryAccess extends pulumi.ComponentResource {
    /** The producer's job-token allowlist. */
    public readonly allowlist: JobTokenAllowlist;

    constructor(name: string, args: RegistryAccessArgs, opts?: pulumi.ComponentResourceOptions) {
        super("gitlab-fleet:index:RegistryAccess", name, {}, opts);
        const label = `RegistryAccess "${name}"`;
        const given = toAllowlist(args);
        const checked = gateArgs(this, label, given, registryRules(), leftToSay(args));
        const { grantMembership, ...list } = checked;
        noteWritten(findConsumers(args, "").map((one) => ({ ...one, path: `${label}: ${one.path}` })));
        this.allowlist = new JobTokenAllowlist(name, noteChecked(list), { parent: this });
        const { projectId, targetProjectIds, targetGroupIds } = this.allowlist;
        const grants = grantMembership === undefined ? [] : [grantMembership].flat();
        const granted = shareProducer(this, label, name, projectId, grants);
        if (args.checkMembership !== false && pulumi.runtime.isDryRun()) {
            const producer = isEventual(args.producer) ? name : String(args.producer);
            pulumi
                .all([projectId, targetProjectIds, targetGroupIds, granted])
                .apply(([project, projects, groups, grantedGroups]) =>
                    warnOfMissingMembers(this, label, producer, { project, projects, groups, grantedGroups }),
                );
        }
        this.registerOutputs({ projectId });
    }
}

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

/** What is wrong with the access to one producer, whose name stands at `path`. */
export function findRegistryProblems(args: RegistryAccessArgs, path: string): Problem[] {
    const named = toAllowlist(args);
    return findProblemsAt(path, "producer", named, registryRules());
}
