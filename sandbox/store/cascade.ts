import type { Store } from "./store";

/** Deletes a runner with its managers and associations; its token is unknown at once. */
export function deleteRunner(db: Store, id: number): void {
    for (const link of db.runnerProjects.find("runner", id)) db.runnerProjects.delete(link.id);
    for (const manager of db.managers.find("runner", id)) db.managers.delete(manager.id);
    for (const job of db.jobs.find("runner", id)) db.jobs.update(job.id, { runnerId: null, managerId: null });
    db.runners.delete(id);
    db.queue.tick(id);
}

/** Deletes a project, its links in both directions, and runners that then have no project. */
export function deleteProject(db: Store, id: number): void {
    for (const link of db.projectLinks.find("source", `inbound:${id}`)) db.projectLinks.delete(link.id);
    for (const link of db.projectLinks.find("source", `outbound:${id}`)) db.projectLinks.delete(link.id);
    for (const link of db.projectLinks.find("target", id)) db.projectLinks.delete(link.id);
    for (const link of db.groupLinks.find("source", id)) db.groupLinks.delete(link.id);
    for (const entry of db.authLog.find("accessed", id)) db.authLog.delete(entry.id);
    for (const entry of db.authLog.find("origin", id)) db.authLog.delete(entry.id);
    for (const member of db.members.find("source", `project:${id}`)) db.members.delete(member.id);
    for (const share of db.projectShares.find("project", id)) db.projectShares.delete(share.id);
    for (const file of db.files.find("project", id)) db.files.delete(file.id);
    for (const job of db.jobs.find("project", id)) {
        db.jobs.delete(job.id);
        db.traces.delete(job.id);
        db.artifacts.delete(job.id);
    }
    for (const link of db.runnerProjects.find("project", id)) {
        db.runnerProjects.delete(link.id);
        if (db.runnerProjects.count("runner", link.runnerId) === 0) deleteRunner(db, link.runnerId);
    }
    db.projects.delete(id);
}

/** Deletes a group with everything below it and its group runners. */
export function deleteGroup(db: Store, id: number): void {
    for (const group of db.subtree(id).reverse()) {
        for (const project of db.projects.find("group", group.id)) deleteProject(db, project.id);
        for (const runner of db.runners.find("group", group.id)) deleteRunner(db, runner.id);
        for (const link of db.groupLinks.find("target", group.id)) db.groupLinks.delete(link.id);
        for (const member of db.members.find("source", `group:${group.id}`)) db.members.delete(member.id);
        for (const share of db.projectShares.find("group", group.id)) db.projectShares.delete(share.id);
        db.groups.delete(group.id);
    }
}
