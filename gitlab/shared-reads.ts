/** Answers that several readers share: asked for once, kept for a while, forgotten when something was written. */
export class SharedReads {
    private readonly entries = new Map<string, { value: Promise<unknown>; until: number }>();
    private readonly forgotten = new Map<string, number>();
    private moments = 0;

    /** @param lifetime how long an answer is good for, in milliseconds */
    constructor(
        private readonly lifetime = 60_000,
        private readonly now: () => number = Date.now,
    ) {}

    /** The answer kept under `key`, or the one that `load` gets. A failed `load` is not kept. */
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

    /** Forgets every answer whose key begins so. */
    forget(prefix: string): void {
        this.forgotten.set(prefix, ++this.moments);
        for (const key of this.entries.keys()) if (key.startsWith(prefix)) this.entries.delete(key);
    }

    /** Now, for `wasForgotten`. */
    moment(): number {
        return this.moments;
    }

    /** Whether `forget` was called with this very prefix since a moment: what was asked for then may be what was before. */
    wasForgotten(prefix: string, since: number): boolean {
        return (this.forgotten.get(prefix) ?? 0) > since;
    }
}
