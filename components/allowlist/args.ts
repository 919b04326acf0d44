import type * as pulumi from "@pulumi/pulumi";
import type { ReferenceInput } from "../common/scope";
import type { AllowlistPolicies } from "./policies";

/** `exclusive`: the list is exactly this. `additive`: only the own entries are added and removed. */
export const MODES = ["exclusive", "additive"] as const;

/** What happens to the list when it is destroyed. */
export const ON_DESTROY = ["withdraw", "close", "restore"] as const;

/** Projects and groups whose jobs may reach a project. */
export interface AllowedJobs {
    /** Projects, by full path or id; at most 200 unless `compact`, never the project itself. GitLab: `allowlist`. @default - none */
    projects?: ReferenceInput[];
    /** Groups, by full path or id, with all their subgroups' projects; at most 200 unless `compact`. GitLab: `groups_allowlist`. @default - none */
    groups?: ReferenceInput[];
}

/** What to declare about one project's job-token allowlist. */
export interface JobTokenAllowlistArgs {
    /** The project that is protected, by full path or id. A change replaces the allowlist. */
    project: ReferenceInput;
    /** Whose jobs may reach it with `CI_JOB_TOKEN`. The project's own jobs always may. */
    allow: AllowedJobs;
    /**
     * `exclusive`: the list is exactly this. `additive`: these entries are added and removed, everybody else's stay.
     * A change takes the entries away for a moment. @default exclusive
     */
    mode?: (typeof MODES)[number];
    /**
     * Whether the list is enforced; false lets every job in. Mode `exclusive` only. GitLab: `inbound_enabled`; an
     * instance may enforce it. @default true
     */
    enabled?: pulumi.Input<boolean | undefined>;
    /**
     * Whether entries are folded into their groups when there are more than the 200 projects or 200 groups that GitLab
     * keeps: as few further projects as possible gain access, and the preview names them. Mode `exclusive` only.
     * @default - false: too many entries are an error that shows what folding would do
     */
    compact?: boolean;
    /**
     * What is left when the allowlist is destroyed. `withdraw`: entries that this stack added go, those that were there before it
     * stay. `close`: on and empty, as in a new project. `restore`: as it was when this argument was first applied. Mode
     * `exclusive` only. @default withdraw
     */
    onDestroy?: (typeof ON_DESTROY)[number];
    /**
     * Fine-grained permissions: which parts of GitLab's API the entries' jobs may use. `pull`: read packages, nothing else.
     * They do not govern the container registry: every entry may pull images. @default - everything the role allows
     */
    policies?: AllowlistPolicies;
}

/** Roles that may pull from a private project's registry. */
export const ROLES = ["reporter", "developer", "maintainer", "owner"] as const;

/** A group whose people become members of the producer. */
export interface MembershipGrant {
    /** The group, by full path or id. GitLab: `group_id`. */
    group: ReferenceInput;
    /** The role they get at most. GitLab: `group_access`. @default reporter, the least that pulls */
    role?: (typeof ROLES)[number];
}

/** What to declare about who pulls from one project's registries. */
export interface RegistryAccessArgs
    extends Pick<JobTokenAllowlistArgs, "mode" | "enabled" | "compact" | "onDestroy" | "policies"> {
    /** The project whose container images and packages are pulled, by full path or id. */
    producer: ReferenceInput;
    /** The projects and groups whose jobs may pull. */
    consumers: AllowedJobs;
    /**
     * Groups that the producer is shared with, so that the people in them may pull: from a private project a job pulls by
     * the right of the person who started its pipeline. @default - nobody becomes a member
     */
    grantMembership?: MembershipGrant | MembershipGrant[];
    /**
     * Whether the preview warns of consumers' groups whose people may not pull. Takes about two requests for each private
     * producer. @default true
     */
    checkMembership?: boolean;
}
