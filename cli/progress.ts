import type { Sink } from "./io";
import { fitted } from "./width";

const ERASE_LINE = "\r\u001b[K";
const PERIOD_MS = 80;

/** A progress line that is rewritten in place. Prints nothing if standard error is not a terminal. */
export class Progress {
    private readonly enabled: boolean;
    private shown = false;
    private lastAt = 0;

    constructor(
        private readonly sink: Sink,
        env: NodeJS.ProcessEnv,
    ) {
        this.enabled = sink.isTTY === true && env.TERM !== "dumb" && !env.CI;
    }

    /** Shows a line, at most as often as an eye can follow. */
    say(text: string): void {
        const now = Date.now();
        if (!this.enabled || (this.shown && now - this.lastAt < PERIOD_MS)) return;
        this.lastAt = now;
        this.shown = true;
        this.sink.write(`${ERASE_LINE}${fitted(text, (this.sink.columns ?? 80) - 1)}`);
    }

    /** Removes the line, so that other text can be written. */
    hide(): void {
        if (!this.shown) return;
        this.sink.write(ERASE_LINE);
        this.shown = false;
    }
}
