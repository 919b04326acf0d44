import { durationToMilliseconds } from "../../core/durations";
import type { Props } from "../../core/props";
import type { GitLab } from "../client";
import { unlessHidden, unlessNotFound } from "../errors";
import { toTime } from "../runner-tokens";
import { needsAction, type Verdict } from "./verdicts";

/** How many runners one `up` may delete by default. */
const DEFAULT_LIMIT = 50;
const DEFAULT_QUIET_PERIOD = "1h";
/** Minimum number of runners whose jobs are requested at once. */
const SMALLEST_ROUND = 25;
/** Time since the last contact after which GitLab calls a runner stale, in milliseconds; it has run no job since. */
const STALE_AFTER = 7 * 24 * 3600_000;

/** One entry of `GET /runners/:id/jobs`. https://docs.gitlab.com/api/runners/#list-all-jobs-processed-by-a-runner */
interface RunnerJob {
    id: number;
    finished_at: string | null;
}

/**
 * The verdicts, sparing runners that ran a job recently. Stops asking once more runners are to be deleted than one `up`
 * may delete: the `up` is then refused as a whole, and asking about thousands would take a request each.
 */
export async function spareBusy(gitlab: GitLab, verdicts: readonly Verdict[], inputs: Props): Promise<Verdict[]> {
    const { quietPeriod } = inputs;
    const quiet = durationToMilliseconds(typeof quietPeriod === "string" ? quietPeriod : DEFAULT_QUIET_PERIOD)!;
    if (quiet === 0) return [...verdicts];
    const most = limitOf(inputs);
    const judged: Verdict[] = [];
    for (let sure = 0; judged.length < verdicts.length && sure <= most; sure = judged.filter(isDeleted).length) {
        // As many as could exceed the limit, but at least enough to make the round worth its wait.
        const size = Math.max(most - sure + 1, SMALLEST_ROUND);
        const round = verdicts.slice(judged.length, judged.length + size);
        judged.push(...(await Promise.all(round.map((verdict) => spareIfBusy(gitlab, verdict, quiet)))));
    }
    return [...judged, ...verdicts.slice(judged.length)];
}

async function spareIfBusy(gitlab: GitLab, verdict: Verdict, quiet: number): Promise<Verdict> {
    const why = needsAction(verdict) ? await whyBusy(gitlab, verdict, quiet) : undefined;
    return why === undefined ? verdict : { ...verdict, action: "report", spared: why };
}

/** How many runners would be deleted and how many may be, if there are too many; otherwise undefined. */
export function excessOf(verdicts: readonly Verdict[], inputs: Props): { count: number; most: number } | undefined {
    const most = limitOf(inputs);
    const count = verdicts.filter(isDeleted).length;
    return count > most ? { count, most } : undefined;
}

/** Carries out a verdict. Returns whether the runner still existed: if it is already gone, nothing is left to do. */
export async function carryOut(gitlab: GitLab, { action, runner }: Verdict): Promise<boolean> {
    const done: Promise<unknown> =
        action === "delete"
            ? gitlab.delete(`/runners/${runner.id}`)
            : gitlab.put<unknown>(`/runners/${runner.id}`, { paused: true });
    return (await done.then(() => true).catch(unlessNotFound)) ?? false;
}

function limitOf({ limit }: Props): number {
    return typeof limit === "number" ? limit : DEFAULT_LIMIT;
}

function isDeleted({ action }: Verdict): boolean {
    return action === "delete";
}

async function whyBusy(gitlab: GitLab, { runner }: Verdict, quiet: number): Promise<string | undefined> {
    const contactedAt = toTime(runner.contactedAt);
    if (contactedAt === undefined) return undefined;
    const clock = gitlab.clock();
    // Without a trusted clock, every time counts as recent, so that the runner is spared.
    const isWithin = (period: number, time: number) => clock.doubt !== undefined || clock.now - time < period;
    // A runner may make no contact while a job runs, but no job runs that long.
    if (!isWithin(Math.max(quiet, STALE_AFTER), contactedAt)) return undefined;
    const jobs = await lastJob(gitlab, runner.id);
    if (jobs === undefined) {
        return isWithin(quiet, contactedAt) ? "was heard from just now, and its jobs cannot be looked at" : undefined;
    }
    const [job] = jobs;
    if (job === undefined) return undefined;
    if (job.finished_at === null) return `runs job ${job.id}`;
    if (!isWithin(quiet, toTime(job.finished_at)!)) {
        // The last job is the one with the highest id. A job with a lower id may still run: a long one, or an old one
        // that was started by hand.
        const [running] = (await lastJob(gitlab, runner.id, "running")) ?? [];
        return running?.finished_at === null ? `runs job ${running.id}` : undefined;
    }
    const doubt = clock.doubt === undefined ? "" : ", and the clocks disagree on how long ago that is";
    return `ran job ${job.id} until ${job.finished_at}${doubt}`;
}

/** The runner's last job with a status, if any; `undefined` if its jobs are not visible. */
function lastJob(gitlab: GitLab, id: number, status?: string): Promise<RunnerJob[] | undefined> {
    const query = { status, order_by: "id", sort: "desc", per_page: 1 };
    return gitlab.get<RunnerJob[]>(`/runners/${id}/jobs`, query).catch(unlessHidden);
}
