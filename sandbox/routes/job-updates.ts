/**
 * Reports of runners about jobs: state and log. GitLab does not document them; gitlab-runner's source is the reference.
 */
import { Answer, type Api, type Call } from "../http/api";
import { forbidden, plainError } from "../http/errors";
import { p } from "../http/params";
import { jobOfToken, processingJob, tokenOf } from "../jobs/access";
import { dropStuckJobs } from "../jobs/stuck";
import type { Job } from "../store/entities";

const params = {
    id: p.integer().required(),
    state: p.string(),
    failure_reason: p.string(),
    exit_code: p.integer(),
};

export function jobUpdateRoutes(api: Api): void {
    api.put("/jobs/:id", { auth: "none", params }, (call) => {
        const { db } = call;
        dropStuckJobs(db);
        jobOfToken(call);
        call.world.limiter.check("jobUpdate", tokenOf(call));
        const job = processingJob(call);
        const { state } = call.params;
        switch (state) {
            case "running":
                db.jobs.update(job.id, { updatedAt: db.now() });
                break;
            case "success":
            case "failed":
                end(call, job, state);
                break;
            default:
                return new Answer(400, 400);
        }
        return new Answer(200, 200, { "job-status": db.jobs.must(job.id).status });
    });

    api.patch("/jobs/:id/trace", { auth: "none", params: { id: params.id } }, (call) => {
        const { db } = call;
        dropStuckJobs(db);
        jobOfToken(call);
        call.world.limiter.check("jobTrace", tokenOf(call));
        const job = processingJob(call);
        const range = /^(\d+)-/.exec(String(call.req.headers["content-range"] ?? ""));
        if (!range) throw plainError(400, "400 Missing header Content-Range");
        const stored = db.traces.get(job.id) ?? Buffer.alloc(0);
        if (Number(range[1]) !== stored.length) {
            throw plainError(416, "416 Range Not Satisfiable", { range: `0-${stored.length}` });
        }
        const body = Buffer.isBuffer(call.req.body) ? call.req.body : Buffer.alloc(0);
        const trace = Buffer.concat([stored, body]);
        if (trace.length > db.settings.maxTraceBytes) {
            db.jobs.finish(job.id, "failed", { failureReason: "trace_size_exceeded" });
            throw forbidden(undefined, { "job-status": "failed" });
        }
        db.traces.set(job.id, trace);
        db.jobs.update(job.id, { updatedAt: db.now() });
        return new Answer(202, 202, {
            "job-status": job.status,
            range: `0-${trace.length}`,
            "x-gitlab-trace-update-interval": db.jobs.isWatched(job.id) ? "3" : "60",
        });
    });
}

/** A job under cancellation ends as cancelled, whatever its script's result. */
function end(call: Call<typeof params>, job: Job, state: "success" | "failed"): void {
    const { db, params } = call;
    const canceling = job.status === "canceling";
    db.jobs.finish(job.id, canceling ? "canceled" : state, {
        failureReason: state === "failed" && !canceling ? (params.failure_reason ?? "unknown_failure") : null,
        exitCode: params.exit_code ?? null,
    });
}
