/** Lets no more than so many run at once; the others wait for their turn. */
export function atMost(most: number): <T>(run: () => Promise<T>) => Promise<T> {
    let running = 0;
    const waiting: (() => void)[] = [];
    return async (run) => {
        if (running >= most) await new Promise<void>((go) => waiting.push(go));
        running++;
        try {
            return await run();
        } finally {
            running--;
            waiting.shift()?.();
        }
    };
}
