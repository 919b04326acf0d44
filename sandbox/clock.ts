/** The sandbox's time. Everything that GitLab would date (creation, expiry, status windows) uses this clock. */
export class Clock {
    private frozenAt: number | undefined;
    private offset = 0;

    /** @param start a date freezes the clock there until a test moves it; "system" follows the machine's clock. */
    constructor(private readonly start: Date | "system" = "system") {
        this.reset();
    }

    /** Current time in milliseconds since 1970. */
    now(): number {
        return this.frozenAt ?? Date.now() + this.offset;
    }

    /** Jumps to a point in time. A running clock continues from there, a frozen one stays there. */
    set(time: Date | number): void {
        const ms = Number(time);
        if (!Number.isFinite(ms))
            throw new Error(`Clock: time must be a date (got ${String(time)}). Give a Date or ms.`);
        if (this.frozenAt === undefined) this.offset = ms - Date.now();
        else this.frozenAt = ms;
    }

    /** Moves forward by a number of milliseconds. */
    advance(ms: number): void {
        this.set(this.now() + ms);
    }

    /** Stops the clock. From then on, only `set` and `advance` move it. */
    freeze(): void {
        this.frozenAt = this.now();
    }

    /** Returns to the initial state. */
    reset(): void {
        this.offset = 0;
        this.frozenAt = this.start === "system" ? undefined : this.start.getTime();
    }
}

/** One second, minute, hour and day in milliseconds. */
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
