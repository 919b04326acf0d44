import type { ProcessTold } from "../../core/diagnosis/facts";
import { journalSince, readJournal, whyNoJournal } from "../../core/service/journal";
import { unitOf, whyNoUnit } from "../../core/service/unit";
import { toTime } from "../../gitlab/runner-tokens";
import type { Host } from "../../hosts/host";
import { HostProblem } from "../../hosts/ssh/problems";
import { Failed } from "../exit";

export interface ProcessLog {
    text: string;
    source: string;
    /** When it was last written to, in milliseconds since 1970: on a terminal, gitlab-runner's lines have no times. */
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

/** The part of a token by which gitlab-runner names a worker in its log: nine characters after the prefixes. */
export function logNameOf(token: string): string {
    const bare = token.replace(/^glrt-(t[123]_)?|^t[123]_|^glrtr-/, "").replace(/^GR[0-9A-Fa-f]{7}/, "");
    let name = bare.slice(0, 9);
    if (name !== "" && !/^[A-Za-z0-9]/.test(name)) name = `r${name.slice(0, -1)}`;
    return /[A-Za-z0-9]$/.test(name) ? name : `${name.slice(0, -1)}r`;
}

/** What gitlab-runner's log says about one worker: whether it was disabled and has not asked for jobs since. */
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

/** The log names a worker by address and token; before gitlab-runner 18 with the token's partition prefix. */
function namesOf({ url, token }: { url: string; token: string }): Set<string> {
    const tokens = [logNameOf(token), token.replace(/^glrt-/, "").slice(0, 9)];
    const urls = [url, url.replace(/\/+$/, "")];
    return new Set(urls.flatMap((address) => tokens.map((name) => address + name)));
}

function timeOf(line: string): number | undefined {
    const times = TIMES.map((pattern) => toTime(pattern.exec(line)?.[1]?.replace(" ", "T")));
    return times.find((time) => time !== undefined);
}

/** Enough for an hour, the time for which a worker is disabled: each job logs a dozen lines at most. */
const LINES = 5000;
const BYTES = 8 * 1024 * 1024;

/** The end of the journal of gitlab-runner's unit, on the machine with the config.toml. */
export async function readJournalOf(host: Host | undefined, service: string): Promise<ProcessLog> {
    if (host === undefined) {
        throw new Failed(
            "--service goes with the --config of a machine: FILE, or ssh://user@host/path. Give the log by --log.",
        );
    }
    const wrong = whyNoUnit(service);
    if (wrong !== undefined) throw new Failed(`--service ${wrong} (got ${JSON.stringify(service.slice(0, 60))}).`);
    const unit = unitOf(service);
    const name = host.remote ? host.at("").replace(/:$/, "") : "this machine";
    const [answer] = await host.run([{ words: journalSince(unit, 0, LINES), bytes: BYTES }]).catch(failed);
    const why = whyNoJournal(answer!);
    if (why === "missing") throw new Failed(`${name} has no journalctl. Give gitlab-runner's log as a file, by --log.`);
    if (why === "forbidden") {
        const remedy = host.remote ? "Log in as root, give --sudo" : "Run it as root";
        throw new Failed(
            `${name} does not show the journal of ${unit} to this user. ${remedy}, or put the user into the group systemd-journal.`,
        );
    }
    if (why !== undefined) throw new Failed(`journalctl on ${name} cannot be read (${why.words}).`);
    const lines = readJournal(answer!.text, 0);
    return {
        text: lines.map(({ time, text }) => `${new Date(time * 1000).toISOString()} ${text}`).join("\n"),
        source: `journal of ${unit} on ${name}`,
    };
}

function failed(error: unknown): never {
    throw error instanceof HostProblem ? new Failed(error.message) : error;
}
