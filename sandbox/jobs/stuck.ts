import { HOUR, MINUTE, SECOND } from "../clock";
import type { Job, Runner } from "../store/entities";
import type { Store } from "../store/store";

/** A running job from which nothing was heard for so long is lost. */
const SILENT_AFTER = HOUR;
/** The runner ends a job at its time limit itself; the server waits so much longer. */
const GRACE = 15 * MINUTE;
/** A pending job that no runner took. */
const PENDING_LIMIT = 24 * HOUR;

/** Seconds that a job may run on a runner. */
export function timeoutOf(db: Store, job: Job, runner: Runner | undefined): number {
    const wanted = job.timeout ?? db.projects.must(job.projectId).buildTimeout;
    return Math.min(wanted, runner?.maximumTimeout ?? Number.POSITIVE_INFINITY);
}

/**
 * Drops jobs that are stuck, as GitLab's workers do every hour.
 * Differs from GitLab: done whenever somebody looks at jobs, so that moving the clock is enough.
 */
export function dropStuckJobs(db: Store): void {
    const now = db.now();
    for (const status of ["running", "canceling"] as const) {
        for (const job of db.jobs.find("status", status)) {
            const runner = job.runnerId === null ? undefined : db.runners.get(job.runnerId);
            if (now - job.updatedAt > SILENT_AFTER) {
                db.jobs.finish(job.id, "failed", { failureReason: "stuck_or_timeout_failure" });
            } else if (now - (job.startedAt ?? now) > timeoutOf(db, job, runner) * SECOND + GRACE) {
                db.jobs.finish(job.id, "failed", { failureReason: "job_execution_server_timeout" });
            }
        }
    }
    for (const job of db.jobs.find("status", "pending")) {
        if (now - job.createdAt > PENDING_LIMIT) {
            db.jobs.finish(job.id, "failed", { failureReason: "stuck_or_timeout_failure" });
        }
    }
}
