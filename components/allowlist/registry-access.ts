import * as pulumi from "@pulumi/pulumi";
import { isEventual } from "../../core/later";
import { noteWritten } from "../common/path-resolver";
import { gateArgs, leftToSay, noteChecked } from "../common/rules";
import { JobTokenAllowlist } from "./allowlist";
import type { RegistryAccessArgs } from "./args";
import { shareProducer, warnOfMissingMembers } from "./membership";
import { findArgsProblems, findConsumers, GIVEN_SHAPE, registryRules, toAllowlist } from "./registry-problems";

/** Lets the jobs of consumers pull from the registries of a producer. */
export class RegistryAccess extends pulumi.ComponentResource {
    /** The producer's job-token allowlist. */
    public readonly allowlist: JobTokenAllowlist;

    constructor(name: string, args: RegistryAccessArgs, opts?: pulumi.ComponentResourceOptions) {
        super("gitlab-fleet:index:RegistryAccess", name, {}, opts);
        const label = `RegistryAccess "${name}"`;
        const known = leftToSay(args) ?? findArgsProblems(args);
        const checked = gateArgs(this, label, toAllowlist(args ?? {}), registryRules(), { shape: GIVEN_SHAPE, known });
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
