import type { Call } from "../http/api";
import { forbidden } from "../http/errors";
import type { Job } from "../store/entities";

/** The job in the path, if the caller has its token. Everything else gets the same 403. */
export function jobOfToken(call: Call): Job {
    const job = call.db.jobs.get(Number(call.path("id")));
    if (!job || job.token !== tokenOf(call)) throw forbidden();
    call.req.machine = { actor: "job", name: `job ${job.id}` };
    return job;
}

/** The same, but only while a runner works on it. */
export function processingJob(call: Call): Job {
    const job = jobOfToken(call);
    if (job.status !== "running" && job.status !== "canceling") {
        throw forbidden("Job is not processing on runner", { "job-status": job.status });
    }
    return job;
}

/** Token of a job: header or parameter. */
export function tokenOf(call: Call): string {
    const header = call.req.headers["job-token"];
    return typeof header === "string" ? header : String(call.raw.token ?? call.raw.job_token ?? "");
}
