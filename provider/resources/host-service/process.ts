import { posix } from "node:path";
import type { Props } from "../../../core/props";
import { type JournalLine, journalSince, readJournal, safe, whyNoJournal } from "../../../core/service/journal";
import { judge, lastWords } from "../../../core/service/loaded";
import { readUnit, showUnit, type UnitSeen } from "../../../core/service/unit";
import { isInRange, parseRange, versionIn } from "../../../core/service/version";
import { readManagers } from "../../../gitlab/runner-facts";
import type { Answer, Command, Host } from "../../../hosts/host";
import type { Call, Log } from "../../handler";

const POLL_MS = 1000;
/**
 * A file of this age, in seconds, was read long ago, or never will be: its process checks every 3 seconds. The journal
 * may not go back further.
 */
const OLD_SECONDS = 60;
const JOURNAL_BYTES = 4 * 1024 * 1024;

export interface Service {
    host: Host;
    /** `gitlab-runner.service`. */
    unit: string;
}

/** What is known of a service and its file before the wait. */
interface ServiceSeen {
    /** When config.toml was written, in seconds since 1970, by the host's clock. */
    writtenAt: number;
    /** The host's clock, in seconds since 1970. */
    now: number;
    /** Version of gitlab-runner there, if it reports one. */
    version?: string;
}

/** A host, as named in a sentence. */
export function nameOf(host: Host): string {
    return host.remote ? host.at("").replace(/:$/, "") : "this machine";
}

/** Looks at a service. Throws if it does not exist or cannot be watched. */
export async function lookAtService({ host, unit }: Service, directory: string): Promise<ServiceSeen> {
    const config = posix.join(directory, "config.toml");
    const [shown, written, clock, version] = await host.run([
        { words: showUnit(unit) },
        // The time of the last change, in whole seconds and in full: not every `stat` prints both in one.
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
 * Waits until the process has loaded the file. Throws with gitlab-runner's own words if it refuses the file, does not
 * run, or says nothing for too long.
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
        const remedy = host.remote ? "Set sudo: true" : "Run pulumi up as root";
        throw new Error(
            `${nameOf(host)} does not show the journal of ${unit} to this user. ${remedy}, or put the user into the group systemd-journal.`,
        );
    }
    throw new Error(`journalctl on ${nameOf(host)} cannot be read (${why.words}).`);
}

function lacks(host: Host, program: string): string {
    return `${nameOf(host)} has no ${program}, so that nobody sees whether gitlab-runner loads its config.toml. Leave service out there.`;
}

/** Nothing is started here: that is left to whoever has stopped it. */
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
            `gitlab-runner (${unit} on ${nameOf(host)}) refused its config.toml (${words}). It continues with the old one. ` +
                "Correct it and run up again.",
        );
    }
    return new Error(`${unit} on ${nameOf(host)} does not stay up (${words}). Look there at journalctl -u ${unit}.`);
}

/** How long downloading plugins may take, in milliseconds: some tens of megabytes each. */
const INSTALL_MS = 5 * 60_000;
const MOST_SAID = 600;

/**
 * Lets gitlab-runner on a host install the fleeting plugins that its `config.toml` names. Installed ones stay, without
 * a request to a registry. https://docs.gitlab.com/runner/fleet_scaling/fleeting/
 */
export async function installPlugins(log: Log, { host }: Service, directory: string): Promise<void> {
    const config = posix.join(directory, "config.toml");
    log.status(`Waiting for gitlab-runner on ${nameOf(host)} to fetch fleeting plugins`);
    const words = ["gitlab-runner", "fleeting", "--config", config, "install"];
    const [answer] = await host.run([{ words, ms: INSTALL_MS }]);
    const { code, text } = answer!;
    if (code === 0) return;
    if (code === 127) {
        throw new Error(
            `${nameOf(host)} has no gitlab-runner to fetch plugins with. Install it, or leave fleetingInstall out.`,
        );
    }
    const said = safe(text).slice(-MOST_SAID) || `exit code ${code}`;
    throw new Error(
        `gitlab-runner on ${nameOf(host)} could not fetch the fleeting plugins that ${config} names (${said}). ` +
            "Can it reach the registry that plugin names, registry.gitlab.com by default? Correct it and run up again.",
    );
}

/** Warns if a host's package has another version than declared. */
export function warnOfVersion(log: Log, host: Host, version: string | undefined, wanted: string): void {
    const remedy = "Update its package there, or change version.";
    const who = `gitlab-runner on ${nameOf(host)}`;
    if (version === undefined) log.warn(`${who} says no version, and it shall be ${wanted}. Is it on the PATH there?`);
    else if (!fits(version, wanted)) log.warn(`${who} is ${version}, and shall be ${wanted}. ${remedy}`);
}

/**
 * Warns if another version of the process last contacted GitLab. The host knows what is installed, GitLab what runs:
 * after an upgrade, the old process may still be there. Contacts no host, so that a preview warns, too.
 */
export async function warnOfVersionInGitLab({ gitlab, log }: Call, inputs: Props, installed: unknown): Promise<void> {
    const { version: wanted, runnerId, systemId } = inputs;
    if (typeof wanted !== "string" || typeof runnerId !== "string" || typeof systemId !== "string") return;
    // The lookup for a warning must not fail the operation: other resources report a missing permission or runner.
    const managers = await readManagers(gitlab, runnerId).catch(() => []);
    const running = managers.find((manager) => manager.systemId === systemId)?.version;
    if (running === undefined || fits(running, wanted)) return;
    const isUpdated = typeof installed === "string" && fits(installed, wanted);
    log.warn(
        `GitLab last heard of gitlab-runner ${safe(running)} from ${systemId}, and it shall be ${wanted}. ` +
            (isUpdated
                ? `${installed} is installed there: restart the process when it suits you.`
                : "Update its package there, or change version."),
    );
}

function fits(version: string, wanted: string): boolean {
    const range = parseRange(wanted);
    return range === undefined || isInRange(version.replace(/^v/, ""), range);
}
