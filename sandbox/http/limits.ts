import type { RateLimitName } from "../store/entities";
import type { Store } from "../store/store";
import { throttled, tooManyRequests } from "./errors";

const WINDOW = 60_000;

/**
 * GitLab's application limiter: a number of requests per minute and key.
 * Differs from GitLab: windows follow the machine's clock, because with a frozen sandbox clock they would never reopen.
 */
export class RateLimiter {
    private start = 0;
    private readonly counts = new Map<string, number>();

    constructor(private readonly db: Store) {}

    /** Counts one request and refuses it above the limit. */
    check(name: RateLimitName, key: string | number): void {
        const limit = this.db.settings.rateLimits[name];
        if (limit !== 0 && this.count(`${name}:${key}`) > limit) throw tooManyRequests();
    }

    /** The throttle in front of everything (Rack::Attack): off unless the instance has enabled it. */
    throttle(key: string | number): void {
        const limit = this.db.settings.throttlePerMinute;
        if (limit === 0) return;
        const count = this.count(`throttle:${key}`);
        if (count > limit) throw throttled(throttleHeaders(limit, count, this.start + WINDOW));
    }

    private count(id: string): number {
        if (Date.now() - this.start >= WINDOW) {
            this.start = Date.now();
            this.counts.clear();
        }
        const count = (this.counts.get(id) ?? 0) + 1;
        this.counts.set(id, count);
        return count;
    }

    reset(): void {
        this.start = 0;
        this.counts.clear();
    }
}

/** Rack::Attack's headers for a limit that resets at `reset` (ms). */
export function throttleHeaders(limit: number, observed: number, reset: number): Record<string, string> {
    return {
        "retry-after": String(Math.max(1, Math.ceil((reset - Date.now()) / 1000))),
        "ratelimit-name": "throttle_authenticated_api",
        "ratelimit-limit": String(limit),
        "ratelimit-observed": String(observed),
        "ratelimit-remaining": "0",
        "ratelimit-reset": String(Math.ceil(reset / 1000)),
        "ratelimit-resettime": new Date(reset).toUTCString(),
    };
}
