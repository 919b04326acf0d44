/**
 * Runs what changes one thing after the other, and can be asked between two of them whether somebody wants it to end (Ctrl-C, or a job that
 * is cancelled): then it says what it has done. A second signal ends it at once, as it always would.
 */
export async function untilInterrupted<T>(
    run: (isInterrupted: () => boolean) => Promise<T>,
    say: () => void,
): Promise<T> {
    let interrupted = false;
    const note = () => {
        interrupted = true;
        process.off("SIGINT", note).off("SIGTERM", note);
        say();
    };
    process.on("SIGINT", note).on("SIGTERM", note);
    try {
        return await run(() => interrupted);
    } finally {
        process.off("SIGINT", note).off("SIGTERM", note);
    }
}
