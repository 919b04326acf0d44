/** Projects. https://docs.gitlab.com/api/projects/ */
import { canReadProject, hasGroupRole, projectFor, projectLevel } from "../access";
import { Answer, type Api, type Call } from "../http/api";
import { forbidden, messageError, notFound, plainError } from "../http/errors";
import { isBlank, p } from "../http/params";
import { namespaceIdOfUser } from "../present/common";
import { presentProject } from "../present/projects";
import { deleteProject } from "../store/cascade";
import type { Project } from "../store/entities";
import { addProject } from "../store/factory";
import { moveProject, scheduleDeletion } from "../store/moves";
import type { Store } from "../store/store";
import { projectListParams, projectPage } from "./project-lists";

export const VISIBILITIES = ["private", "internal", "public"] as const;
const FEATURE_ACCESS = ["enabled", "private", "disabled"] as const;

const attributes = {
    name: p.string(),
    path: p.string(),
    description: p.string(),
    visibility: p.string().values(VISIBILITIES),
    default_branch: p.string(),
    container_registry_access_level: p.string().values(FEATURE_ACCESS),
    container_registry_enabled: p.boolean(),
    builds_access_level: p.string().values(FEATURE_ACCESS),
    shared_runners_enabled: p.boolean(),
    group_runners_enabled: p.boolean(),
    ci_config_path: p.string(),
    build_timeout: p.integer(),
    ci_push_repository_for_job_token_allowed: p.boolean(),
    runner_token_expiration_interval: p.integer(),
};

export function projectRoutes(api: Api): void {
    api.get("/projects", { auth: "optional", limit: "projects", params: projectListParams }, (call) => {
        const { db, identity } = call;
        const candidates = call.params.membership || call.params.owned ? joined(call) : db.projects.all();
        return projectPage(
            call,
            candidates.filter((project) => canReadProject(db, identity, project)),
        );
    });

    api.get("/projects/:id", { auth: "optional", limit: "project" }, (call) => presentProject(call, projectFor(call)));

    const creation = { ...attributes, namespace_id: p.integer() };
    const rules = [{ atLeastOneOf: ["name", "path"] }];
    api.post("/projects", { params: creation, rules }, (call) => {
        const { db, user, params } = call;
        const path = params.path || slug(params.name ?? "");
        const home = homeOf(call, params.namespace_id ?? null);
        if (db.projects.first("path", `${home.prefix}/${path}`.toLowerCase())) {
            const taken = ["has already been taken"];
            throw messageError(400, { "project_namespace.path": taken, path: taken, name: taken });
        }
        const project = addProject(db, { path, ...home.row, creatorId: user.id, visibility: "private" });
        return presentProject(call, change(db, project, call));
    });

    api.put("/projects/:id", { params: attributes, rules: [{ atLeastOneOf: Object.keys(attributes) }] }, (call) => {
        const project = projectFor(call, "maintainer");
        if (call.has("path")) moveProject(call.db, project.id, { path: call.params.path! });
        return presentProject(call, change(call.db, project, call));
    });

    api.delete("/projects/:id", { params: removal }, (call) => {
        return removeOrMark(call, projectFor(call, "owner"), "Project", deleteProject, scheduleDeletion);
    });
}

export const removal = { permanently_remove: p.boolean(), full_path: p.string() };

/**
 * Up to 17, removes a project or group at once. Later versions mark it; only a marked one can be removed at once, by
 * repeating its path.
 */
export function removeOrMark(
    { db, params, version }: Call<typeof removal>,
    row: { id: number; fullPath: string; markedForDeletionOn: string | null },
    what: "Project" | "Group",
    remove: (db: Store, id: number) => void,
    mark: (db: Store, id: number) => void,
): Answer {
    const isMarked = row.markedForDeletionOn !== null;
    if (version === 17 || params.permanently_remove) {
        if (version > 17 && !isMarked) throw messageError(400, `${what} must be marked for deletion first.`);
        if (version > 17 && params.full_path !== row.fullPath)
            throw messageError(400, "`full_path` is incorrect. You must enter the complete path.");
        remove(db, row.id);
    } else {
        if (isMarked) throw messageError(400, `${what} has been already marked for deletion`);
        mark(db, row.id);
    }
    return new Answer(202, { message: "202 Accepted" });
}

function joined(call: Call<typeof projectListParams>): Project[] {
    const { db, identity } = call;
    const { user } = identity;
    if (!user) return [];
    const found = new Set<Project>();
    for (const { sourceType, sourceId } of db.members.find("user", user.id)) {
        const reached = sourceType === "project" ? [db.projects.must(sourceId)] : ofGroup(db, sourceId);
        for (const project of reached) found.add(project);
    }
    const projects = [...found].sort((a, b) => a.id - b.id);
    return call.params.owned ? projects.filter((one) => projectLevel(db, user, one) >= 50) : projects;
}

/** The projects of a group and of those below it, and what is shared with them. */
function ofGroup(db: Store, id: number): Project[] {
    return db.subtree(id).flatMap((group) => {
        const shared = db.projectShares.find("group", group.id).map(({ projectId }) => db.projects.must(projectId));
        return [...db.projects.find("group", group.id), ...shared];
    });
}

function homeOf(call: Call, namespaceId: number | null): { prefix: string; row: Partial<Project> } {
    const { db, user } = call;
    if (namespaceId === null || namespaceId === namespaceIdOfUser(user)) {
        return { prefix: user.username, row: { ownerId: user.id } };
    }
    const group = db.groups.get(namespaceId);
    if (!group) throw notFound("Namespace");
    if (!hasGroupRole(db, call.identity, group.id, "developer")) throw forbidden();
    return { prefix: group.fullPath, row: { groupId: group.id } };
}

/** Applies the sent attributes; also used at creation, when there are no former values. */
function change(db: Store, project: Project, call: Call<typeof attributes>): Project {
    const { params } = call;
    const registry =
        params.container_registry_access_level ??
        (typeof params.container_registry_enabled === "boolean"
            ? params.container_registry_enabled
                ? ("enabled" as const)
                : ("disabled" as const)
            : null);
    const update: Partial<Project> = {
        ...given("name", params.name),
        ...given("description", params.description),
        ...given("visibility", params.visibility),
        ...given("defaultBranch", params.default_branch),
        ...given("registryAccessLevel", registry),
        ...given("buildsAccessLevel", params.builds_access_level),
        ...given("sharedRunnersEnabled", params.shared_runners_enabled),
        ...given("groupRunnersEnabled", params.group_runners_enabled),
        ...given("buildTimeout", params.build_timeout),
        ...given("pushRepositoryForJobTokenAllowed", params.ci_push_repository_for_job_token_allowed),
    };
    if (call.has("ci_config_path")) update.ciConfigPath = params.ci_config_path || null;
    if (call.has("runner_token_expiration_interval")) {
        update.runnerTokenExpirationInterval = params.runner_token_expiration_interval ?? null;
    }
    if (params.build_timeout !== null && params.build_timeout !== undefined && params.build_timeout < 600) {
        throw plainError(400, "build_timeout does not have a valid value");
    }
    return db.projects.update(project.id, update);
}

function given<K extends keyof Project>(key: K, value: Project[K] | null | undefined): Partial<Project> {
    return isBlank(value) ? {} : ({ [key]: value } as Partial<Project>);
}

function slug(name: string): string {
    return name.toLowerCase().replace(/[^a-z0-9_.-]+/g, "-");
}
