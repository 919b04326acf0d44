/** Single runners: read, change, delete, reset. https://docs.gitlab.com/api/runners/ */
import { canReadRunner, canUpdateRunner } from "../access";
import type { Api, Call } from "../http/api";
import { badRequest, forbidden, messageError, plainError, runnerNotFound, validationError } from "../http/errors";
import { p } from "../http/params";
import { time } from "../present/common";
import { presentManager, presentRunnerDetails } from "../present/runners";
import { byAttribute, settingsProblems } from "../runner-rules";
import { deleteRunner } from "../store/cascade";
import type { Runner } from "../store/entities";
import { runnerTokenExpiry } from "../store/expiry";
import { newRunnerToken } from "../store/factory";
import { dropStaleManagers } from "../store/status";
import type { Store } from "../store/store";
import { ACCESS_LEVELS } from "./user-runners";

const MANAGE = ["manage_runner"];
const changes = {
    description: p.string(),
    active: p.boolean(),
    paused: p.boolean(),
    tag_list: p.csv(),
    run_untagged: p.boolean(),
    locked: p.boolean(),
    access_level: p.string().values(ACCESS_LEVELS),
    maximum_timeout: p.integer(),
    maintenance_note: p.string(),
};
const id = p.integer().required();

export function runnerRoutes(api: Api): void {
    const withProjects = { id, include_projects: p.boolean().default(true) };
    api.get("/runners/:id", { scopes: MANAGE, params: withProjects }, (call) => {
        return presentRunnerDetails(call, readable(call), call.version === 17 || call.params.include_projects);
    });

    api.get("/runners/:id/managers", { scopes: MANAGE, params: { id } }, (call) => {
        const runner = readable(call);
        dropStaleManagers(call.db, runner.id);
        return call.db.managers.find("runner", runner.id).map((manager) => presentManager(call.db, manager));
    });

    const rules = [{ atLeastOneOf: Object.keys(changes) }, { exclusive: ["active", "paused"] }];

    api.put("/runners/:id", { scopes: MANAGE, params: { id, ...changes }, rules }, (call) => {
        const runner = changeable(call);
        const update = changesOf(call);
        const problems = settingsProblems({ ...runner, ...update });
        if (problems.length > 0) throw validationError(byAttribute(problems));
        const after = call.db.runners.update(runner.id, { ...update, updatedAt: call.db.now() });
        call.db.queue.tick(runner.id);
        return presentRunnerDetails(call, after, call.version < 19);
    });

    api.delete("/runners/:id", { scopes: MANAGE, params: { id } }, (call) => {
        const { db } = call;
        const runner = find(call);
        if (!call.admin && db.runnerProjects.count("runner", runner.id) > 1) {
            throw forbidden("Runner associated with more than one project");
        }
        if (!canUpdateRunner(db, call.identity, runner)) throw forbidden("No access granted");
        checkUnmodified(call, runner.updatedAt);
        deleteRunner(db, runner.id);
    });

    api.post("/runners/:id/reset_authentication_token", { scopes: MANAGE, params: { id } }, (call) => {
        return resetRunnerToken(call.db, changeable(call));
    });
}

/** Issues a new token; the old one dies at once. Returns GitLab's `ResetTokenResult`. */
export function resetRunnerToken(db: Store, runner: Runner): Record<string, unknown> {
    if (runner.tokenRotationDeadline !== null && runner.tokenRotationDeadline < db.now()) {
        throw plainError(403, "Token rotation deadline has passed");
    }
    const { token, tokenExpiresAt } = db.runners.update(runner.id, {
        deadToken: runner.token,
        token: newRunnerToken(db, runner),
        tokenExpiresAt: runnerTokenExpiry(db, runner),
        tokenRotationDeadline: null,
        updatedAt: db.now(),
    });
    return { token, token_expires_at: time(tokenExpiresAt) };
}

/** Refuses a delete if the row is newer than the caller's `If-Unmodified-Since`. */
export function checkUnmodified(call: Call, updatedAt: number): void {
    const header = call.req.headers["if-unmodified-since"];
    if (header === undefined) return;
    const since = Date.parse(header);
    if (Number.isNaN(since)) throw badRequest("If-Unmodified-Since is not a valid date");
    // HTTP dates have no fractions of a second.
    if (Math.floor(updatedAt / 1000) > since / 1000) throw messageError(412, "412 Precondition Failed");
}

function find(call: Call): Runner {
    const runner = call.db.runners.get(Number(call.path("id")));
    if (!runner) throw runnerNotFound(call.version);
    return runner;
}

function readable(call: Call): Runner {
    const runner = find(call);
    if (!canReadRunner(call.db, call.identity, runner)) throw forbidden("No access granted");
    return runner;
}

function changeable(call: Call): Runner {
    const runner = find(call);
    if (!canUpdateRunner(call.db, call.identity, runner)) throw forbidden("No access granted");
    return runner;
}

/** Only what the caller sent. An empty text or list is a value here, unlike at creation. */
function changesOf(call: Call<typeof changes & { id: typeof id }>): Partial<Runner> {
    const { params } = call;
    const update: Partial<Runner> = {};
    if (call.has("description")) update.description = params.description ?? null;
    if (call.has("maintenance_note")) update.maintenanceNote = params.maintenance_note ?? null;
    if (call.has("maximum_timeout")) update.maximumTimeout = params.maximum_timeout ?? null;
    if (call.has("tag_list")) update.tagList = [...new Set((params.tag_list ?? []).filter((tag) => tag !== ""))];
    if (typeof params.active === "boolean") update.active = params.active;
    if (typeof params.paused === "boolean") update.active = !params.paused;
    if (typeof params.run_untagged === "boolean") update.runUntagged = params.run_untagged;
    if (typeof params.locked === "boolean") update.locked = params.locked;
    if (params.access_level) update.accessLevel = params.access_level;
    return update;
}
