import * as fleet from "@gitlab-fleet/sdk";
import * as gitlab from "@pulumi/gitlab";
import * as pulumi from "@pulumi/pulumi";
import { type Reference, type ReferenceKind, referenceKey } from "../../core/reference";
import { show } from "../../core/values";
import { claim } from "../common/claims";
import { isEventual } from "../common/eventual";
import { fleetChild } from "../common/fleet-provider";
import { resolveReference, resolveReferences } from "../common/path-resolver";
import type { ReferenceInput } from "../common/reference-input";
import { gateArgs, throwErrors } from "../common/rules";
import { sameGitlab } from "../common/stack-identity";
import { type EntryIds, fitAllowlist } from "./fit";
import { noteAllowlist } from "./note";
import { ownAllowlist } from "./ownership";
import { type AllowlistPolicies, toPolicyEntries } from "./policies";
import { findResolvedProblems, jobTokenRules } from "./problems";

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
    mode?: "exclusive" | "additive";
    /**
     * Whether the list is enforced; false lets every job in. Mode `exclusive` only. GitLab: `inbound_enabled`; an
     * instance may enforce it. @default true
     */
    enabled?: pulumi.Input<boolean | undefined>;
    /**
     * Whether entries are folded into their groups when there are more than the 200 projects or 200 groups that GitLab
     * keeps: as few further projects as possible gain access, and the preview names them. Mode `exclusive` only.
     * @default false, too many entries are an error that shows what folding would do
     */
    compact?: boolean;
    /**
     * What is left when the allowlist is destroyed. `withdraw`: entries that this stack added go, those that were there before it
     * stay. `close`: on and empty, as in a new project. `restore`: as it was when this argument was first applied. Mode
     * `exclusive` only. @default withdraw
     */
    onDestroy?: "withdraw" | "close" | "restore";
    /**
     * Fine-grained permissions: which parts of GitLab's API the entries' jobs may use. `pull`: read packages, nothing else.
     * They do not govern the container registry: every entry may pull images. @default - everything the role allows
     */
    policies?: AllowlistPolicies;
}

/** The list, on a project, of the projects and groups whose CI jobs may reach it with their job token. */
export class JobTokenAllowlist extends pulumi.ComponentResource {
    /** Id of the project that is protected. */
    public readonly projectId: pulumi.Output<number>;
    /** Ids of the allowed projects, in ascending order. */
    public readonly targetProjectIds: pulumi.Output<number[]>;
    /** Ids of the allowed groups, in ascending order. */
    public readonly targetGroupIds: pulumi.Output<number[]>;

    constructor(name: string, args: JobTokenAllowlistArgs, opts?: pulumi.ComponentResourceOptions) {
        super("gitlab-fleet:index:JobTokenAllowlist", name, {}, opts);
        const label = `JobTokenAllowlist "${name}"`;
        const checked = gateArgs(this, label, args, jobTokenRules());
        this.claimProject(label, checked.project);
        this.projectId = resolveReference(this, "project", checked.project, `${label}: project`).apply((id) =>
            ownAllowlist(this, label, id),
        );
        noteAllowlist(this, this.projectId);
        const { projects = [], groups = [] } = checked.allow;
        const ids = this.resolveEntries(label, projects, groups);
        const fitted = ids.apply((known) => fitAllowlist(this, label, { ...known, compact: checked.compact === true }));
        this.targetProjectIds = fitted.apply((known) => known.projects);
        this.targetGroupIds = fitted.apply((known) => known.groups);
        const list =
            checked.mode === "additive"
                ? [...this.addEntries(name, "project", projects, ids), ...this.addEntries(name, "group", groups, ids)]
                : [this.setList(name, checked)];
        if (checked.policies !== undefined) {
            // The entries as they were written are known by their place; folded ones only have ids.
            const entries = checked.compact ? fitted : ids;
            this.setPolicies(name, checked.policies, checked.compact ? {} : checked.allow, entries, list);
        }
        this.registerOutputs({
            projectId: this.projectId,
            targetProjectIds: this.targetProjectIds,
            targetGroupIds: this.targetGroupIds,
        });
    }

    /** Finds a second owner at once where both write the project in the same way; others show when the id is known. */
    private claimProject(label: string, project: ReferenceInput): void {
        if (isEventual(project)) return;
        claim(
            this,
            label,
            `allowlist ${referenceKey(project as Reference)}`,
            (owner) =>
                `project has its allowlist declared by ${owner} already (got ${show(project)}). Declare it once.`,
        );
    }

    /** Ids in the order in which the entries were written. */
    private resolveEntries(
        label: string,
        projects: readonly ReferenceInput[],
        groups: readonly ReferenceInput[],
    ): pulumi.Output<EntryIds & { project: number }> {
        return pulumi
            .all([
                this.projectId,
                resolveReferences(this, "project", projects, `${label}: allow.projects`),
                resolveReferences(this, "group", groups, `${label}: allow.groups`),
            ])
            .apply(([project, projectIds, groupIds]) => {
                throwErrors(this, label, [
                    ...findResolvedProblems(project, projectIds, "project"),
                    ...findResolvedProblems(project, groupIds, "group"),
                ]);
                return { project, projects: projectIds, groups: groupIds };
            });
    }

    private setList(name: string, { enabled, onDestroy }: JobTokenAllowlistArgs): pulumi.Resource {
        const project = this.projectId.apply(String);
        // Made before the list is changed and deleted after it: that is all it takes to put it back, or to close it.
        const identity = sameGitlab(this);
        const backup =
            onDestroy === undefined || onDestroy === "withdraw"
                ? []
                : [
                      new fleet.AllowlistBackup(
                          name,
                          { project, onDestroy },
                          { ...fleetChild(this), dependsOn: identity },
                      ),
                  ];
        return new gitlab.ProjectJobTokenScopes(
            name,
            {
                project,
                enabled: pulumi.output(enabled).apply((given) => given ?? true),
                targetProjectIds: this.targetProjectIds,
                targetGroupIds: this.targetGroupIds,
            },
            { parent: this, dependsOn: [...identity, ...backup] },
        );
    }

    private addEntries(
        name: string,
        kind: ReferenceKind,
        references: readonly ReferenceInput[],
        ids: pulumi.Output<EntryIds>,
    ): pulumi.Resource[] {
        const property = kind === "project" ? "targetProjectId" : "targetGroupId";
        return references.map((reference, index) => {
            // An output has no text to be named after; its place in the list is the best there is.
            const key = isEventual(reference) ? index : reference;
            return new gitlab.ProjectJobTokenScope(
                `${name}-${kind}s/${key}`,
                {
                    project: this.projectId.apply(String),
                    [property]: ids.apply((known) => known[`${kind}s`][index]!),
                },
                { parent: this, dependsOn: sameGitlab(this) },
            );
        });
    }

    private setPolicies(
        name: string,
        policies: AllowlistPolicies,
        written: AllowedJobs,
        ids: pulumi.Output<EntryIds>,
        dependsOn: pulumi.Resource[],
    ): void {
        const entries = pulumi
            .all([ids, written])
            .apply(([known, { projects = [], groups = [] }]) =>
                toPolicyEntries(policies, [
                    ...known.projects.map((id, i) => ({ kind: "project" as const, id, reference: projects[i] })),
                    ...known.groups.map((id, i) => ({ kind: "group" as const, id, reference: groups[i] })),
                ]),
            );
        new fleet.JobTokenPolicies(
            name,
            { project: this.projectId.apply(String), entries },
            { ...fleetChild(this), dependsOn: [...sameGitlab(this), ...dependsOn] },
        );
    }
}
