import { durationRemedy, durationToNanoseconds, toSeconds } from "../../../core/durations";
import { error, type Problem } from "../../../core/problems";
import { isKnownLater, show } from "../../../core/values";
import { acceptable } from "./acceptable";
import type { ManagerAround } from "./kind";

/** How long jobs may take to end unless a manager says otherwise. */
export const DEFAULT_DRAIN_TIMEOUT = "2h";

/** What is wrong with a drain timeout, and whether it is too short for the jobs. `killer` is what would kill one. */
export function findDrainProblems(
    { drainTimeout = DEFAULT_DRAIN_TIMEOUT, workers }: Pick<ManagerAround, "drainTimeout" | "workers">,
    path: string,
    killer: string,
): Problem[] {
    if (isKnownLater(drainTimeout)) return [];
    const drain = toSeconds(drainTimeout);
    if (drain === undefined && typeof drainTimeout === "string" && durationToNanoseconds(drainTimeout) !== undefined) {
        return [error(path, `must be at least a second, such as 2h or 90s (got ${show(drainTimeout)}). Raise it.`)];
    }
    if (drain === undefined) {
        const message = `must be a duration such as 2h, 90s or 1h30m (got ${show(drainTimeout)}). ${durationRemedy(drainTimeout)}`;
        return [error(path, message)];
    }
    const longest = new Map(workers.map(({ runner, maximumTimeout }) => [runner, maximumTimeout]));
    return [...longest].flatMap(([runner, seconds]) => {
        if (typeof seconds !== "number" || seconds <= drain) return [];
        const message =
            `is shorter than the longest job of runner "${runner}" (got ${String(drainTimeout)}, its maximumTimeout is ` +
            `${seconds} seconds): ${killer} would kill such a job. Raise one or lower the other.`;
        return [acceptable("drain-timeout-too-short", path, message)];
    });
}
