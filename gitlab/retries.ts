/** Answers after which the same request may go well. */
export const RETRY_STATUSES = new Set([429, 500, 502, 503, 504]);
/** Longer than this nobody waits for `Retry-After`, in milliseconds: the error says how long GitLab asks for. */
export const LONGEST_WAIT = 120_000;

/** Whether there was no answer at all, as opposed to a mistake of ours. */
export function isConnectionError(error: unknown): boolean {
    for (let cause = error; cause instanceof Error; cause = cause.cause) {
        if (typeof (cause as NodeJS.ErrnoException).code === "string") {
            return true;
        }
    }
    return false;
}

/** Milliseconds before the next attempt: 0.25 s, 0.5 s, 1 s, …, at most 8 s, spread so that many readers do not come back at once. */
export function backOff(attempt: number): number {
    return Math.min(8000, 250 * 2 ** attempt) * (0.75 + Math.random() / 2);
}
