import { projectLevel } from "../access";
import { logAccess, mayPull } from "../job-token-access";
import type { Job, Project, User } from "../store/entities";
import { ROLES } from "../store/factory";
import type { Store } from "../store/store";

/** The caller of the registry. */
export type RegistryCaller =
    | { kind: "anonymous" }
    | { kind: "job"; job: Job; user: User }
    | { kind: "token"; user: User; scopes: string[] };

/** One granted part of a registry token. */
export interface RegistryAccess {
    type: string;
    name: string;
    actions: string[];
    meta: { project_path: string; project_id: number; root_namespace_id: number };
}

/** The granted part of the requested scopes. Refused scopes are silently left out. */
export function grant(db: Store, caller: RegistryCaller, scopes: string[]): RegistryAccess[] {
    return scopes.flatMap((scope) => {
        const [, type, name, actions] = /^([^:]+):(.+):([^:]*)$/.exec(scope) ?? [];
        if (type !== "repository" || !name || !actions) return [];
        const project = projectOfImage(db, name);
        if (!project || project.registryAccessLevel === "disabled") return [];
        const granted = actions.split(",").filter((action) => may(db, caller, project, action));
        if (granted.length === 0) return [];
        if (granted.includes("push")) db.projects.update(project.id, { hasImages: true });
        if (caller.kind === "job") logAccess(db, db.projects.must(caller.job.projectId), project);
        const root = db.lineage(project.groupId).at(-1)?.id ?? project.ownerId!;
        const meta = { project_path: project.fullPath, project_id: project.id, root_namespace_id: root };
        return [{ type, name, actions: granted, meta }];
    });
}

/** The project whose path an image's name begins with; the longest match. */
function projectOfImage(db: Store, name: string): Project | undefined {
    const parts = name.toLowerCase().split("/");
    for (let length = parts.length; length > 1; length--) {
        const project = db.projects.first("path", parts.slice(0, length).join("/"));
        if (project) return project;
    }
    return undefined;
}

function may(db: Store, caller: RegistryCaller, project: Project, action: string): boolean {
    if (!["pull", "push", "delete", "*"].includes(action)) return false;
    switch (caller.kind) {
        case "anonymous":
            return action === "pull" && isOpen(project, "public");
        case "job": {
            const origin = db.projects.must(caller.job.projectId);
            if (action === "pull") return mayPull(db, caller.user, origin, project);
            return action !== "*" && origin.id === project.id;
        }
        case "token":
            return mayByRole(db, caller.user, caller.scopes, project, action);
    }
}

function mayByRole(db: Store, user: User, scopes: string[], project: Project, action: string): boolean {
    const level = user.admin ? ROLES.owner : projectLevel(db, user, project);
    const writes = scopes.includes("api") || scopes.includes("write_registry");
    if (action === "push") return writes && level >= ROLES.developer;
    if (action !== "pull") return writes && level >= ROLES.maintainer;
    const reads = writes || scopes.includes("read_registry");
    return reads && (level >= ROLES.reporter || isOpen(project, user.external ? "public" : "internal"));
}

/** Whether everybody (or every internal user) may pull images, members or not. */
function isOpen(project: Project, atLeast: "public" | "internal"): boolean {
    if (project.registryAccessLevel !== "enabled") return false;
    return project.visibility === "public" || (atLeast === "internal" && project.visibility === "internal");
}
