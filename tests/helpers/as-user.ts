/** Whether this process is root: only root can run something as another user, which tests of permissions need. */
export const isRoot = process.geteuid?.() === 0;

/** Runs something as user and group `id`, until it has finished. */
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
