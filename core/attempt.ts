/**
 * The result of a call, or undefined if it throws. For things that may be absent or malformed: a file, JSON that
 * somebody else wrote.
 */
export function attempt<T>(call: () => T): T | undefined {
    try {
        return call();
    } catch {
        return undefined;
    }
}
