import type { ContainerInfo } from "./engine";
import type { LogLine } from "./log-lines";

/** What is known while somebody waits for a process to load its configuration. */
export interface Evidence {
    container: Pick<ContainerInfo, "State">;
    /** What the process wrote since the files were delivered. */
    lines: readonly LogLine[];
    /** The process does not report a successful load: its log level hides it, or its log cannot be read. */
    quiet: boolean;
    /** Seconds since the wait began. */
    waited: number;
}

/** The verdict: loaded, refused with gitlab-runner's own words, or nothing said yet. */
export type Verdict = { kind: "loaded" } | { kind: "refused"; words: string } | { kind: "waiting" };

/** gitlab-runner looks at the file every 3 seconds; a silent process has had two chances to complain after this. */
const QUIET_SECONDS = 8;

const REFUSALS = /(ERROR: Failed to load config|FATAL: |PANIC: |"level":"(error|fatal|panic)".*Failed to load config)/;
const LOADED = /Configuration loaded/;

/** Whether the process has loaded the configuration that was delivered for it. */
export function judge({ container, lines, quiet, waited }: Evidence): Verdict {
    const { Running, Restarting, ExitCode } = container.State;
    const texts = lines.map(({ text }) => text);
    const loadedAt = texts.findLastIndex((text) => LOADED.test(text));
    const refusedAt = texts.findLastIndex((text) => REFUSALS.test(text));
    if (refusedAt > loadedAt) {
        return { kind: "refused", words: tidy(texts[refusedAt]!) };
    }
    if ((!Running || Restarting) && (texts.length > 0 || waited >= QUIET_SECONDS)) {
        const words = texts.slice(-3).map(tidy).join("; ") || `exit code ${ExitCode}, and it said nothing`;
        return { kind: "refused", words };
    }
    if (Running && (loadedAt >= 0 || (quiet && waited >= QUIET_SECONDS))) {
        return { kind: "loaded" };
    }
    return { kind: "waiting" };
}

/** gitlab-runner pads its messages and repeats counters after them. */
function tidy(line: string): string {
    return line
        .replace(/\s+(builds|max_builds|builds=\d+)=\d+/g, "")
        .replace(/\s{2,}/g, " ")
        .trim();
}
