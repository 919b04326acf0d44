import type { ParsedWorker } from "../../core/config-toml";
import type { WorkerFacts } from "../../core/diagnosis/facts";
import { parseId } from "../../core/id";
import { toApiUrl } from "../../core/runner-url";
import { kindOfToken } from "../../core/token-kinds";
import { GitLab } from "../../gitlab/client";
import { readClocks, roughly } from "../../gitlab/clock";
import { apiBaseOf, contactGitLab, type Reached } from "../../gitlab/contact";
import { findRunnerByToken, type RunnerFound, readDemand, readRunnerFacts } from "../../gitlab/runner-facts";
import { toTime, tryTokenAnywhere } from "../../gitlab/runner-tokens";
import { authorityOf, type ConfigFile } from "../config-file";
import type { Io } from "../io";
import { type ProcessLog, readProcessLog } from "./process-log";

/** A worker, and everything that could be found out about it. */
export interface SurveyedWorker {
    /** Its position in the file, from 1. */
    number: number;
    worker: ParsedWorker;
    facts: WorkerFacts;
    /** The runner in GitLab, if the user may see it. */
    found?: RunnerFound;
}

export interface SurveyOptions {
    workers: readonly ParsedWorker[];
    /** The config.toml of the workers; absent if only a token is checked. */
    file?: ConfigFile;
    /** GitLab with a user's token. */
    gitlab?: GitLab;
    log?: ProcessLog;
}

/** Finds out about every worker. None of its requests creates anything in GitLab. */
export async function survey(io: Io, options: SurveyOptions): Promise<SurveyedWorker[]> {
    const reached = new Map<string, Promise<Reached>>();
    const surveyed: SurveyedWorker[] = [];
    for (const [index, worker] of options.workers.entries()) {
        io.progress.say(`Looking at worker ${index + 1} of ${options.workers.length}`);
        const authority = authorityOf(worker, options.file?.folder);
        const cacert = authority && options.file?.authorities.get(authority);
        const key = `${worker.url} ${cacert ?? ""}`;
        const reach = reached.get(key) ?? contactGitLab(worker.url, { cacert, now: () => io.now() });
        reached.set(key, reach);
        surveyed.push(await surveyWorker(io, worker, index, await reach, cacert, options));
    }
    return surveyed;
}

async function surveyWorker(
    io: Io,
    worker: ParsedWorker,
    index: number,
    { contact, clockSkew }: Reached,
    cacert: string | undefined,
    options: SurveyOptions,
): Promise<SurveyedWorker> {
    const token = worker.token.trim();
    const kind = kindOfToken(token);
    const same = options.workers.findIndex((other) => other.token.trim() === token && token !== "");
    const flags = worker.config.feature_flags ?? {};
    const facts: WorkerFacts = {
        now: io.now(),
        url: worker.url,
        token: { kind, length: token.length },
        sameTokenAs: same < index && same >= 0 ? `${same + 1} "${options.workers[same]!.name}"` : undefined,
        contact,
        clockSkew,
        runnerId: parseId(worker.id),
        systemId: options.file?.systemId,
        fileExpiresAt: timeOf(worker.token_expires_at),
        readOnlyFile: options.file?.readOnly,
        rotatesItself:
            timeOf(worker.token_expires_at) !== undefined && flags.FF_DISABLE_AUTOMATIC_TOKEN_ROTATION !== true,
        told: options.log && readProcessLog(options.log, { url: worker.url, token }),
    };
    const surveyed: SurveyedWorker = { number: index + 1, worker, facts };
    readTime(surveyed, io.now());
    if (contact.kind !== "gitlab" || (kind !== "authentication" && kind !== "unclear")) return surveyed;
    facts.tokenWorks = await tryAt(worker.url, token, cacert);
    facts.asked = options.gitlab && (sameGitLab(worker.url, options.gitlab.baseUrl) ? "here" : "elsewhere");
    if (options.gitlab !== undefined && facts.asked === "here") {
        await lookUp(surveyed, token, options.gitlab);
        readTime(surveyed, io.now());
    }
    return surveyed;
}

/**
 * Looks the runner up by its token, which is what it works with: the id in the file may be a leftover of another
 * runner. Uses that id only if GitLab does not say whose token it is.
 */
async function lookUp(surveyed: SurveyedWorker, token: string, gitlab: GitLab): Promise<void> {
    const { worker, facts } = surveyed;
    const written = parseId(worker.id);
    const owner = await findRunnerByToken(gitlab, token);
    const byToken = typeof owner === "number";
    const id = byToken ? owner : written;
    if (id === undefined) return;
    facts.runnerId = id;
    if (byToken && written !== undefined && written !== owner) facts.wrongId = written;
    const found = await readRunnerFacts(gitlab, id);
    if (!byToken && facts.tokenWorks !== false && found !== "hidden") {
        // That runner's data says nothing about this worker, unless the token is its own.
        facts.runnerId = undefined;
        if (found === "gone" && facts.tokenWorks === true) facts.wrongId = id;
        else facts.unprovenId = id;
        if (found !== "gone") surveyed.found = found;
        return;
    }
    if (typeof found === "string") {
        facts.runner = found;
        return;
    }
    surveyed.found = found;
    facts.runner = { ...found.seen, foundByToken: byToken };
    if (facts.tokenWorks !== false) facts.demand = await readDemand(gitlab, found);
}

/** The current time, by the clocks of this host and GitLab, and by the newest contact that GitLab knows. */
function readTime({ facts, found }: SurveyedWorker, ours: number): void {
    const contacts = (found?.seen.managers ?? []).map(({ contactedAt }) => contactedAt ?? 0);
    const theirs = facts.clockSkew === undefined ? undefined : ours + facts.clockSkew;
    const reading = readClocks({ ours, theirs, newest: contacts.length === 0 ? undefined : Math.max(...contacts) });
    facts.now = roughly(reading);
    if (theirs !== undefined) facts.clockDoubt = reading.doubt;
}

async function tryAt(url: string, token: string, cacert: string | undefined): Promise<boolean | undefined> {
    const baseUrl = apiBaseOf(url)!;
    const gitlab = new GitLab({ baseUrl, insecure: false, headers: {}, retries: 2, earlyAuthCheck: false, cacert });
    try {
        const verdict = await tryTokenAnywhere(gitlab, token);
        return verdict === "unknown" ? undefined : verdict === "works";
    } finally {
        await gitlab.close();
    }
}

/** A user's token is only sent to the GitLab it was set for, never to another GitLab that a file names. */
export function sameGitLab(workerUrl: string, baseUrl: string): boolean {
    const base = apiBaseOf(workerUrl);
    return base !== undefined && toApiUrl(base) === toApiUrl(baseUrl);
}

/** gitlab-runner writes the year 1 for "never". */
function timeOf(value: unknown): number | undefined {
    const time = value instanceof Date ? value.getTime() : toTime(typeof value === "string" ? value : undefined);
    return time === undefined || time <= 0 ? undefined : time;
}
