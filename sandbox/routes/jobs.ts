/** Jobs, for users. https://docs.gitlab.com/api/jobs/ */
import { projectFor } from "../access";
import { Answer, type Api, type Call } from "../http/api";
import { badRequest, forbidden, notFound } from "../http/errors";
import { p } from "../http/params";
import { dropStuckJobs } from "../jobs/stuck";
import { presentJob } from "../present/jobs";
import type { Job } from "../store/entities";
import { isEnded } from "../store/jobs";

export function jobRoutes(api: Api): void {
    api.get("/projects/:id/jobs", { params: { scope: p.csv() } }, (call) => {
        const { db } = call;
        const project = projectFor(call, "reporter");
        dropStuckJobs(db);
        const scopes = call.params.scope ?? [];
        const jobs = db.jobs.find("project", project.id).reverse();
        const kept = jobs.filter((job) => scopes.length === 0 || scopes.includes(job.status));
        return call.page(kept, (job) => presentJob(call, job));
    });

    const job_id = p.integer().required();
    api.get("/projects/:id/jobs/:job_id", { params: { job_id } }, (call) => {
        projectFor(call, "reporter");
        return presentJob(call, find(call));
    });

    api.get("/projects/:id/jobs/:job_id/trace", { params: { job_id } }, (call) => {
        projectFor(call, "reporter");
        const job = find(call);
        call.db.jobs.watch(job.id);
        return new Answer(200, call.db.traces.get(job.id)?.toString() ?? "", {}, "text/plain");
    });

    api.post("/projects/:id/jobs/:job_id/cancel", { params: { job_id, force: p.boolean() } }, (call) => {
        projectFor(call, call.params.force ? "maintainer" : "developer");
        const job = find(call);
        if (isEnded(job)) throw forbidden();
        return presentJob(call, call.db.jobs.cancel(job.id, call.params.force ?? false));
    });

    api.post("/projects/:id/jobs/:job_id/play", { params: { job_id }, status: 200 }, (call) => {
        projectFor(call, "developer");
        const job = find(call);
        if (job.status !== "manual") throw badRequest("Unplayable Job");
        return presentJob(call, call.db.jobs.play(job.id, call.user.id));
    });
}

function find(call: Call): Job {
    dropStuckJobs(call.db);
    const job = call.db.jobs.get(Number(call.path("job_id")));
    const project = projectFor(call);
    if (job?.projectId !== project.id) throw notFound("Job");
    return job;
}
