/** Limits how many calls run at once; further calls wait for their turn. */
export function atMost(most: number): <T>(run: () => Promise<T>) => Promise<T> {
    let running = 0;
    const waiting: (() => void)[] = [];
    return async (run) => {
        if (running < most) running++;
        else await new Promise<void>((go) => waiting.push(go));
        try {
            return await run();
        } finally {
            // The place is handed on: were it free for a moment, somebody else could take it as well.
            const next = waiting.shift();
            if (next === undefined) running--;
            else next();
        }
    };
}
