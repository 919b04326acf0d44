/** Callers that wait for news of a row, until there are some or the time is up. */
export class Waiters {
    private readonly waiting = new Map<number, Set<() => void>>();

    /** Resolves when the row's waiters are woken, or at the latest after `ms`. */
    wait(id: number, ms: number): Promise<void> {
        return new Promise((resolve) => {
            const waiters = this.waiting.get(id) ?? new Set();
            this.waiting.set(id, waiters);
            const done = (): void => {
                clearTimeout(timer);
                waiters.delete(done);
                resolve();
            };
            const timer = setTimeout(done, ms);
            waiters.add(done);
        });
    }

    wake(id: number): void {
        for (const done of [...(this.waiting.get(id) ?? [])]) done();
    }

    wakeAll(): void {
        for (const id of [...this.waiting.keys()]) this.wake(id);
    }
}
