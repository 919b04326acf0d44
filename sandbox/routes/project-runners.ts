/** Assigning runners to projects. https://docs.gitlab.com/api/runners/#assign-a-runner-to-project */
import { canUpdateRunner, projectFor, runnerProjects } from "../access";
import type { Api, Call } from "../http/api";
import { forbidden, messageError, runnerNotFound } from "../http/errors";
import { p } from "../http/params";
import { presentRunner } from "../present/runners";
import type { Project, Runner } from "../store/entities";
import { checkUnmodified } from "./runners";

export function projectRunnerRoutes(api: Api): void {
    const params = { runner_id: p.integer().required() };

    api.post("/projects/:id/runners", { params }, (call) => {
        const { db } = call;
        const project = projectFor(call, "maintainer");
        const runner = db.runners.get(call.params.runner_id);
        if (!runner) throw runnerNotFound(db.version);
        if (runner.runnerType === "group_type") throw forbidden("Runner is a group runner");
        if (runner.locked && !call.admin) throw forbidden("Runner is locked");
        if (!canUpdateRunner(db, call.identity, runner)) throw forbidden("No access granted");
        if (runner.runnerType === "instance_type" || db.runnerProjects.first("pair", `${runner.id}:${project.id}`)) {
            // The rest of GitLab's text after "Assign to" is unknown.
            throw messageError(400, "Assign to Validation failed: Runner projects is invalid - runner_error");
        }
        db.runnerProjects.insert({ runnerId: runner.id, projectId: project.id });
        db.queue.tick(runner.id);
        return presentRunner(call, runner);
    });

    api.delete("/projects/:id/runners/:runner_id", { params }, (call) => {
        const { db } = call;
        const project = projectFor(call, "maintainer");
        const link = db.runnerProjects.first("pair", `${call.params.runner_id}:${project.id}`);
        const runner = link && db.runners.get(link.runnerId);
        if (!runner) throw runnerNotFound(db.version);
        if (runner.locked && !call.admin) throw forbidden("Runner is locked");
        const why = whyNotUnassigned(call, runner, project);
        if (why !== undefined) throw forbidden(why);
        checkUnmodified(call, runner.updatedAt);
        db.runnerProjects.delete(link.id);
    });
}

function whyNotUnassigned({ db, admin }: Call, runner: Runner, project: Project): string | undefined {
    if (db.version === 17) {
        const isLast = db.runnerProjects.count("runner", runner.id) === 1;
        return isLast ? "Only one project associated with the runner. Please remove the runner instead" : undefined;
    }
    if (runnerProjects(db, runner)[0]?.id !== project.id) return undefined;
    return admin
        ? "You cannot unassign a runner from the owner project. Delete the runner instead"
        : "No access granted";
}
