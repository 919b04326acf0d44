/** Runs something as another user than root, which the tests of owners and permissions need; `undefined` when this is not root. */
export const isRoot = process.geteuid?.() === 0;

/** Runs as user and group `id` until it is over. */
export async function asUser<T>(id: number, run: () => T | Promise<T>): Promise<T> {
    process.setegid!(id);
    process.seteuid!(id);
    try {
        return await run();
    } finally {
        process.seteuid!(0);
        process.setegid!(0);
    }
}
