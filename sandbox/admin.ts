import type { FastifyInstance, FastifyRequest } from "fastify";
import { SECOND } from "./clock";
import type { FaultPlan } from "./faults";
import { isRecord, rawParams } from "./http/body";
import { plainError } from "./http/errors";
import { dropStuckJobs } from "./jobs/stuck";
import type { Actor, JournalFilter } from "./journal";
import type { Sandbox } from "./server";
import type { Job, Runner, Settings } from "./store/entities";
import type { NewJob } from "./store/jobs";
import type { Snapshot } from "./store/store";

const BASE = "/-/sandbox";

/**
 * The sandbox's own controls for other processes: journal, faults, clock, settings, state. GitLab has nothing like
 * them. They need no token, and do not appear in the journal.
 */
export function addAdminRoutes(app: FastifyInstance, sandbox: Sandbox): void {
    const { clock, db, faults, journal } = sandbox;
    const now = (): { now: string } => ({ now: new Date(clock.now()).toISOString() });

    app.get(BASE, async () => ({ url: sandbox.url, version: db.release, ...now() }));

    app.get(`${BASE}/journal`, async (req) => {
        const params = rawParams(req);
        const filter = journalFilter(params);
        return params.writes === "true" ? journal.writes(filter) : journal.entries(filter);
    });
    app.delete(`${BASE}/journal`, async (_req, reply) => {
        journal.clear();
        return reply.code(204).send();
    });

    app.get(`${BASE}/faults`, async () => faults.list());
    app.post(`${BASE}/faults`, async (req) => {
        if (!isRecord(req.body) || !isRecord(req.body.fault)) {
            throw plainError(
                400,
                'a fault plan needs `fault`, for example {"path": "/user/runners", "fault": {"kind": "drop"}}',
            );
        }
        return { id: faults.plan(req.body as unknown as FaultPlan) };
    });
    app.delete(`${BASE}/faults`, async (_req, reply) => {
        faults.clear();
        return reply.code(204).send();
    });

    app.get(`${BASE}/clock`, async () => now());
    app.put(`${BASE}/clock`, async (req) => {
        const body = bodyOf(req);
        if (typeof body.now === "string") clock.set(Date.parse(body.now));
        if (typeof body.advance === "number") clock.advance(body.advance * 1000);
        if (body.freeze === true) clock.freeze();
        return now();
    });

    app.get(`${BASE}/settings`, async () => db.settings);
    app.put(`${BASE}/settings`, async (req) => Object.assign(db.settings, bodyOf(req) as Partial<Settings>));
    app.put(`${BASE}/latency`, async (req) => {
        sandbox.setLatency(Number(bodyOf(req).ms));
        return bodyOf(req);
    });

    // Includes tokens: a demo uses them to write the config.toml of its story.
    app.get(`${BASE}/runners`, async () => db.runners.all().map(presentRunner));

    addJobRoutes(app, sandbox);

    // The file for a registry's `auth.token.jwks`.
    app.get(`${BASE}/jwks`, async () => sandbox.registryKey.jwks());

    app.get(`${BASE}/snapshot`, async () => db.snapshot());
    app.put(`${BASE}/snapshot`, async (req, reply) => {
        db.restore(req.body as Snapshot);
        return reply.code(204).send();
    });
    app.post(`${BASE}/reset`, async (_req, reply) => {
        sandbox.reset();
        return reply.code(204).send();
    });
}

/** Queues and watches jobs. `?wait=SECONDS` holds the answer until the job has ended. */
function addJobRoutes(app: FastifyInstance, { db }: Sandbox): void {
    const present = (job: Job): Record<string, unknown> => ({
        ...job,
        project: db.projects.must(job.projectId).fullPath,
        trace: db.traces.get(job.id)?.toString() ?? "",
    });
    const find = (req: FastifyRequest): Job => {
        const job = db.jobs.get(Number((req.params as { id: string }).id));
        if (!job) throw plainError(404, "no such job");
        dropStuckJobs(db);
        return job;
    };
    app.get(`${BASE}/jobs`, async () => db.jobs.all().map(present));
    app.post(`${BASE}/jobs`, async (req) => {
        try {
            return present(db.jobs.enqueue(bodyOf(req) as unknown as NewJob));
        } catch (error) {
            throw plainError(400, (error as Error).message);
        }
    });
    app.get(`${BASE}/jobs/:id`, async (req) => {
        const job = find(req);
        db.jobs.watch(job.id);
        const seconds = Number(rawParams(req).wait ?? 0);
        return present(seconds > 0 ? await db.jobs.ended(job.id, seconds * SECOND) : job);
    });
    app.post(`${BASE}/jobs/:id/cancel`, async (req) => present(db.jobs.cancel(find(req).id)));
}

function presentRunner(runner: Runner): Record<string, unknown> {
    return {
        id: runner.id,
        description: runner.description,
        runner_type: runner.runnerType,
        token: runner.token,
        dead_token: runner.deadToken,
    };
}

function bodyOf(req: FastifyRequest): Record<string, unknown> {
    if (!isRecord(req.body)) throw plainError(400, "a JSON object is expected");
    return req.body;
}

function journalFilter(params: Record<string, unknown>): JournalFilter {
    return {
        ...(typeof params.method === "string" ? { method: params.method } : {}),
        ...(typeof params.path === "string" ? { path: params.path } : {}),
        ...(typeof params.actor === "string" ? { actor: params.actor as Actor } : {}),
    };
}
