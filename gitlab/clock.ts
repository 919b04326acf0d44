import { iso } from "../core/durations";

/** How far clocks may be apart before none of them is believed. */
export const MOST_APART = 5 * 60_000;

/** What GitLab's own data is dated by; all in milliseconds since 1970, absent where nothing told it. */
export interface Clocks {
    /** This machine's clock. */
    ours: number;
    /** GitLab's, as the `Date` of its answers says it: on the way a proxy may have written another. */
    theirs?: number;
    /** The newest contact or creation that GitLab's answers held: it is past, whatever the clocks say. */
    newest?: number;
}

/** A time to decide by, or why there is none: `now` cannot be reached without a look at the doubt. */
export type Reading = Believed | Doubted;

/** The clocks agree. `now` is GitLab's: what expires, expires by GitLab's clock. */
export interface Believed {
    now: number;
    doubt?: undefined;
}

/** The clocks disagree, so that nothing may be destroyed or reset for its age. */
export interface Doubted {
    /** Names the times and what to do. */
    doubt: string;
    /** The likeliest time, for texts and stamps. */
    guess: number;
    /** The latest time that one of the clocks tells: what would be decided if it were right. */
    latest: number;
}

/** What time it is, and whether to believe it. */
export function readClocks({ ours, theirs, newest }: Clocks): Reading {
    const times = [ours, theirs, newest].filter((time) => time !== undefined);
    const clocks = theirs === undefined ? [ours] : [ours, theirs];
    const apart = Math.max(...clocks) - Math.min(...clocks) > MOST_APART;
    const behind = newest !== undefined && newest - Math.min(...clocks) > MOST_APART;
    if (theirs !== undefined && !apart && !behind) return { now: theirs };
    return {
        doubt: explain({ ours, theirs, newest }),
        // Clocks that are wrong without bounds are mostly ahead, and data is never older than it says.
        guess: Math.max(Math.min(...clocks), newest ?? 0),
        latest: Math.max(...times),
    };
}

/** The time for a text or a stamp in the state. Nothing may be decided by it. */
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

/** Contacts and creations of runners. A text inside the JSON cannot look like one: its quotes are escaped. */
const TIMES = /"(?:contacted|created)_?[aA]t":\s*"([^"]{10,40})"/g;

/** Gathers what the answers of one GitLab tell of the time. */
export class ClockWatch {
    private offset: number | undefined;
    private newest: number | undefined;

    constructor(private readonly ours: () => number) {}

    /** Takes note of an answer's `Date`. */
    hear(date: string): void {
        const time = Date.parse(date);
        if (!Number.isNaN(time)) this.offset = time - this.ours();
    }

    /** Takes note of the times in an answer about runners. Those of jobs and projects count not: an import makes them up. */
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
