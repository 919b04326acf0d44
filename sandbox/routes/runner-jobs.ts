/** Jobs that a runner worked on. https://docs.gitlab.com/api/runners/#list-all-jobs-processed-by-a-runner */
import { canReadRunner, projectLevel } from "../access";
import type { Api, Call } from "../http/api";
import { forbidden, plainError, runnerNotFound } from "../http/errors";
import { readPage } from "../http/paging";
import { p } from "../http/params";
import { presentRunnerJob } from "../present/jobs";
import type { Job } from "../store/entities";
import { ROLES } from "../store/factory";

const STATUSES = [
    "created",
    "waiting_for_resource",
    "preparing",
    "waiting_for_callback",
    "pending",
    "running",
    "success",
    "failed",
    "canceling",
    "canceled",
    "skipped",
    "manual",
    "scheduled",
] as const;

const params = {
    id: p.integer().required(),
    system_id: p.string(),
    status: p.string().values(STATUSES),
    order_by: p.string().values(["id"]),
    sort: p.string().values(["asc", "desc"]).default("desc"),
    cursor: p.string(),
    pagination: p.string().values(["legacy", "keyset"]),
};

export function runnerJobRoutes(api: Api): void {
    api.get("/runners/:id/jobs", { scopes: ["manage_runner"], params }, (call) => {
        const { db, params } = call;
        const runner = db.runners.get(params.id);
        if (!runner) throw runnerNotFound(db.version);
        if (runner.runnerType === "instance_type" ? !call.admin : !canReadRunner(db, call.identity, runner)) {
            throw forbidden("No access granted");
        }
        const jobs = db.jobs.find("runner", runner.id).filter((job) => {
            if (params.status && job.status !== params.status) return false;
            if (params.system_id && systemIdOf(call, job) !== params.system_id) return false;
            return call.admin || projectLevel(db, call.user, db.projects.must(job.projectId)) >= ROLES.reporter;
        });
        if (params.sort === "desc") jobs.reverse();
        return params.pagination === "keyset"
            ? keyset(call, jobs)
            : call.page(jobs, (job) => presentRunnerJob(call, job));
    });
}

/** The only list with keyset pagination alone: the `next` link with its opaque cursor leads to the next page. */
function keyset(call: Call<typeof params>, jobs: Job[]): unknown[] {
    const { params, db } = call;
    const { perPage } = readPage(call.raw);
    const start = params.cursor ? jobs.findIndex((job) => job.id === cursorId(params.cursor!)) + 1 : 0;
    const shown = jobs.slice(start, start + perPage);
    const last = shown.at(-1);
    if (last && start + perPage < jobs.length) {
        const url = new URL(call.req.url, db.settings.externalUrl);
        url.searchParams.delete("private_token");
        url.searchParams.set("cursor", Buffer.from(JSON.stringify({ id: String(last.id) })).toString("base64url"));
        call.headers.link = `<${url.href}>; rel="next"`;
    }
    return shown.map((job) => presentRunnerJob(call, job));
}

function cursorId(cursor: string): number {
    try {
        return Number((JSON.parse(Buffer.from(cursor, "base64url").toString()) as { id: string }).id);
    } catch {
        throw plainError(400, "cursor is invalid");
    }
}

function systemIdOf(call: Call, job: Job): string | undefined {
    return job.managerId === null ? undefined : call.db.managers.get(job.managerId)?.systemId;
}
