import type { Job, Project, Runner } from "./entities";
import type { Store } from "./store";

/** Whether GitLab would give a pending job to a runner. */
export function canTake(db: Store, runner: Runner, job: Job): boolean {
    return job.status === "pending" && refusal(db, runner, job) === undefined;
}

/** The first reason why a runner does not get a job; undefined if it does. */
export function refusal(db: Store, runner: Runner, job: Job): string | undefined {
    const project = db.projects.must(job.projectId);
    if (!runner.active) return "the runner is paused";
    if (project.buildsAccessLevel === "disabled") return "the project has CI/CD switched off";
    if (!serves(db, runner, project)) return "the runner does not serve the project";
    if (job.tags.length === 0 && !runner.runUntagged) return "the runner takes no untagged jobs";
    const lacking = job.tags.filter((tag) => !runner.tagList.includes(tag));
    if (lacking.length > 0) return `the runner lacks the tags ${lacking.join(", ")}`;
    if (runner.accessLevel === "ref_protected" && !job.protected) return "the runner takes only protected refs";
    return undefined;
}

/** Whether a project is in a runner's scope. */
function serves(db: Store, runner: Runner, project: Project): boolean {
    switch (runner.runnerType) {
        case "instance_type":
            return project.sharedRunnersEnabled;
        case "group_type":
            return project.groupRunnersEnabled && db.lineage(project.groupId).some((one) => one.id === runner.groupId);
        case "project_type":
            return db.runnerProjects.first("pair", `${runner.id}:${project.id}`) !== undefined;
    }
}
