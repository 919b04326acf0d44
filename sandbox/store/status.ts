import { DAY, HOUR } from "../clock";
import type { Runner, RunnerManager } from "./entities";
import type { Store } from "./store";

const ONLINE_WINDOW = 2 * HOUR;
const STALE_AFTER = 7 * DAY;

export type ContactStatus = "online" | "offline" | "stale" | "never_contacted";

/** Whether a runner or manager has had no contact for seven days. */
export function isStale(db: Store, row: Runner | RunnerManager): boolean {
    return Math.max(row.createdAt, row.contactedAt ?? 0) <= db.now() - STALE_AFTER;
}

/** Whether there was contact in the last two hours; null if there never was any. */
export function isOnline(db: Store, row: Runner | RunnerManager): boolean | null {
    return row.contactedAt === null ? null : row.contactedAt > db.now() - ONLINE_WINDOW;
}

/** Status in REST for runners: `paused` hides online and offline. */
export function restStatus(db: Store, runner: Runner): ContactStatus | "paused" {
    if (isStale(db, runner)) return "stale";
    if (runner.contactedAt === null) return "never_contacted";
    if (!runner.active) return "paused";
    return isOnline(db, runner) ? "online" : "offline";
}

/** Status in GraphQL, and in REST for managers: never contacted until the first request for a job. */
export function contactStatus(db: Store, row: Runner | RunnerManager): ContactStatus {
    if (isStale(db, row)) return "stale";
    if (row.contactedAt === null || row.creationState !== "finished") return "never_contacted";
    return isOnline(db, row) ? "online" : "offline";
}

/** Whether a runner matches a `status` filter of the runner lists, which only use the database. */
export function matchesStatus(db: Store, runner: Runner, status: string): boolean {
    switch (status) {
        case "active":
            return runner.active;
        case "paused":
            return !runner.active;
        case "online":
            return isOnline(db, runner) === true;
        case "offline":
            return isOnline(db, runner) === false;
        case "never_contacted":
            return runner.contactedAt === null;
        case "stale":
            return isStale(db, runner);
        default:
            return false;
    }
}

/** Does the work of a daily job, which removes stale managers; their runner stays. */
export function dropStaleManagers(db: Store, runnerId: number): void {
    for (const manager of db.managers.find("runner", runnerId)) {
        const last = Math.max(manager.createdAt, manager.contactedAt ?? 0);
        if (last <= db.now() - STALE_AFTER - DAY) db.managers.delete(manager.id);
    }
}
