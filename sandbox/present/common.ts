import type { Group, Project, User } from "../store/entities";
import type { Store } from "../store/store";

/** ISO 8601 in UTC with milliseconds, as GitLab writes all times. */
export function time(ms: number): string;
export function time(ms: number | null): string | null;
export function time(ms: number | null): string | null {
    return ms === null ? null : new Date(ms).toISOString();
}

/** Calendar day in UTC. */
export function day(ms: number | null): string | null {
    return ms === null ? null : new Date(ms).toISOString().slice(0, 10);
}

/** GitLab: entity `UserBasic`. */
export function presentUserBasic(db: Store, user: User): Record<string, unknown> {
    return {
        id: user.id,
        username: user.username,
        public_email: null,
        name: user.name,
        state: user.state,
        locked: false,
        avatar_url: null,
        web_url: `${db.settings.externalUrl}/${user.username}`,
    };
}

/** Group as lists of runners and allowlists name it. */
export function presentGroupBasic(db: Store, group: Group): Record<string, unknown> {
    return { id: group.id, web_url: groupUrl(db, group), name: group.name };
}

export function groupUrl(db: Store, group: Group): string {
    return `${db.settings.externalUrl}/groups/${group.fullPath}`;
}

export function projectUrl(db: Store, project: Project): string {
    return `${db.settings.externalUrl}/${project.fullPath}`;
}

/** `Group / Subgroup / Project`. */
export function nameWithNamespace(db: Store, project: Project): string {
    const namespace = project.groupId === null ? owner(db, project).name : db.groups.must(project.groupId).fullName;
    return `${namespace} / ${project.name}`;
}

/** GitLab: entity `NamespaceBasic`. */
export function presentNamespace(db: Store, project: Project): Record<string, unknown> {
    if (project.groupId === null) {
        const user = owner(db, project);
        return {
            id: namespaceIdOfUser(user),
            name: user.name,
            path: user.username,
            kind: "user",
            full_path: user.username,
            parent_id: null,
            avatar_url: null,
            web_url: `${db.settings.externalUrl}/${user.username}`,
        };
    }
    const group = db.groups.must(project.groupId);
    return {
        id: group.id,
        name: group.name,
        path: group.path,
        kind: "group",
        full_path: group.fullPath,
        parent_id: group.parentId,
        avatar_url: null,
        web_url: groupUrl(db, group),
    };
}

/** Differs from GitLab: users' namespaces have no rows of their own here, so their ids are set far above groups'. */
export function namespaceIdOfUser(user: User): number {
    return 1_000_000_000 + user.id;
}

function owner(db: Store, project: Project): User {
    return db.users.must(project.ownerId!);
}
