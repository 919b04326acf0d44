import { iso } from "../core/durations";

/** How far clocks may differ, in milliseconds, before none of them is trusted. */
export const MOST_APART = 5 * 60_000;

/** The clocks that date GitLab's data, in milliseconds since 1970; absent if unknown. */
export interface Clocks {
    /** This machine's clock. */
    ours: number;
    /** GitLab's clock according to the `Date` header, which a proxy may have written. */
    theirs?: number;
    /** The newest contact or creation in GitLab's answers: it is in the past, whatever the clocks say. */
    newest?: number;
}

/** A time to decide by, or why there is none: the types make callers check `doubt` before `now`. */
export type Reading = Believed | Doubted;

/** The clocks agree. `now` is GitLab's: what expires, expires by GitLab's clock. */
export interface Believed {
    now: number;
    doubt?: undefined;
}

/** The clocks disagree, so nothing may be deleted or reset because of its age. */
export interface Doubted {
    /** Names the times and what to do. */
    doubt: string;
    /** The most likely time, for texts and timestamps. */
    guess: number;
    /** The latest time of any clock: shows what would be decided if that clock were right. */
    latest: number;
}

/** The time, and whether it can be trusted. */
export function readClocks({ ours, theirs, newest }: Clocks): Reading {
    const times = [ours, theirs, newest].filter((time) => time !== undefined);
    const clocks = theirs === undefined ? [ours] : [ours, theirs];
    const apart = Math.max(...clocks) - Math.min(...clocks) > MOST_APART;
    const behind = newest !== undefined && newest - Math.min(...clocks) > MOST_APART;
    if (theirs !== undefined && !apart && !behind) return { now: theirs };
    return {
        doubt: explain({ ours, theirs, newest }),
        // A badly wrong clock is usually ahead, and data is never from the future.
        guess: Math.max(Math.min(...clocks), newest ?? 0),
        latest: Math.max(...times),
    };
}

/** The time for a text or a timestamp in the state. Nothing may be decided by it. */
export function roughly(reading: Reading): number {
    return reading.doubt === undefined ? reading.now : reading.guess;
}

function explain({ ours, theirs, newest }: Clocks): string {
    const dated = theirs === undefined ? "GitLab's answers carry no Date" : `GitLab's answers are dated ${iso(theirs)}`;
    const seen =
        newest === undefined
            ? "GitLab told of no contact or creation to compare with"
            : `the newest contact or creation that GitLab told of is of ${iso(newest)}`;
    return (
        `The clocks disagree: ${dated}, this machine's clock says ${iso(ours)}, and ${seen}. ` +
        "Nothing is deleted, paused or reset for its age until they agree within five minutes. " +
        "Set this machine's clock (chrony, systemd-timesyncd); if it is right, GitLab's or that of a proxy before it is wrong."
    );
}

/** Contacts and creations of runners. Text inside a JSON string cannot match, because its quotes are escaped. */
const TIMES = /"(?:contacted|created)_?[aA]t":\s*"([^"]{10,40})"/g;

/** Collects what the answers of one GitLab reveal about the time. */
export class ClockWatch {
    private offset: number | undefined;
    private newest: number | undefined;

    constructor(private readonly ours: () => number) {}

    /** Notes an answer's `Date` header. */
    hear(date: string): void {
        const time = Date.parse(date);
        if (!Number.isNaN(time)) this.offset = time - this.ours();
    }

    /**
     * Notes the times in an answer about runners. Times of jobs and projects do not count, because an import sets them
     * freely.
     */
    see(body: string): void {
        for (const [, text] of body.matchAll(TIMES)) {
            const time = Date.parse(text!);
            if (!Number.isNaN(time) && time > (this.newest ?? 0)) this.newest = time;
        }
    }

    read(): Reading {
        const ours = this.ours();
        const theirs = this.offset === undefined ? undefined : ours + this.offset;
        return readClocks({ ours, theirs, newest: this.newest });
    }
}
