import * as fleet from "@gitlab-fleet/sdk";
import * as gitlab from "@pulumi/gitlab";
import * as pulumi from "@pulumi/pulumi";
import { keptFor } from "../../core/kept-for";
import { type Reference, type ReferenceKind, referenceKey } from "../../core/reference";
import { isEventual, show } from "../../core/values";
import { fleetChild, gitlabOf, hasFleetProvider, sameGitlab } from "../common/fleet-provider";
import { resolveReference, resolveReferences } from "../common/path-resolver";
import { perProgram } from "../common/per-program";
import { gateArgs, placesOf, throwErrors } from "../common/rules";
import { rejectWith } from "../common/say";
import type { ReferenceInput } from "../common/scope";
import type { AllowedJobs, JobTokenAllowlistArgs } from "./args";
import { type EntryIds, fitAllowlist } from "./fit";
import { type AllowlistPolicies, toPolicyEntries } from "./policies";
import { ALLOWLIST_SHAPE, findResolvedProblems, jobTokenRules } from "./problems";

/**
 * A project's job-token allowlist: the projects and groups whose CI jobs may reach the project with their job token.
 */
export class JobTokenAllowlist extends pulumi.ComponentResource {
    /** Id of the protected project. */
    public readonly projectId: pulumi.Output<number>;
    /** Ids of the allowed projects, in ascending order. */
    public readonly targetProjectIds: pulumi.Output<number[]>;
    /** Ids of the allowed groups, in ascending order. */
    public readonly targetGroupIds: pulumi.Output<number[]>;

    constructor(name: string, args: JobTokenAllowlistArgs, opts?: pulumi.ComponentResourceOptions) {
        super("gitlab-fleet:index:JobTokenAllowlist", name, {}, opts);
        const label = `JobTokenAllowlist "${name}"`;
        const checked = gateArgs(this, label, args, { shape: ALLOWLIST_SHAPE, rules: jobTokenRules() });
        const at = placesOf(args) ?? ((part: string) => `${label}: ${part}`);
        this.claimProject(label, checked.project);
        this.projectId = resolveReference(this, "project", checked.project, at("project")).apply((id) =>
            ownAllowlist(this, label, id),
        );
        noteAllowlist(this, this.projectId);
        const { projects = [], groups = [] } = checked.allow;
        const ids = this.resolveEntries(label, projects, groups, at);
        const fitted = ids.apply((known) => fitAllowlist(this, label, { ...known, compact: checked.compact === true }));
        this.targetProjectIds = fitted.apply((known) => known.projects);
        this.targetGroupIds = fitted.apply((known) => known.groups);
        const list =
            checked.mode === "additive"
                ? [...this.addEntries(name, "project", projects, ids), ...this.addEntries(name, "group", groups, ids)]
                : [this.setList(name, checked)];
        if (checked.policies !== undefined) {
            // The program's entries are matched to policies by their position; folded entries only have ids.
            const entries = checked.compact ? fitted : ids;
            this.setPolicies(name, checked.policies, checked.compact ? {} : checked.allow, entries, list);
        }
        this.registerOutputs({
            projectId: this.projectId,
            targetProjectIds: this.targetProjectIds,
            targetGroupIds: this.targetGroupIds,
            // As written in the program: a policy pack cannot tell from an id that a group is a whole company.
            groups,
        });
    }

    /** Finds a second owner early if both write the project the same way; otherwise it shows once the id is known. */
    private claimProject(label: string, project: ReferenceInput): void {
        if (isEventual(project)) return;
        const owner = otherOwner(this, label, referenceKey(project as Reference));
        if (owner === undefined) return;
        throw new pulumi.ResourceError(`${label}: ${declaredTwice(owner, show(project))}`, this, true);
    }

    /** Ids in the order in which the entries were written. */
    private resolveEntries(
        label: string,
        projects: readonly ReferenceInput[],
        groups: readonly ReferenceInput[],
        at: (part: string) => string,
    ): pulumi.Output<EntryIds & { project: number }> {
        return pulumi
            .all([
                this.projectId,
                resolveReferences(this, "project", projects, at("allow.projects")),
                resolveReferences(this, "group", groups, at("allow.groups")),
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
        // Created before the list is changed and deleted after it, so that deleting it can restore or close the list.
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
            // An output has no text to use in the name, so its position in the list is used.
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

const notesFor = perProgram(() => keptFor<pulumi.ProviderResource, number[]>(() => []));

/**
 * Tells the plugin that the program declares a project's allowlist. Only in `up`, where something may be deleted, and
 * in one call for all lists whose ids become known in the same turn.
 */
function noteAllowlist(component: pulumi.ComponentResource, project: pulumi.Output<number>): void {
    // A program that gives only a provider of package gitlab cannot have an AllowlistBackup.
    if (!hasFleetProvider(component)) return;
    const { provider } = fleetChild(component);
    if (pulumi.runtime.isDryRun()) return;
    project.apply(async (id) => {
        const waiting = notesFor()(provider);
        if (waiting.push(id) > 1) return;
        await new Promise((resolve) => setImmediate(resolve));
        await fleet.noteAllowlists({ projects: waiting.splice(0) }, { provider });
    });
}

interface Owner {
    component: pulumi.Resource;
    label: string;
}

const ownersOf = perProgram(() => keptFor<pulumi.ProviderResource, Map<string | number, Owner>>(() => new Map()));

/** Makes a component the owner of a project's list in its GitLab. Returns the label of another owner, if any. */
function otherOwner(component: pulumi.ComponentResource, label: string, project: string | number): string | undefined {
    const owners = ownersOf()(gitlabOf(component));
    const owner = owners.get(project);
    if (owner === undefined) owners.set(project, { component, label });
    return owner?.component === component ? undefined : owner?.label;
}

/**
 * Makes a component the owner of a project's allowlist, and returns the project's id. Two owners would remove each
 * other's entries at every `up`. If one writes the path and the other the id, this only shows once both are ids.
 */
async function ownAllowlist(component: pulumi.ComponentResource, label: string, project: number): Promise<number> {
    const owner = otherOwner(component, label, project);
    if (owner === undefined) return project;
    const message = declaredTwice(owner, `id ${project}`);
    return rejectWith(new pulumi.ResourceError(`${label}: ${message}`, component, true));
}

function declaredTwice(owner: string, got: string): string {
    return `project has its allowlist declared by ${owner} already (got ${got}). Declare it once, with the entries of both.`;
}
