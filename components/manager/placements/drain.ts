import { toSeconds } from "../../../core/durations";
import type { Problem } from "../../../core/problems";
import { memberOf } from "../../../core/values";
import { acceptable } from "./acceptable";
import type { ManagerInput, ManagerPaths } from "./kind";

/** How long running jobs may take to finish by default. */
export const DEFAULT_DRAIN_TIMEOUT = "2h";

const TOO_SHORT = "drain-timeout-too-short";

/** Warns if a drain timeout is too short for the jobs. `killer` is what would kill a running job. */
export function findDrainProblems(
    { drainTimeout = DEFAULT_DRAIN_TIMEOUT, draft, served }: ManagerInput,
    { manager }: ManagerPaths,
    killer: string,
): Problem[] {
    const drain = toSeconds(drainTimeout);
    if (drain === undefined) return [];
    const longest = new Map(draft.workers.map((worker, index) => [served[index]!.name, worker]));
    return [...longest].flatMap(([name, { runner: { maximumTimeout: seconds = 0 } = {}, silence = [] }]) => {
        if (seconds <= drain || silence.includes(TOO_SHORT)) return [];
        const message =
            `is shorter than the longest job of runner "${name}" (got ${String(drainTimeout)}, its maximumTimeout is ` +
            `${seconds} seconds): ${killer} would kill such a job. Raise one or lower the other.`;
        return [acceptable(TOO_SHORT, memberOf(manager, "drainTimeout"), message)];
    });
}
