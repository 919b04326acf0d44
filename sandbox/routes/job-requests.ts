/** Runners asking for jobs. https://docs.gitlab.com/api/jobs/ has no page for it; the runner's source has. */
import { Answer, type Api } from "../http/api";
import { p } from "../http/params";
import { authenticatedRunner, contact } from "./runner-agents";

export function jobRequestRoutes(api: Api): void {
    const params = { token: p.string().required(), last_update: p.string() };
    api.post("/jobs/request", { auth: "none", params }, (call) => {
        const { db } = call;
        const runner = authenticatedRunner(call);
        api.world.limiter.check("jobsRequest", runner.id);
        const manager = contact(call, runner);
        db.runners.update(runner.id, { creationState: "finished" });
        db.managers.update(manager.id, { creationState: "finished" });
        return new Answer(204, undefined, { "x-gitlab-last-update": db.queue.value(runner.id) });
    });
}
