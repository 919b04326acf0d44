/** Job requests of runners. GitLab does not document them; its source and gitlab-runner's are the reference. */
import { SECOND } from "../clock";
import { Answer, type Api, type Call } from "../http/api";
import { isRecord } from "../http/body";
import { p } from "../http/params";
import { jobPayload } from "../jobs/payload";
import { dropStuckJobs } from "../jobs/stuck";
import type { Job, Runner, RunnerManager } from "../store/entities";
import { canTake } from "../store/matching";
import type { Store } from "../store/store";
import { authenticatedRunner, contact } from "./runner-agents";

export function jobRequestRoutes(api: Api): void {
    const params = { token: p.string().required(), last_update: p.string() };
    api.post("/jobs/request", { auth: "none", params }, async (call) => {
        const { db } = call;
        const runner = authenticatedRunner(call);
        call.world.limiter.check("jobsRequest", runner.token);
        const manager = contact(call, runner);
        db.runners.update(runner.id, { creationState: "finished" });
        db.managers.update(manager.id, { creationState: "finished" });
        const value = db.queue.value(runner.id);
        if (!runner.active) return nothing(value);
        if (call.params.last_update === value) {
            const { longPollSeconds } = db.settings;
            if (longPollSeconds === 0) return nothing(value);
            await db.queue.wait(runner.id, longPollSeconds * SECOND);
            // The runner will ask again; the handler of the held request does not check the queue.
            return new Answer(204, undefined, { "gitlab-ci-builds-polling": "yes" });
        }
        dropStuckJobs(db);
        const job = db.jobs.find("status", "pending").find((one) => canTake(db, runner, one));
        if (!job) return nothing(value);
        return jobPayload(db, assign(db, call, job, runner, manager), runner);
    });
}

function nothing(value: string): Answer {
    return new Answer(204, undefined, { "x-gitlab-last-update": value, "gitlab-ci-builds-polling": "yes" });
}

function assign(db: Store, call: Call, job: Job, runner: Runner, manager: RunnerManager): Job {
    const info = isRecord(call.raw.info) ? call.raw.info : {};
    const features = isRecord(info.features) ? info.features : {};
    db.traces.set(job.id, Buffer.alloc(0));
    return db.jobs.update(job.id, {
        status: "running",
        runnerId: runner.id,
        managerId: manager.id,
        cancelsGracefully: features.cancel_gracefully === true,
        startedAt: db.now(),
        updatedAt: db.now(),
    });
}
