/** What is known while somebody waits for gitlab-runner to load its configuration. */
export interface Evidence {
    process: ProcessSeen;
    /** The process's output since the files were delivered, line by line. */
    texts: readonly string[];
    /** The process does not report a successful load: its log level hides it, or its log cannot be read. */
    quiet: boolean;
    /** Seconds since the wait began. */
    waited: number;
}

/** A process, as reported by what keeps it running. */
export interface ProcessSeen {
    running: boolean;
    /** The process has ended and is about to be restarted. */
    restarting: boolean;
    exitCode: number;
}

/** The verdict: loaded, refused with gitlab-runner's own words, or no sign yet. */
export type Verdict = { kind: "loaded" } | { kind: "refused"; words: string } | { kind: "waiting" };

/** gitlab-runner checks the file every 3 seconds; after this time, a silent process had two chances to complain. */
const QUIET_SECONDS = 8;

const REFUSALS = /(ERROR: Failed to load config|FATAL: |PANIC: |"level":"(error|fatal|panic)".*Failed to load config)/;
// Without a terminal, as under systemd, logrus may write key=value pairs instead of a level before the message.
const REFUSED = /level=(error|fatal|panic)\b.*Failed to load config|^Failed to load config/;
const LOADED = /Configuration loaded/;

/** Whether the process has loaded the configuration that was delivered to it. */
export function judge({ process, texts, quiet, waited }: Evidence): Verdict {
    const { running, restarting, exitCode } = process;
    const loadedAt = texts.findLastIndex((text) => LOADED.test(text));
    const refusedAt = texts.findLastIndex((text) => REFUSALS.test(text) || REFUSED.test(text));
    if (refusedAt > loadedAt) return { kind: "refused", words: tidy(texts[refusedAt]!) };
    if ((!running || restarting) && (texts.length > 0 || waited >= QUIET_SECONDS)) {
        const words = lastWords(texts) || `exit code ${exitCode}, and it said nothing`;
        return { kind: "refused", words };
    }
    if (running && (loadedAt >= 0 || (quiet && waited >= QUIET_SECONDS))) return { kind: "loaded" };
    return { kind: "waiting" };
}

/** The end of a process's output, in one line; empty if there is none. */
export function lastWords(texts: readonly string[]): string {
    return texts.slice(-3).map(tidy).join("; ");
}

/** gitlab-runner pads its messages and repeats counters after them. */
function tidy(line: string): string {
    return line
        .replace(/\s+(max_)?builds=\d+/g, "")
        .replace(/\s{2,}/g, " ")
        .trim();
}
