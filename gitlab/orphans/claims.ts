import { durationToMilliseconds } from "../../core/durations";
import { toTime } from "../runner-tokens";
import type { RunnerRecord } from "../runners";

/** Which undeclared runners the program claims. */
export interface Claim {
    /** Descriptions, compared as a whole; `*` stands for any text. */
    descriptions?: string[];
    /** Tags; one in common is enough. */
    tags?: string[];
    /** `stale`, `never_contacted` or `offline`; one match is enough. */
    statuses?: string[];
    /** Without contact for longer than this, for instance `30d`. */
    offlineFor?: string;
    /** Usernames of the creators; one match is enough. */
    creators?: string[];
    /** Whether one matching part is enough (`any`, the default) or all given parts must match. */
    match?: string;
}

/** Runners that are left alone whatever claims them. */
export interface Exceptions {
    ids?: string[];
    descriptions?: string[];
    tags?: string[];
}

/** Whether a claim matches a runner. `now` is GitLab's time in milliseconds. */
export function isClaimed(runner: RunnerRecord, claim: Claim, now: number): boolean {
    const { descriptions, tags, statuses, offlineFor, creators } = claim;
    const parts = [
        descriptions?.some((pattern) => matches(pattern, runner.description)),
        tags?.some((tag) => runner.tagList.includes(tag)),
        statuses?.some((status) => hasStatus(runner, status)),
        offlineFor === undefined ? undefined : isSilentFor(runner, durationToMilliseconds(offlineFor)!, now),
        creators?.some((creator) => runner.creator?.toLowerCase() === creator.toLowerCase()),
    ].filter((part) => part !== undefined);
    return claim.match === "all" ? parts.length > 0 && parts.every(Boolean) : parts.some(Boolean);
}

/** Whether a runner is left alone whatever claims it. */
export function isKept(runner: RunnerRecord, { ids = [], descriptions = [], tags = [] }: Exceptions): boolean {
    return (
        ids.includes(String(runner.id)) ||
        descriptions.some((pattern) => matches(pattern, runner.description)) ||
        tags.some((tag) => runner.tagList.includes(tag))
    );
}

/**
 * Takes at most as many steps per `*` as the text has characters: a regular expression would take years for
 * `*-*-*-*-*x`.
 */
function matches(pattern: string, text: string): boolean {
    const [first, ...rest] = pattern.split("*");
    const last = rest.pop();
    if (last === undefined) return text === pattern;
    if (!text.startsWith(first!)) return false;
    let at = first!.length;
    for (const part of rest) {
        const found = text.indexOf(part, at);
        if (found < 0) return false;
        at = found + part.length;
    }
    return text.length - last.length >= at && text.endsWith(last);
}

/**
 * After seven days, GitLab's status for a runner that was never contacted becomes stale; it still counts as never
 * contacted.
 */
function hasStatus(runner: RunnerRecord, status: string): boolean {
    return runner.status === status || (status === "never_contacted" && runner.contactedAt === undefined);
}

function isSilentFor(runner: RunnerRecord, ms: number, now: number): boolean {
    const last = toTime(runner.contactedAt) ?? toTime(runner.createdAt);
    return last !== undefined && now - last > ms;
}
