import type * as pulumi from "@pulumi/pulumi";
import type { ReferenceInput } from "../common/scope";
import type { AllowlistPolicies } from "./policies";

/** `exclusive`: the list is exactly what is declared. `additive`: only the declared entries are added and removed. */
export const MODES = ["exclusive", "additive"] as const;

/** What happens to the list when it is destroyed. */
export const ON_DESTROY = ["withdraw", "close", "restore"] as const;

/** Projects and groups whose jobs may reach a project. */
export interface AllowedJobs {
    /**
     * Projects, by full path or id; at most 200 without `compact`, never the project itself. GitLab: `allowlist`.
     * @default - none
     */
    projects?: ReferenceInput[];
    /**
     * Groups, by full path or id, with the projects of all subgroups; at most 200 without `compact`. GitLab:
     * `groups_allowlist`. @default - none
     */
    groups?: ReferenceInput[];
}

/** What to declare about one project's job-token allowlist. */
export interface JobTokenAllowlistArgs {
    /** The project to protect, by full path or id. A change replaces the allowlist. */
    project: ReferenceInput;
    /** Whose jobs may reach the project with `CI_JOB_TOKEN`. Its own jobs always may. */
    allow: AllowedJobs;
    /**
     * `exclusive`: the list is exactly this. `additive`: adds and removes these entries, and leaves all others. A
     * change briefly removes the entries. @default exclusive
     */
    mode?: (typeof MODES)[number];
    /**
     * Whether GitLab enforces the list; `false` lets every job in. Only with mode `exclusive`. GitLab:
     * `inbound_enabled`, which an instance may enforce. @default true
     */
    enabled?: pulumi.Input<boolean | undefined>;
    /**
     * Whether entries are replaced by groups above them if they exceed GitLab's limits of 200 projects and 200 groups.
     * As few additional projects as possible gain access, and the preview names them. Only with mode `exclusive`.
     * @default - false: too many entries are an error, which shows what `compact` would do
     */
    compact?: boolean;
    /**
     * What is left when the allowlist is destroyed. `withdraw`: removes the entries that this stack added and leaves
     * the others. `close`: on and empty, as in a new project. `restore`: as it was when this argument was first
     * applied. Only with mode `exclusive`. @default withdraw
     */
    onDestroy?: (typeof ON_DESTROY)[number];
    /**
     * Fine-grained permissions: which parts of GitLab's API the entries' jobs may use. `pull`: read packages, nothing
     * else. They do not govern the container registry: every entry may pull images.
     * @default - everything the role allows
     */
    policies?: AllowlistPolicies;
}

/** Roles that may pull from a private project's registry. */
export const ROLES = ["reporter", "developer", "maintainer", "owner"] as const;

/** A group whose members become members of the producer. */
export interface MembershipGrant {
    /** The group, by full path or id. GitLab: `group_id`. */
    group: ReferenceInput;
    /** The members' maximum role. GitLab: `group_access`. @default reporter, the lowest that pulls */
    role?: (typeof ROLES)[number];
}

/** What to declare about who pulls from one project's registries. */
export interface RegistryAccessArgs
    extends Pick<JobTokenAllowlistArgs, "mode" | "enabled" | "compact" | "onDestroy" | "policies"> {
    /** The project from which container images and packages are pulled, by full path or id. */
    producer: ReferenceInput;
    /** The projects and groups whose jobs may pull. */
    consumers: AllowedJobs;
    /**
     * Groups to share the producer with, so that their members may pull: a job pulls from a private project with the
     * rights of the person who started its pipeline. @default - nobody becomes a member
     */
    grantMembership?: MembershipGrant | MembershipGrant[];
    /**
     * Whether the preview warns if members of the consumers' groups may not pull. Takes about two requests for each
     * private producer. @default true
     */
    checkMembership?: boolean;
}
