import { posix } from "node:path";
import { type JournalLine, journalSince, readJournal, safe, whyNoJournal } from "../../../core/service/journal";
import { judge, lastWords } from "../../../core/service/loaded";
import { readUnit, showUnit, type UnitSeen } from "../../../core/service/unit";
import { versionIn } from "../../../core/service/version";
import type { Answer, Command, Host } from "../../../hosts/host";
import type { Log } from "../../handler";

const POLL_MS = 1000;
/** A file of this age was read long ago, or never will be: its process looks every 3 seconds. The journal may not go back so far. */
const OLD_SECONDS = 60;
const JOURNAL_BYTES = 4 * 1024 * 1024;

/** A systemd service on a host. */
export interface Service {
    host: Host;
    /** `gitlab-runner.service`. */
    unit: string;
}

/** What is known of a service and its file before somebody waits. */
export interface ServiceSeen {
    /** When config.toml was written, in seconds since 1970, by the host's clock. */
    writtenAt: number;
    /** What the host's clock says. */
    now: number;
    /** Version of gitlab-runner there, if it says one. */
    version?: string;
}

/** A host in a sentence. */
export function nameOf(host: Host): string {
    return host.remote ? host.at("").replace(/:$/, "") : "this machine";
}

/** Looks at a service. Throws where there is none, or none that can be watched. */
export async function lookAtService({ host, unit }: Service, directory: string): Promise<ServiceSeen> {
    const config = posix.join(directory, "config.toml");
    const [shown, written, clock, version] = await host.run([
        { words: showUnit(unit) },
        // The time of the last change, in whole seconds and in full: not every `stat` has both in one.
        { words: ["stat", "-L", "-c", "%Y %y", config] },
        { words: ["date", "+%s"] },
        { words: ["gitlab-runner", "--version"] },
    ]);
    knownUnit({ host, unit }, shown!);
    const [, seconds, fraction = ""] = /^(\d+) \S+ [\d:]+(\.\d+)?/.exec(written!.text) ?? [];
    const now = /^(\d+)\s*$/.exec(clock!.text)?.[1];
    if (seconds === undefined || now === undefined) {
        const words = safe(seconds === undefined ? written!.text : clock!.text) || "nothing";
        throw new Error(`${host.at(config)} has no time at which it was written (${words}). Run pulumi up again.`);
    }
    return { writtenAt: Number(seconds + fraction), now: Number(now), version: versionIn(version!.text) };
}

/**
 * Ends when the process has loaded the file. Throws with gitlab-runner's own words when it refuses it, when it does not run,
 * and when it says nothing for too long.
 */
export async function waitUntilLoaded(
    log: Log,
    service: Service,
    { writtenAt, now }: ServiceSeen,
    limits: { quiet: boolean; timeout: number },
): Promise<void> {
    const { host, unit } = service;
    const quiet = limits.quiet || now - writtenAt > OLD_SECONDS;
    const started = performance.now();
    const lines: JournalLine[] = [];
    for (;;) {
        const since = lines.at(-1)?.time ?? writtenAt;
        const journal: Command = { words: journalSince(unit, since), bytes: JOURNAL_BYTES };
        const [shown, printed] = await host.run([{ words: showUnit(unit) }, journal]);
        const fresh = readJournal(journalIn(service, printed!), since);
        lines.push(...fresh.filter(({ time }) => lines.length === 0 || time > since));
        const texts = lines.map(({ text }) => text);
        const seen = knownUnit(service, shown!);
        const waited = (performance.now() - started) / 1000;
        if (seen.stopped) throw notRunning(service, texts);
        const verdict = judge({ process: seen, texts, quiet, waited });
        if (verdict.kind === "loaded") return;
        if (verdict.kind === "refused") throw refused(service, seen, verdict.words);
        if (waited > limits.timeout) {
            throw new Error(
                `${unit} on ${nameOf(host)} has not loaded its config.toml within ${limits.timeout} s (it last said: ` +
                    `${texts.at(-1) ?? "nothing"}). Does it read this file? Look there at journalctl -u ${unit}.`,
            );
        }
        log.status(`Waiting for ${unit} on ${nameOf(host)} to load its config.toml: ${Math.round(waited)} s`);
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
}

function knownUnit({ host, unit }: Service, { code, text }: Answer): UnitSeen {
    if (code === 127) throw new Error(lacks(host, "systemctl"));
    const seen = readUnit(text);
    if (seen === undefined) {
        throw new Error(
            `systemctl on ${nameOf(host)} says nothing of ${unit} (${safe(text) || `exit code ${code}`}). ` +
                "If something else runs gitlab-runner there, leave service out.",
        );
    }
    if (!seen.known) {
        throw new Error(
            `${nameOf(host)} has no unit ${unit}. Correct service; systemctl list-unit-files --type=service lists what it has.`,
        );
    }
    return seen;
}

function journalIn({ host, unit }: Service, answer: Answer): string {
    const why = whyNoJournal(answer);
    if (why === undefined) return answer.text;
    if (why === "missing") throw new Error(lacks(host, "journalctl"));
    if (why === "forbidden") {
        const remedy = host.remote ? "Say sudo: true" : "Run pulumi up as root";
        throw new Error(
            `${nameOf(host)} does not show the journal of ${unit} to this user. ${remedy}, or put the user into the group systemd-journal.`,
        );
    }
    throw new Error(`journalctl on ${nameOf(host)} cannot be read (${why.words}).`);
}

function lacks(host: Host, program: string): string {
    return `${nameOf(host)} has no ${program}, so that nobody sees whether gitlab-runner loads its config.toml. Leave service out there.`;
}

/** Nothing is started here: that is up to whoever has stopped it. */
function notRunning({ host, unit }: Service, texts: readonly string[]): Error {
    const words = lastWords(texts);
    return new Error(
        `${unit} is not running on ${nameOf(host)}${words && ` (it last said: ${words})`}. ` +
            `Start it: systemctl start ${unit.replace(/\.service$/, "")}. Then run pulumi up again.`,
    );
}

function refused({ host, unit }: Service, { running, restarting }: UnitSeen, words: string): Error {
    if (running && !restarting) {
        return new Error(
            `gitlab-runner (${unit} on ${nameOf(host)}) refused its config.toml (${words}). It goes on with the old one. ` +
                "Correct it and run up again.",
        );
    }
    return new Error(`${unit} on ${nameOf(host)} does not stay up (${words}). Look there at journalctl -u ${unit}.`);
}
