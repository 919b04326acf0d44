import * as gitlab from "@pulumi/gitlab";
import * as pulumi from "@pulumi/pulumi";
import { findResolvedProblems, jobTokenRules } from "./job-token-rules";
import { claim } from "./shared/claims";
import { isEventual } from "./shared/eventual";
import { resolveReference } from "./shared/path-resolver";
import { type Reference, type ReferenceInput, type ReferenceKind, referenceKey } from "./shared/reference";
import { gateArgs, throwErrors } from "./shared/rules";
import { show } from "./shared/values";

/** Projects and groups whose jobs may reach a project. */
export interface AllowedJobs {
    /** Projects, by full path or id; at most 200, never the project itself. GitLab: `allowlist`. @default - none */
    projects?: ReferenceInput[];
    /** Groups, by full path or id, with all their subgroups' projects; at most 200. GitLab: `groups_allowlist`. @default - none */
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
        if (!isEventual(checked.project)) {
            claim(
                this,
                label,
                `allowlist ${referenceKey(checked.project as Reference)}`,
                (owner) =>
                    `project has its allowlist declared by ${owner} already (got ${show(checked.project)}). Declare it once.`,
            );
        }
        this.projectId = resolveReference(this, "project", checked.project);
        const projects = this.resolveAll("project", checked.allow.projects ?? []);
        const groups = this.resolveAll("group", checked.allow.groups ?? []);
        this.targetProjectIds = this.sorted(label, "project", projects);
        this.targetGroupIds = this.sorted(label, "group", groups);
        if (checked.mode === "additive") {
            this.addEntries(name, "targetProjectId", projects);
            this.addEntries(name, "targetGroupId", groups);
        } else {
            this.setList(name, checked.enabled);
        }
        this.registerOutputs({
            projectId: this.projectId,
            targetProjectIds: this.targetProjectIds,
            targetGroupIds: this.targetGroupIds,
        });
    }

    private resolveAll(kind: ReferenceKind, references: readonly ReferenceInput[]): Target[] {
        return references.map((reference, index) => ({
            // An output has no text to be named after; its place in the list is the best there is.
            key: `${kind}s/${isEventual(reference) ? index : reference}`,
            id: resolveReference(this, kind, reference),
        }));
    }

    private sorted(label: string, kind: ReferenceKind, targets: readonly Target[]): pulumi.Output<number[]> {
        return pulumi.all([this.projectId, ...targets.map((target) => target.id)]).apply(([project, ...ids]) => {
            throwErrors(this, label, findResolvedProblems(project!, ids, kind));
            return ids.sort((a, b) => a - b);
        });
    }

    private setList(name: string, enabled: pulumi.Input<boolean | undefined> | undefined): void {
        new gitlab.ProjectJobTokenScopes(
            name,
            {
                project: this.projectId.apply(String),
                enabled: pulumi.output(enabled).apply((given) => given ?? true),
                targetProjectIds: this.targetProjectIds,
                targetGroupIds: this.targetGroupIds,
            },
            { parent: this },
        );
    }

    private addEntries(name: string, property: "targetProjectId" | "targetGroupId", targets: readonly Target[]): void {
        // The whole list was checked in its own chain; an entry must not be made before that.
        const checked = property === "targetProjectId" ? this.targetProjectIds : this.targetGroupIds;
        for (const { key, id } of targets) {
            new gitlab.ProjectJobTokenScope(
                `${name}-${key}`,
                {
                    project: this.projectId.apply(String),
                    [property]: pulumi.all([id, checked]).apply(([known]) => known),
                },
                { parent: this },
            );
        }
    }
}

/** One entry: its key, which is part of a resource's name, and its id in GitLab. */
interface Target {
    key: string;
    id: pulumi.Output<number>;
}
