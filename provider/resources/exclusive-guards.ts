import { parseDuration } from "../diagnosis/duration";
import type { GitLab } from "../gitlab/client";
import { GitLabError, isNotFound } from "../gitlab/errors";
import { toTime } from "../gitlab/runner-tokens";
import type { Props } from "../values";
import { needsAction, type Verdict } from "./runner-verdicts";

/** How many runners one `up` may delete unless told otherwise. */
const DEFAULT_LIMIT = 50;
const DEFAULT_QUIET_PERIOD = "1h";
/** GitLab calls a runner stale that long after its last contact; it ran no job since. */
const STALE_AFTER = 7 * 24 * 3600_000;

/** One entry of `GET /runners/:id/jobs`. https://docs.gitlab.com/api/runners/#list-all-jobs-processed-by-a-runner */
interface RunnerJob {
    id: number;
    started_at: string | null;
    finished_at: string | null;
}

/** The verdicts, with those spared whose runner ran a job just now. */
export function spareBusy(gitlab: GitLab, verdicts: Verdict[], { quietPeriod }: Props): Promise<Verdict[]> {
    const quiet = parseDuration(typeof quietPeriod === "string" ? quietPeriod : DEFAULT_QUIET_PERIOD)!;
    if (quiet === 0) return Promise.resolve(verdicts);
    return Promise.all(
        verdicts.map(async (verdict) => {
            if (!needsAction(verdict)) return verdict;
            const why = await whyBusy(gitlab, verdict, quiet);
            return why === undefined ? verdict : { ...verdict, action: "report" as const, spared: why };
        }),
    );
}

/** Refuses to delete more runners at once than agreed. */
export function checkLimit(name: string, verdicts: readonly Verdict[], { limit }: Props): void {
    const most = typeof limit === "number" ? limit : DEFAULT_LIMIT;
    const count = verdicts.filter((verdict) => needsAction(verdict) && verdict.action === "delete").length;
    if (count > most) {
        throw new Error(
            `ExclusiveRunners "${name}": would delete ${count} runners, more than limit allows (${most}). ` +
                `Nothing was deleted. Look through the list, then set limit: ${count}, or narrow claim down.`,
        );
    }
}

async function whyBusy(gitlab: GitLab, { runner }: Verdict, quiet: number): Promise<string | undefined> {
    const contactedAt = toTime(runner.contactedAt);
    // While a job runs there may be no contact of the runner's, but no job runs that long.
    if (contactedAt === undefined || gitlab.now() - contactedAt > Math.max(quiet, STALE_AFTER)) return undefined;
    const [job] = await lastJob(gitlab, runner.id, gitlab.now() - contactedAt < quiet);
    if (job === undefined) return undefined;
    if (job.finished_at === null) return `runs job ${job.id}`;
    const finishedAt = toTime(job.finished_at)!;
    return gitlab.now() - finishedAt < quiet ? `ran job ${job.id} until ${job.finished_at}` : undefined;
}

/** The runner's last job, if any. Whose jobs may not be looked at counts as busy while it was heard from just now. */
async function lastJob(gitlab: GitLab, id: number, heardJustNow: boolean): Promise<RunnerJob[]> {
    try {
        return await gitlab.get<RunnerJob[]>(`/runners/${id}/jobs`, { order_by: "id", sort: "desc", per_page: 1 });
    } catch (error) {
        if (isNotFound(error)) return [];
        if (!(error instanceof GitLabError) || error.status !== 403) throw error;
        return heardJustNow ? [{ id: 0, started_at: null, finished_at: null }] : [];
    }
}
