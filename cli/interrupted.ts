/**
 * Runs a series of changes that checks between them whether it was interrupted (Ctrl-C, or a cancelled job), so that it
 * can stop and say what it has done. A second signal ends the process at once, as usual.
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
