/** Answers that several readers share: requested once, kept for a while, forgotten after a write. */
export class SharedReads {
    private readonly entries = new Map<string, { value: Promise<unknown>; until: number }>();
    private readonly forgotten = new Map<string, number>();
    private moments = 0;

    /** @param lifetime how long an answer is valid, in milliseconds */
    constructor(
        private readonly lifetime = 60_000,
        private readonly now: () => number = Date.now,
    ) {}

    /** The answer stored under `key`, or the result of `load`. A failed `load` is not stored. */
    get<T>(key: string, load: () => Promise<T>): Promise<T> {
        const entry = this.entries.get(key);
        if (entry !== undefined && entry.until > this.now()) return entry.value as Promise<T>;
        const value = load();
        const fresh = { value, until: this.now() + this.lifetime };
        this.entries.set(key, fresh);
        value.catch(() => {
            if (this.entries.get(key) === fresh) this.entries.delete(key);
        });
        return value;
    }

    /** Forgets every answer whose key begins with this prefix. */
    forget(prefix: string): void {
        this.forgotten.set(prefix, ++this.moments);
        for (const key of this.entries.keys()) if (key.startsWith(prefix)) this.entries.delete(key);
    }

    /** The current moment, for `wasForgotten`. */
    moment(): number {
        return this.moments;
    }

    /**
     * Whether `forget` was called with exactly this prefix since a moment: an answer requested then may be outdated.
     */
    wasForgotten(prefix: string, since: number): boolean {
        return (this.forgotten.get(prefix) ?? 0) > since;
    }
}
