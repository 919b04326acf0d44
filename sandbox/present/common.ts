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

/** A group as in lists of runners and allowlists. */
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
    return presentNamespaceOf(db, project.groupId === null ? owner(db, project) : db.groups.must(project.groupId));
}

/** The namespace of a group or a user. */
export function presentNamespaceOf(db: Store, place: Group | User): Record<string, unknown> {
    if ("username" in place) {
        return {
            id: namespaceIdOfUser(place),
            name: place.name,
            path: place.username,
            kind: "user",
            full_path: place.username,
            parent_id: null,
            avatar_url: null,
            web_url: `${db.settings.externalUrl}/${place.username}`,
        };
    }
    return {
        id: place.id,
        name: place.name,
        path: place.path,
        kind: "group",
        full_path: place.fullPath,
        parent_id: place.parentId,
        avatar_url: null,
        web_url: groupUrl(db, place),
    };
}

const USER_NAMESPACES = 1_000_000_000;

/** Differs from GitLab: users' namespaces have no rows here, so their ids are far above those of groups. */
export function namespaceIdOfUser(user: User): number {
    return USER_NAMESPACES + user.id;
}

/** The user whose namespace has an id. */
export function userOfNamespace(db: Store, id: number): User | undefined {
    return db.users.get(id - USER_NAMESPACES);
}

function owner(db: Store, project: Project): User {
    return db.users.must(project.ownerId!);
}
