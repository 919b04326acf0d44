import type { GroupLink, Project, ProjectLink } from "./store/entities";
import type { Store } from "./store/store";

/** A new entry of an allowlist. */
export interface NewLink {
    sourceId: number;
    targetId: number;
    addedById: number | null;
    defaultPermissions?: boolean;
    policies?: string[];
    autopopulated?: boolean;
    direction?: ProjectLink["direction"];
}

/** GitLab's words about entries of an allowlist. */
export const LINK_TEXTS = {
    unreadable: (what: "target_project" | "target_group"): string =>
        `The ${what} that you are attempting to access does not exist or you don't have permission to perform this action`,
};

/** Whether a project's allowlist is in force: by its own switch or because the instance enforces it. */
export function inboundEnabled(db: Store, project: Project): boolean {
    return db.settings.enforceInboundJobTokenScope || project.inboundJobTokenScopeEnabled;
}

/** Adds a project to an allowlist, or returns the reason why not, in GitLab's words. */
export function addProjectLink(db: Store, link: NewLink): string | undefined {
    const { sourceId, targetId, direction = "inbound" } = link;
    if (db.projectLinks.first("pair", `${direction}:${sourceId}:${targetId}`)) {
        return db.version === 19
            ? "This project is already in the job token allowlist."
            : "Target project is already in the job token scope";
    }
    if (sourceId === targetId) return "Validation failed: Target project can't be the same as the source project";
    if (db.projectLinks.count("source", `${direction}:${sourceId}`) >= db.settings.allowlistLimit) {
        const text = "Source project exceeds the allowable number of project links in this direction";
        return `Validation failed: ${text}`;
    }
    db.projectLinks.insert({ ...row(db, link), direction });
    return undefined;
}

/** Adds a group to an allowlist, or returns the reason why not, in GitLab's words. */
export function addGroupLink(db: Store, link: NewLink): string | undefined {
    const { sourceId, targetId } = link;
    if (db.groupLinks.first("pair", `${sourceId}:${targetId}`)) {
        return db.version === 19
            ? "This group is already in the job token allowlist."
            : "Target group is already in the job token scope";
    }
    if (db.groupLinks.count("source", sourceId) >= db.settings.allowlistLimit) {
        return "Validation failed: Source project exceeds the allowable number of group links";
    }
    db.groupLinks.insert(row(db, link));
    return undefined;
}

function row(db: Store, link: NewLink): Omit<GroupLink, "id"> {
    return {
        sourceId: link.sourceId,
        targetId: link.targetId,
        addedById: link.addedById,
        defaultPermissions: link.defaultPermissions ?? true,
        policies: link.policies ?? [],
        autopopulated: link.autopopulated ?? false,
        createdAt: db.now(),
    };
}
