/** Registration calls by runners themselves. https://docs.gitlab.com/api/runners/ */
import type { Api, Call } from "../http/api";
import { isRecord } from "../http/body";
import { badRequest, forbidden, messageError, notFound, plainError, validationError } from "../http/errors";
import { p } from "../http/params";
import { time } from "../present/common";
import { byAttribute, settingsProblems } from "../runner-rules";
import { deleteRunner } from "../store/cascade";
import type { Runner, RunnerManager } from "../store/entities";
import { addManager, addRunner } from "../store/factory";
import type { Store } from "../store/store";
import { resetRunnerToken } from "./runners";
import { JOB_SETTINGS } from "./user-runners";

const token = p.string().required();
const LEGACY_SYSTEM_ID = "<legacy>";

const registration = {
    token,
    description: p.string(),
    maintainer_note: p.string(),
    maintenance_note: p.string(),
    info: p.hash(),
    active: p.boolean(),
    paused: p.boolean(),
    ...JOB_SETTINGS,
};
const registrationRules = [{ exclusive: ["maintainer_note", "maintenance_note"] }, { exclusive: ["active", "paused"] }];

export function runnerAgentRoutes(api: Api): void {
    api.post("/runners", { auth: "none", params: registration, rules: registrationRules }, register);

    const system_id = p.string();
    api.post("/runners/verify", { auth: "none", status: 200, params: { token, system_id } }, (call) => {
        const runner = authenticatedRunner(call);
        const systemId = call.params.system_id ?? "";
        if (systemId.length > 64) throw badRequest("System xid is too long (maximum is 64 characters)");
        // Up to 17, a runner with an authentication token counts as contacted only once it asks for jobs.
        contact(call, runner, call.version > 17 || runner.creationMethod === "registration_token");
        return { id: runner.id, token: runner.token, token_expires_at: time(runner.tokenExpiresAt) };
    });

    api.post("/runners/reset_authentication_token", { auth: "none", params: { token } }, (call) => {
        return resetRunnerToken(call.db, authenticatedRunner(call));
    });

    api.delete("/runners", { auth: "none", params: { token } }, (call) => {
        deleteRunner(call.db, authenticatedRunner(call).id);
    });

    const managerParams = { token, system_id: p.string().required() };
    api.delete("/runners/managers", { auth: "none", params: managerParams }, (call) => {
        const runner = authenticatedRunner(call);
        // In later versions, this does not count as contact.
        if (isEarly(call.db)) heard(call.db, runner);
        const manager = call.db.managers.first("pair", `${runner.id}:${call.params.system_id}`);
        if (!manager) throw notFound("Runner manager not found");
        call.db.managers.delete(manager.id);
    });

    api.get("/runners/router/discovery", { auth: "none" }, (call) => {
        if (call.version < 19) throw plainError(404, "404 Not Found");
        // Creates neither a contact nor a manager: only the token is checked.
        runnerOfToken(call, String(call.req.headers["runner-token"] ?? ""));
        throw messageError(501, "Job Router is not available. Please contact your administrator.");
    });
}

/** The runner of the token in the request. Unknown and expired tokens get the same answer. */
export function authenticatedRunner(call: Call): Runner {
    return runnerOfToken(call, String(call.raw.token));
}

function runnerOfToken(call: Call, text: string): Runner {
    const { db } = call;
    const runner = text === "" ? undefined : db.runners.first("token", text);
    const expired = runner?.tokenExpiresAt != null && runner.tokenExpiresAt <= db.now();
    if (!runner || expired) throw forbidden();
    call.req.machine = { actor: "runner", name: `runner ${runner.id}` };
    return runner;
}

/** Up to 18.1, any contact ended a runner's creation; in later versions, only a request for a job does. */
function isEarly({ release }: Store): boolean {
    return release === 17 || release === "18.0";
}

function heard(db: Store, runner: Runner): void {
    db.runners.update(runner.id, {
        contactedAt: db.now(),
        ...(isEarly(db) ? { creationState: "finished" as const } : {}),
    });
}

/** Records which manager of a runner called and, unless `counts` is false, that both were in contact. */
export function contact(call: Call, runner: Runner, counts = true): RunnerManager {
    const { db, raw } = call;
    if (counts) heard(db, runner);
    const systemId = typeof raw.system_id === "string" && raw.system_id !== "" ? raw.system_id : LEGACY_SYSTEM_ID;
    const known = db.managers.first("pair", `${runner.id}:${systemId}`);
    const manager = known ?? addManager(db, { runnerId: runner.id, systemId });
    const info = isRecord(raw.info) ? raw.info : {};
    const text = (key: string, before: string | null): string | null =>
        typeof info[key] === "string" ? info[key] : before;
    return db.managers.update(manager.id, {
        version: text("version", manager.version),
        revision: text("revision", manager.revision),
        platform: text("platform", manager.platform),
        architecture: text("architecture", manager.architecture),
        executor: text("executor", manager.executor),
        ipAddress: call.req.ip,
        contactedAt: counts ? db.now() : manager.contactedAt,
        creationState: counts && isEarly(db) ? "finished" : manager.creationState,
    });
}

/** The flow of registration tokens: closed since GitLab 17 unless the instance reopens it. */
function register(call: Call<typeof registration>): Record<string, unknown> {
    const { db, params } = call;
    const gone = messageError(410, "410 Gone - runner registration disallowed");
    if (!db.settings.allowRunnerRegistrationToken) throw gone;
    const scope = registrationScope(call);
    if (scope === undefined) throw forbidden("invalid token supplied");
    if (scope === "closed") throw gone;
    const paused = params.paused ?? (params.active === null || params.active === undefined ? false : !params.active);
    const settings = {
        description: params.description ?? null,
        maintenanceNote: params.maintenance_note ?? params.maintainer_note ?? null,
        runUntagged: params.run_untagged ?? true,
        tagList: [...new Set((params.tag_list ?? []).filter((tag) => tag !== ""))],
        maximumTimeout: params.maximum_timeout ?? null,
    };
    const problems = settingsProblems(settings);
    if (problems.length > 0) throw validationError(byAttribute(problems));
    const name = params.info?.name;
    const runner = addRunner(
        db,
        {
            ...settings,
            runnerType: scope.type,
            groupId: scope.groupId,
            creationMethod: "registration_token",
            creationState: "finished",
            name: typeof name === "string" ? name : null,
            active: !paused,
            locked: params.locked ?? false,
            accessLevel: params.access_level ?? "not_protected",
        },
        scope.projectIds,
    );
    return { id: runner.id, token: runner.token, token_expires_at: time(runner.tokenExpiresAt) };
}

type RegistrationScope = Pick<Runner, "groupId"> & { type: Runner["runnerType"]; projectIds: number[] };

function registrationScope(call: Call<typeof registration>): RegistrationScope | "closed" | undefined {
    const { db, params } = call;
    const { settings } = db;
    if (params.token === "") return undefined;
    if (params.token === settings.runnersRegistrationToken) {
        return { type: "instance_type", groupId: null, projectIds: [] };
    }
    const project = db.projects.first("registration", params.token);
    if (project) {
        const open = settings.validRunnerRegistrars.includes("project") && project.runnerRegistrationEnabled;
        return open ? { type: "project_type", groupId: null, projectIds: [project.id] } : "closed";
    }
    const group = db.groups.first("registration", params.token);
    if (!group) return undefined;
    const open = settings.validRunnerRegistrars.includes("group") && group.runnerRegistrationEnabled;
    return open ? { type: "group_type", groupId: group.id, projectIds: [] } : "closed";
}
