import * as pulumi from "@pulumi/pulumi";
import { type AllowedJobs, JobTokenAllowlist } from "./job-token-allowlist";
import { jobTokenRules } from "./job-token-rules";
import type { ReferenceInput } from "./shared/reference";
import { gateArgs } from "./shared/rules";

/** What to declare about who pulls from one project's registries. */
export interface RegistryAccessArgs {
    /** The project whose container images and packages are pulled, by full path or id. */
    producer: ReferenceInput;
    /** The projects and groups whose jobs may pull. */
    consumers: AllowedJobs;
    /** `exclusive`: nobody else may; `additive`: these may as well. @default exclusive */
    mode?: "exclusive" | "additive";
    /** Whether the producer's allowlist is enforced. Mode `exclusive` only. @default true */
    enabled?: pulumi.Input<boolean | undefined>;
}

/** Lets the jobs of consumers pull from the registries of a producer. */
export class RegistryAccess extends pulumi.ComponentResource {
    /** The producer's job-token allowlist. */
    public readonly allowlist: JobTokenAllowlist;

    constructor(name: string, args: RegistryAccessArgs, opts?: pulumi.ComponentResourceOptions) {
        super("gitlab-fleet:index:RegistryAccess", name, {}, opts);
        // The allowlist checks the same, but would speak of its own fields and not of the ones the user wrote.
        const { project, allow, mode, enabled } = gateArgs(
            this,
            `RegistryAccess "${name}"`,
            toAllowlist(args),
            jobTokenRules({ project: "producer", allow: "consumers" }),
        );
        this.allowlist = new JobTokenAllowlist(name, { project, allow, mode, enabled }, { parent: this });
        this.registerOutputs({ projectId: this.allowlist.projectId });
    }
}

/** The allowlist that gives the access. */
export function toAllowlist({ producer, consumers, mode, enabled }: RegistryAccessArgs) {
    return { project: producer, allow: consumers, mode, enabled };
}
