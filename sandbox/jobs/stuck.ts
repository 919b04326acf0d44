import { HOUR, MINUTE, SECOND } from "../clock";
import type { Job, Runner } from "../store/entities";
import type { Store } from "../store/store";

/** A running job without any report for this long is lost. */
const SILENT_AFTER = HOUR;
/** The runner itself ends a job at its time limit; the server waits this much longer. */
const GRACE = 15 * MINUTE;
/** Limit for a pending job that no runner took. */
const PENDING_LIMIT = 24 * HOUR;

/** Seconds that a job may run on a runner. */
export function timeoutOf(db: Store, job: Job, runner: Runner | undefined): number {
    const wanted = job.timeout ?? db.projects.must(job.projectId).buildTimeout;
    return Math.min(wanted, runner?.maximumTimeout ?? Number.POSITIVE_INFINITY);
}

/**
 * Drops stuck jobs, as GitLab's workers do every hour.
 * Differs from GitLab: done whenever jobs are read, so that moving the clock is enough.
 */
export function dropStuckJobs(db: Store): void {
    for (const status of ["running", "canceling", "pending"] as const) {
        for (const job of db.jobs.find("status", status)) {
            const failureReason = whyDropped(db, job);
            if (failureReason !== undefined) db.jobs.finish(job.id, "failed", { failureReason });
        }
    }
}

function whyDropped(db: Store, job: Job): string | undefined {
    const now = db.now();
    const [since, limit] = job.status === "pending" ? [job.createdAt, PENDING_LIMIT] : [job.updatedAt, SILENT_AFTER];
    if (now - since > limit) return "stuck_or_timeout_failure";
    if (job.status === "pending") return undefined;
    const runner = job.runnerId === null ? undefined : db.runners.get(job.runnerId);
    const isLate = now - (job.startedAt ?? now) > timeoutOf(db, job, runner) * SECOND + GRACE;
    return isLate ? "job_execution_server_timeout" : undefined;
}
