/** How many logins are under way at once. sshd begins to refuse at ten (MaxStartups), and all may go through one jump host. */
const MOST = 8;

let running = 0;
const waiting: (() => void)[] = [];

/** Runs when fewer than `MOST` others do. */
export async function limited<T>(run: () => Promise<T>): Promise<T> {
    if (running >= MOST) await new Promise<void>((go) => waiting.push(go));
    running++;
    try {
        return await run();
    } finally {
        running--;
        waiting.shift()?.();
    }
}
