import { toSeconds } from "../../../core/durations";
import type { Problem } from "../../../core/problems";
import { acceptable } from "./acceptable";
import type { ManagerAround } from "./kind";

/** How long jobs may take to end unless a manager says otherwise. */
export const DEFAULT_DRAIN_TIMEOUT = "2h";

/** Whether a drain timeout is too short for the jobs. `killer` is what would kill one. */
export function findDrainProblems(
    { drainTimeout = DEFAULT_DRAIN_TIMEOUT, workers }: Pick<ManagerAround, "drainTimeout" | "workers">,
    path: string,
    killer: string,
): Problem[] {
    const drain = toSeconds(drainTimeout);
    if (drain === undefined) return [];
    const longest = new Map(workers.map(({ runner, maximumTimeout }) => [runner, maximumTimeout]));
    return [...longest].flatMap(([runner, seconds]) => {
        if (typeof seconds !== "number" || seconds <= drain) return [];
        const message =
            `is shorter than the longest job of runner "${runner}" (got ${String(drainTimeout)}, its maximumTimeout is ` +
            `${seconds} seconds): ${killer} would kill such a job. Raise one or lower the other.`;
        return [acceptable("drain-timeout-too-short", path, message)];
    });
}
