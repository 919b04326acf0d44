import { projectLevel } from "./access";
import { inboundEnabled } from "./job-token-links";
import type { GroupLink, Project, ProjectLink, User } from "./store/entities";
import { ROLES } from "./store/factory";
import type { Store } from "./store/store";

/**
 * The entry of a project's allowlist that admits another project's jobs: first an entry for the project itself, then
 * for the closest group.
 */
export function nearestLink(db: Store, target: Project, origin: Project): ProjectLink | GroupLink | undefined {
    const own = db.projectLinks.first("pair", `inbound:${target.id}:${origin.id}`);
    if (own) return own;
    for (const group of db.lineage(origin.groupId)) {
        const link = db.groupLinks.first("pair", `${target.id}:${group.id}`);
        if (link) return link;
    }
    return undefined;
}

/** Whether a job of one project may reach another at all. GitLab: `Ci::JobToken::Scope#accessible?`. */
export function inScope(db: Store, origin: Project, target: Project): boolean {
    if (origin.id === target.id) return true;
    return outboundAllows(db, origin, target) && inboundAllows(db, origin, target);
}

/** The legacy direction: decides only if the project still limits its own jobs. */
function outboundAllows(db: Store, origin: Project, target: Project): boolean {
    if (!origin.outboundJobTokenScopeEnabled || target.visibility !== "private") return true;
    return db.projectLinks.first("pair", `outbound:${origin.id}:${target.id}`) !== undefined;
}

function inboundAllows(db: Store, origin: Project, target: Project): boolean {
    return !inboundEnabled(db, target) || nearestLink(db, target, origin) !== undefined;
}

/** Records that a job of one project reached another; one row per pair. */
export function logAccess(db: Store, origin: Project, target: Project): void {
    if (origin.id === target.id) return;
    const known = db.authLog.first("pair", `${target.id}:${origin.id}`);
    const lastAuthorizedAt = db.now();
    if (known) db.authLog.update(known.id, { lastAuthorizedAt });
    else db.authLog.insert({ accessedProjectId: target.id, originProjectId: origin.id, lastAuthorizedAt });
}

/**
 * Whether a job may pull from another project's registry. This depends on the allowlist and, separately, on the
 * permissions of the user who started the job. Administrators get no bonus here.
 */
export function mayPull(db: Store, user: User, origin: Project, target: Project): boolean {
    if (target.registryAccessLevel === "disabled") return false;
    if (origin.id === target.id) return true;
    const allowed = inScope(db, origin, target);
    const membersOnly = target.visibility === "private" || target.registryAccessLevel === "private";
    if (membersOnly) return allowed && projectLevel(db, user, target) >= ROLES.reporter;
    return target.visibility === "public" || !user.external;
}
