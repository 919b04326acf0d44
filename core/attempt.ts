/** What a call gives; undefined where it throws. For what need not be there, or be right: a file, JSON that somebody else wrote. */
export function attempt<T>(call: () => T): T | undefined {
    try {
        return call();
    } catch {
        return undefined;
    }
}
