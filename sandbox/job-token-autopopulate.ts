import type { Group, Project } from "./store/entities";
import type { Store } from "./store/store";

/** Removes the entries that GitLab once added by itself. */
export function clearAutopopulated(db: Store, source: Project): void {
    for (const link of db.projectLinks.find("source", `inbound:${source.id}`)) {
        if (link.autopopulated) db.projectLinks.delete(link.id);
    }
    for (const link of db.groupLinks.find("source", source.id)) {
        if (link.autopopulated) db.groupLinks.delete(link.id);
    }
}

/** Fills an allowlist from the authentication log, folded into groups where it would be too long. */
export function autopopulate(db: Store, source: Project, userId: number): string | undefined {
    clearAutopopulated(db, source);
    const origins = db.authLog.find("accessed", source.id).map((entry) => db.projects.must(entry.originProjectId));
    const folded = fold(db, origins, db.settings.allowlistLimit);
    if (!folded) return "Compaction limit cannot be achieved";
    const row = {
        sourceId: source.id,
        addedById: userId,
        defaultPermissions: true,
        policies: [],
        autopopulated: true,
        createdAt: db.now(),
    };
    for (const group of folded.groups) {
        if (db.groupLinks.first("pair", `${source.id}:${group.id}`)) continue;
        db.groupLinks.insert({ ...row, targetId: group.id });
    }
    for (const project of folded.projects) {
        if (db.projectLinks.first("pair", `inbound:${source.id}:${project.id}`)) continue;
        db.projectLinks.insert({ ...row, targetId: project.id, direction: "inbound" });
    }
    db.projects.update(source.id, { inboundJobTokenScopeEnabled: true });
    return undefined;
}

/** Replaces the fullest of the deepest groups' entries by the group until few enough are left. */
function fold(db: Store, origins: Project[], limit: number): { groups: Group[]; projects: Project[] } | undefined {
    let projects = origins;
    let groups: Group[] = [];
    while (projects.length + groups.length > limit) {
        const parents = new Map<number, number>();
        for (const id of [...projects.map((one) => one.groupId), ...groups.map((one) => one.parentId)]) {
            if (id !== null) parents.set(id, (parents.get(id) ?? 0) + 1);
        }
        const ranked = [...parents].sort(
            ([a, countA], [b, countB]) => db.lineage(b).length - db.lineage(a).length || countB - countA || a - b,
        );
        const chosen = ranked[0]?.[0];
        if (chosen === undefined) return undefined;
        const below = new Set(db.subtree(chosen).map((group) => group.id));
        projects = projects.filter((one) => one.groupId === null || !below.has(one.groupId));
        groups = [...groups.filter((one) => !below.has(one.id)), db.groups.must(chosen)];
    }
    return { groups, projects };
}
