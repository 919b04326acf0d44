/** What is known while somebody waits for a gitlab-runner process to load its configuration. */
export interface Evidence {
    process: ProcessSeen;
    /** What it wrote since the files were delivered, line by line. */
    texts: readonly string[];
    /** The process does not report a successful load: its log level hides it, or its log cannot be read. */
    quiet: boolean;
    /** Seconds since the wait began. */
    waited: number;
}

/** A process as whoever keeps it running sees it. */
export interface ProcessSeen {
    running: boolean;
    /** It has ended and is about to be started again. */
    restarting: boolean;
    exitCode: number;
}

/** The verdict: loaded, refused with gitlab-runner's own words, or nothing said yet. */
export type Verdict = { kind: "loaded" } | { kind: "refused"; words: string } | { kind: "waiting" };

/** gitlab-runner looks at the file every 3 seconds; a silent process has had two chances to complain after this. */
const QUIET_SECONDS = 8;

const REFUSALS = /(ERROR: Failed to load config|FATAL: |PANIC: |"level":"(error|fatal|panic)".*Failed to load config)/;
// Without a terminal, as under systemd, logrus may write key=value in place of a level before the words.
const REFUSED = /level=(error|fatal|panic)\b.*Failed to load config|^Failed to load config/;
const LOADED = /Configuration loaded/;

/** Whether the process has loaded the configuration that was delivered for it. */
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

/** What a process said at the end, in one line; empty when it said nothing. */
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
