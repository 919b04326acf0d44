import { MINUTE } from "../clock";
import type { Store } from "../store/store";

const watched = new WeakMap<Store, Map<number, number>>();

/** Somebody looks at a job's log: its runner is asked to report more often. */
export function watch(db: Store, jobId: number): void {
    const times = watched.get(db) ?? new Map<number, number>();
    watched.set(db, times);
    times.set(jobId, db.now());
}

/** Whether somebody looked at a job's log just now. */
export function isWatched(db: Store, jobId: number): boolean {
    const at = watched.get(db)?.get(jobId);
    return at !== undefined && db.now() - at < MINUTE;
}
