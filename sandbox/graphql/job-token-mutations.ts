import { canReadGroup, canReadProject, findGroup, findProject, hasProjectRole } from "../access";
import { addGroupLink, addProjectLink, LINK_TEXTS } from "../job-token-links";
import type { Group, Project } from "../store/entities";
import type { Store } from "../store/store";
import { type Context, Refusal, type Resolvers, unavailable } from "./context";
import type { Entry } from "./job-token-types";

interface Input<T> {
    input: T & { clientMutationId?: string | null };
}
interface AddInput {
    projectPath: string;
    targetPath: string;
    defaultPermissions: boolean;
    jobTokenPolicies: string[];
}
interface RemoveProjectInput {
    projectPath: string;
    targetProjectPath: string;
    direction: "INBOUND" | "OUTBOUND";
}
export const jobTokenMutations: Resolvers = {
    Mutation: {
        ciJobTokenScopeAddGroupOrProject: (_, { input }: Input<AddInput>, context) => {
            const { db } = context.world;
            const source = sourceOf(context, input.projectPath);
            const target = targetOf(db, input.targetPath);
            if (!target) return failure(input, "The group or project does not exist.");
            // Without fine-grained permissions, GitLab ignores the input and stores the default.
            const fine = source.fineGrainedJobTokens && !input.defaultPermissions;
            const link = {
                sourceId: source.id,
                targetId: target.row.id,
                addedById: context.identity.user!.id,
                defaultPermissions: !fine,
                policies: fine ? input.jobTokenPolicies : [],
            };
            const problem =
                target.kind === "group"
                    ? canReadGroup(db, context.identity, target.row)
                        ? addGroupLink(db, link)
                        : LINK_TEXTS.unreadable("target_group")
                    : canReadProject(db, context.identity, target.row)
                      ? addProjectLink(db, link)
                      : LINK_TEXTS.unreadable("target_project");
            if (problem) return failure(input, problem);
            return success(input, {
                ciJobTokenScope: source,
                ciJobTokenScopeAllowlistEntry: entryOf(db, source, target),
            });
        },
        ciJobTokenScopeRemoveProject: (_, { input }: Input<RemoveProjectInput>, context) => {
            const { db } = context.world;
            const source = sourceOf(context, input.projectPath);
            const target = db.projects.first("path", input.targetProjectPath.toLowerCase());
            if (!target) throw unavailable();
            if (target.id === source.id) {
                return failure(input, "Source project cannot be removed from the job token scope");
            }
            // If omitted, the direction is OUTBOUND, which hardly anybody means.
            const pair = `${input.direction.toLowerCase()}:${source.id}:${target.id}`;
            const link = db.projectLinks.first("pair", pair);
            if (!link) return failure(input, "Target project is not in the job token scope");
            const entry = { ...link };
            db.projectLinks.delete(link.id);
            return success(input, { ciJobTokenScope: source, ciJobTokenScopeAllowlistEntry: entry });
        },
        ciJobTokenScopeRemoveGroup: (
            _,
            { input }: Input<{ projectPath: string; targetGroupPath: string }>,
            context,
        ) => {
            const { db } = context.world;
            const source = sourceOf(context, input.projectPath);
            const target = db.groups.first("path", input.targetGroupPath.toLowerCase());
            if (!target) throw unavailable();
            const link = db.groupLinks.first("pair", `${source.id}:${target.id}`);
            if (!link) return failure(input, "Target group is not in the job token scope");
            const entry = { ...link };
            db.groupLinks.delete(link.id);
            return success(input, { ciJobTokenScope: source, ciJobTokenScopeAllowlistEntry: entry });
        },
        ciJobTokenScopeUpdatePolicies: (_, { input }: Input<AddInput>, context) => {
            const { db } = context.world;
            const source = sourceOf(context, input.projectPath);
            const target = targetOf(db, input.targetPath);
            if (!source.fineGrainedJobTokens) {
                throw new Refusal("`add_policies_to_ci_job_token` feature flag is disabled.");
            }
            if (!target) return failure(input, "The target does not exist");
            if (!readable(context, target)) {
                return failure(input, "You have insufficient permission to update this job token scope");
            }
            const entry = entryOf(db, source, target);
            if (!entry) return failure(input, "Unable to find a job token scope for the given project & target");
            const changes = { defaultPermissions: input.defaultPermissions, policies: input.jobTokenPolicies };
            const links: Pick<typeof db.groupLinks | typeof db.projectLinks, "update"> =
                target.kind === "group" ? db.groupLinks : db.projectLinks;
            return success(input, { ciJobTokenScopeAllowlistEntry: links.update(entry.id, changes) });
        },
    },
};

type Target = { kind: "group"; row: Group } | { kind: "project"; row: Project };

/** The project whose list is changed; only for its maintainers. */
function sourceOf({ world, identity }: Context, path: string): Project {
    const match = findProject(world.db, path);
    if (!match || !hasProjectRole(world.db, identity, match.project, "maintainer")) throw unavailable();
    return match.project;
}

/** A group wins over a project with the same path. */
function targetOf(db: Store, path: string): Target | undefined {
    const group = /^\d+$/.test(path) ? undefined : findGroup(db, path);
    if (group) return { kind: "group", row: group };
    const project = db.projects.first("path", path.toLowerCase());
    return project && { kind: "project", row: project };
}

function readable({ world, identity }: Context, target: Target): boolean {
    return target.kind === "group"
        ? canReadGroup(world.db, identity, target.row)
        : canReadProject(world.db, identity, target.row);
}

function entryOf(db: Store, source: Project, target: Target): Entry | undefined {
    return target.kind === "group"
        ? db.groupLinks.first("pair", `${source.id}:${target.row.id}`)
        : db.projectLinks.first("pair", `inbound:${source.id}:${target.row.id}`);
}

function success(
    input: { clientMutationId?: string | null },
    values: Record<string, unknown>,
): Record<string, unknown> {
    return { clientMutationId: input.clientMutationId, errors: [], ...values };
}

function failure(input: { clientMutationId?: string | null }, error: string): Record<string, unknown> {
    return { clientMutationId: input.clientMutationId, errors: [error] };
}
