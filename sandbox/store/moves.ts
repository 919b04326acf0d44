import type { Group, Project } from "./entities";
import type { Store } from "./store";

/** Gives a project another path or parent; the old path still leads to it. */
export function moveProject(
    db: Store,
    id: number,
    change: { path?: string; name?: string; groupId?: number },
): Project {
    const project = db.projects.must(id);
    const path = change.path ?? project.path;
    const groupId = change.groupId ?? project.groupId;
    const namespace = groupId === null ? db.users.must(project.ownerId!).username : db.groups.must(groupId).fullPath;
    const fullPath = `${namespace}/${path}`;
    if (fullPath !== project.fullPath) remember(db, project.fullPath, id);
    return db.projects.update(id, {
        path,
        fullPath,
        groupId,
        ownerId: groupId === null ? project.ownerId : null,
        name: change.name ?? project.name,
    });
}

/** Marks a project for deletion: until then, it still answers, under another path and name. */
export function scheduleDeletion(db: Store, id: number): Project {
    const { path, name } = db.projects.must(id);
    moveProject(db, id, marked({ path, name }, id));
    return db.projects.update(id, { markedForDeletionOn: day(db.now()) });
}

/**
 * The same for a group, which keeps its path and name while a project below it has images, because those would have to
 * move with it.
 */
export function scheduleGroupDeletion(db: Store, id: number): Group {
    const { path, name } = db.groups.must(id);
    const projects = db.subtree(id).flatMap((group) => db.projects.find("group", group.id));
    if (!projects.some(({ hasImages }) => hasImages)) moveGroup(db, id, marked({ path, name }, id));
    return db.groups.update(id, { markedForDeletionOn: day(db.now()) });
}

function marked({ path, name }: { path: string; name: string }, id: number): { path: string; name: string } {
    const suffix = `-deletion_scheduled-${id}`;
    return { path: path + suffix, name: name + suffix };
}

function day(ms: number): string {
    return new Date(ms).toISOString().slice(0, 10);
}

/** Gives a group, with everything below it, another path, name or parent. */
export function moveGroup(
    db: Store,
    id: number,
    change: { path?: string; name?: string; parentId?: number | null },
): Group {
    const group = db.groups.must(id);
    const path = change.path ?? group.path;
    const name = change.name ?? group.name;
    const parentId = change.parentId === undefined ? group.parentId : change.parentId;
    const parent = parentId === null ? undefined : db.groups.must(parentId);
    const fullPath = parent ? `${parent.fullPath}/${path}` : path;
    const fullName = parent ? `${parent.fullName} / ${name}` : name;
    const moved = db.groups.update(id, { path, name, parentId, fullPath, fullName });
    for (const below of db.groups.find("parent", id)) moveGroup(db, below.id, {});
    for (const project of db.projects.find("group", id)) moveProject(db, project.id, {});
    return moved;
}

function remember(db: Store, oldPath: string, targetId: number): void {
    const known = db.redirects.first("path", oldPath.toLowerCase());
    if (known) db.redirects.update(known.id, { targetId });
    else db.redirects.insert({ oldPath, targetId });
}
