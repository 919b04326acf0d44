import type { ProcessTold } from "../../core/diagnosis/facts";
import { toTime } from "../../gitlab/runner-tokens";

export interface ProcessLog {
    text: string;
    source: string;
    /** When it was written to last, in milliseconds since 1970: on a terminal gitlab-runner writes no times into it. */
    writtenAt?: number;
}

const DISABLED = /Runner \\?"([^"\\]*)\\?" is unhealthy and will be disabled for/;
const RELOADED = /Configuration loaded|Starting multi-runner/;
const TIMES = [
    // gitlab-runner's own formats, then journald's with and without a year.
    /"time":\s*"([^"]+)"/,
    /time="([^"]+)"/,
    /^(\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?)/,
];

/** The part of a token by which gitlab-runner names a worker in its log: nine characters behind the prefixes. */
export function logNameOf(token: string): string {
    const bare = token.replace(/^glrt-(t[123]_)?|^t[123]_|^glrtr-/, "").replace(/^GR[0-9A-Fa-f]{7}/, "");
    let name = bare.slice(0, 9);
    if (name !== "" && !/^[A-Za-z0-9]/.test(name)) name = `r${name.slice(0, -1)}`;
    return /[A-Za-z0-9]$/.test(name) ? name : `${name.slice(0, -1)}r`;
}

/** What gitlab-runner's log tells about one worker: whether it was disabled and not asked again since. */
export function readProcessLog(log: ProcessLog, worker: { url: string; token: string }): ProcessTold {
    const names = namesOf(worker);
    const { text, ...origin } = log;
    const told: ProcessTold = { ...origin, disabled: false };
    for (const line of text.split("\n")) {
        const disabled = DISABLED.exec(line);
        if (disabled !== null && names.has(disabled[1]!)) {
            told.disabled = true;
            told.disabledAt = timeOf(line);
        } else if (told.disabled && RELOADED.test(line)) {
            told.disabled = false;
            told.disabledAt = undefined;
        }
    }
    return told;
}

/** The log calls a worker by its address and token; before gitlab-runner 18 the token's partition prefix was part of it. */
function namesOf({ url, token }: { url: string; token: string }): Set<string> {
    const tokens = [logNameOf(token), token.replace(/^glrt-/, "").slice(0, 9)];
    const urls = [url, url.replace(/\/+$/, "")];
    return new Set(urls.flatMap((address) => tokens.map((name) => address + name)));
}

function timeOf(line: string): number | undefined {
    const times = TIMES.map((pattern) => toTime(pattern.exec(line)?.[1]?.replace(" ", "T")));
    return times.find((time) => time !== undefined);
}
