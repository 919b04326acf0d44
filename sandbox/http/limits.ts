import type { RateLimitName } from "../store/entities";
import type { Store } from "../store/store";
import { tooManyRequests } from "./errors";

const WINDOW = 60_000;

/**
 * GitLab's application limiter: so many requests a minute and key.
 * Differs from GitLab: windows follow the machine's clock, as a frozen sandbox clock would never open them again.
 */
export class RateLimiter {
    private window = 0;
    private readonly counts = new Map<string, number>();

    constructor(private readonly db: Store) {}

    /** Counts one request and refuses it above the limit. */
    check(name: RateLimitName, key: string | number): void {
        const limit = this.db.settings.rateLimits[name];
        if (limit === 0) return;
        const window = Math.floor(Date.now() / WINDOW);
        if (window !== this.window) {
            this.window = window;
            this.counts.clear();
        }
        const id = `${name}:${key}`;
        const count = (this.counts.get(id) ?? 0) + 1;
        this.counts.set(id, count);
        if (count > limit) throw tooManyRequests();
    }

    reset(): void {
        this.counts.clear();
    }
}
