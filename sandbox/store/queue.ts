import type { Random } from "./random";
import { Waiters } from "./waiters";

/**
 * The value that GitLab keeps per runner and returns as `X-GitLab-Last-Update`: it changes ("ticks") if there is
 * something new for the runner, and wakes up whoever waits for it.
 */
export class Queue {
    private readonly values = new Map<number, string>();
    private readonly waiters = new Waiters();

    constructor(private readonly random: Random) {}

    /** The runner's current value. */
    value(runnerId: number): string {
        let value = this.values.get(runnerId);
        if (value === undefined) {
            value = this.random.hex(16);
            this.values.set(runnerId, value);
        }
        return value;
    }

    /** Runners that have asked for jobs; nobody else waits for news. */
    known(): number[] {
        return [...this.values.keys()];
    }

    /** Signals that there is something new for the runner. */
    tick(runnerId: number): void {
        this.values.set(runnerId, this.random.hex(16));
        this.waiters.wake(runnerId);
    }

    /** Resolves at the runner's next tick, or at the latest after `ms`. */
    wait(runnerId: number, ms: number): Promise<void> {
        return this.waiters.wait(runnerId, ms);
    }

    /** Forgets all values and wakes everybody, as at a restart. */
    reset(): void {
        this.values.clear();
        this.waiters.wakeAll();
    }
}
