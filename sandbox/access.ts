import { type Call, isAdmin } from "./http/api";
import type { Identity } from "./http/auth";
import { ApiError, forbidden, notFound, unauthorized } from "./http/errors";
import type { Group, MemberSource, Project, Runner, User } from "./store/entities";
import { ROLES, type Role } from "./store/factory";
import type { Store } from "./store/store";

/** Access level of a user in one group or project, without inheritance; 0 for none. */
function directLevel(db: Store, user: User, type: MemberSource, id: number): number {
    const member = db.members.first("pair", `${user.id}:${type}:${id}`);
    if (!member || (member.expiresAt !== null && member.expiresAt <= db.now())) return 0;
    return member.accessLevel;
}

/** Access level in a group, inherited from its ancestors; 0 for none. */
export function groupLevel(db: Store, user: User, groupId: number): number {
    let level = 0;
    for (let id: number | null = groupId; id !== null; id = db.groups.must(id).parentId) {
        level = Math.max(level, directLevel(db, user, "group", id));
    }
    return level;
}

/** Access level in a project: its own members, its groups', and those of groups it is shared with. */
export function projectLevel(db: Store, user: User, project: Project): number {
    let level = directLevel(db, user, "project", project.id);
    if (project.groupId !== null) level = Math.max(level, groupLevel(db, user, project.groupId));
    for (const share of db.projectShares.find("project", project.id)) {
        if (share.expiresAt !== null && share.expiresAt <= db.now()) continue;
        level = Math.max(level, Math.min(share.accessLevel, groupLevel(db, user, share.groupId)));
    }
    return level;
}

/** Whether the caller may see that a project exists. */
export function canReadProject(db: Store, who: Identity, project: Project): boolean {
    if (project.visibility === "public") return true;
    if (!who.user) return false;
    if (project.visibility === "internal" && !who.user.external) return true;
    return isAdmin(db, who) || projectLevel(db, who.user, project) > 0;
}

/** Whether the caller may see that a group exists: so may members of anything below it. */
export function canReadGroup(db: Store, who: Identity, group: Group): boolean {
    if (group.visibility === "public") return true;
    const { user } = who;
    if (!user) return false;
    if (group.visibility === "internal" && !user.external) return true;
    return isAdmin(db, who) || groupLevel(db, user, group.id) > 0 || hasMembershipBelow(db, user, group.id, 1);
}

/** Whether a user has at least this level in some group or project below a group. */
export function hasMembershipBelow(db: Store, user: User, groupId: number, level: number): boolean {
    return db.members.find("user", user.id).some((member) => {
        if (member.accessLevel < level) return false;
        const start = member.sourceType === "group" ? member.sourceId : db.projects.must(member.sourceId).groupId;
        return db.lineage(start).some((group) => group.id === groupId);
    });
}

/** Whether the caller has a role in a project; administrators have every role. */
export function hasProjectRole(db: Store, who: Identity, project: Project, role: Role): boolean {
    return who.user !== undefined && (isAdmin(db, who) || projectLevel(db, who.user, project) >= ROLES[role]);
}

/** Whether the caller has a role in a group; administrators have every role. */
export function hasGroupRole(db: Store, who: Identity, groupId: number, role: Role): boolean {
    return who.user !== undefined && (isAdmin(db, who) || groupLevel(db, who.user, groupId) >= ROLES[role]);
}

/** A project by number or full path; a former path leads to it, too. */
export function findProject(db: Store, id: string | number): { project: Project; moved: boolean } | undefined {
    const text = String(id);
    // GitLab always takes an integer for an id, never for a path.
    if (/^\d+$/.test(text)) return found(db.projects.get(Number(text)), false);
    const direct = db.projects.first("path", text.toLowerCase());
    if (direct) return found(direct, false);
    const redirect = db.redirects.first("path", text.toLowerCase());
    return found(redirect && db.projects.get(redirect.targetId), true);
}

function found(project: Project | undefined, moved: boolean): { project: Project; moved: boolean } | undefined {
    return project && { project, moved };
}

/** A group by number or full path; GitLab's API does not know former paths of groups. */
export function findGroup(db: Store, id: string | number): Group | undefined {
    const text = String(id);
    if (/^\d+$/.test(text)) return db.groups.get(Number(text));
    return db.groups.first("path", text.toLowerCase());
}

/** The project of `:id`: 404 if the caller may not see it, 403 if the role is too low. */
export function projectFor(call: Call, role?: Role): Project {
    const { db, identity, req } = call;
    const match = findProject(db, call.path("id"));
    if (!match || !canReadProject(db, identity, match.project)) throw notFound("Project");
    const { project, moved } = match;
    if (moved && req.method === "GET") {
        const place = new URL(req.url, db.settings.externalUrl);
        const location = place.href.replace(/(\/projects\/)[^/?]+/, `$1${encodeURIComponent(project.fullPath)}`);
        throw new ApiError(301, { message: "This resource has been moved permanently" }, { location });
    }
    if (role && !identity.user) throw unauthorized();
    if (role && !hasProjectRole(db, identity, project, role)) throw forbidden();
    return project;
}

/** The group of `:id`: 404 if the caller may not see it, 403 if the role is too low. */
export function groupFor(call: Call, role?: Role): Group {
    const { db, identity } = call;
    const group = findGroup(db, call.path("id"));
    if (!group || !canReadGroup(db, identity, group)) throw notFound("Group");
    if (role && !hasGroupRole(db, identity, group.id, role)) throw forbidden();
    return group;
}

/** Projects that a runner serves, owner project first. */
export function runnerProjects(db: Store, runner: Runner): Project[] {
    return db.runnerProjects.find("runner", runner.id).map((link) => db.projects.must(link.projectId));
}

/** GitLab: ability `read_runner`. */
export function canReadRunner(db: Store, who: Identity, runner: Runner): boolean {
    if (!who.user) return false;
    if (isAdmin(db, who) || runner.runnerType === "instance_type") return true;
    if (runner.runnerType === "project_type") {
        return runnerProjects(db, runner).some((project) => hasProjectRole(db, who, project, "maintainer"));
    }
    return (
        groupLevel(db, who.user, runner.groupId!) >= ROLES.maintainer ||
        hasMembershipBelow(db, who.user, runner.groupId!, ROLES.maintainer)
    );
}

/** GitLab: abilities `update_runner`, `delete_runner`, `assign_runner`. */
export function canUpdateRunner(db: Store, who: Identity, runner: Runner): boolean {
    if (!who.user) return false;
    if (isAdmin(db, who)) return true;
    switch (runner.runnerType) {
        case "instance_type":
            return false;
        case "group_type":
            return hasGroupRole(db, who, runner.groupId!, "owner");
        case "project_type":
            return runnerProjects(db, runner).some((project) => hasProjectRole(db, who, project, "maintainer"));
    }
}
