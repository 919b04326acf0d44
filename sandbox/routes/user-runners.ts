/** Creating runners with authentication tokens. https://docs.gitlab.com/api/users/#create-a-runner-linked-to-a-user */
import { hasGroupRole, hasProjectRole } from "../access";
import { DAY, MINUTE } from "../clock";
import type { Api, Call } from "../http/api";
import { badRequest, forbidden, plainError, sentence } from "../http/errors";
import { isBlank, p } from "../http/params";
import { time } from "../present/common";
import { sentenceOf, settingsProblems } from "../runner-rules";
import type { Group, Project, RunnerType } from "../store/entities";
import { runnerTokenExpiry } from "../store/expiry";
import { addRunner } from "../store/factory";
import type { Store } from "../store/store";

/** Types of runners by GitLab's names. */
export const RUNNER_TYPES = ["instance_type", "group_type", "project_type"] as const;
export const ACCESS_LEVELS = ["not_protected", "ref_protected"] as const;

/** What decides which jobs a new runner takes. */
export const JOB_SETTINGS = {
    locked: p.boolean(),
    access_level: p.string().values(ACCESS_LEVELS),
    run_untagged: p.boolean(),
    tag_list: p.csv(),
    maximum_timeout: p.integer(),
};

const params = {
    runner_type: p.string().required().values(RUNNER_TYPES),
    group_id: p.integer(),
    project_id: p.integer(),
    description: p.string(),
    maintenance_note: p.string(),
    paused: p.boolean(),
    ...JOB_SETTINGS,
    token_expires_at: p.timestamp(),
    token_rotation_deadline: p.timestamp(),
};

type CreateCall = Call<typeof params>;

export function userRunnerRoutes(api: Api): void {
    api.post("/user/runners", { scopes: ["create_runner"], params }, (call) => {
        const { db, user } = call;
        const owner = ownerOf(call);
        const given = filled(call.params);
        const { description = null, maintenance_note = null, maximum_timeout = null } = given;
        const { tag_list = [], run_untagged = true } = given;
        const { paused = false, locked = false, access_level = "not_protected" } = given;
        const { token_expires_at = null, token_rotation_deadline = null } = db.version >= 18 ? given : {};
        const settings = {
            description,
            maintenanceNote: maintenance_note,
            runUntagged: run_untagged,
            tagList: [...new Set(tag_list)],
            maximumTimeout: maximum_timeout,
        };
        const problems = settingsProblems(settings).map(sentenceOf);
        if (problems.length > 0) throw badRequest(sentence(problems));
        const runner = addRunner(
            db,
            {
                ...settings,
                runnerType: given.runner_type as RunnerType,
                groupId: owner.groupId,
                creatorId: user.id,
                active: !paused,
                locked,
                accessLevel: access_level,
                tokenRotationDeadline: token_rotation_deadline,
            },
            owner.projectIds,
        );
        const problem = expiryProblem(
            db.now(),
            token_expires_at,
            token_rotation_deadline,
            runnerTokenExpiry(db, runner),
        );
        if (problem) {
            for (const link of db.runnerProjects.find("runner", runner.id)) db.runnerProjects.delete(link.id);
            db.runners.delete(runner.id);
            throw badRequest(problem);
        }
        const { tokenExpiresAt } =
            token_expires_at === null ? runner : db.runners.update(runner.id, { tokenExpiresAt: token_expires_at });
        return { id: runner.id, token: runner.token, token_expires_at: time(tokenExpiresAt) };
    });
}

/** The scope's existence is checked before the permission: an unknown id is 400, a forbidden one 403. */
function ownerOf(call: CreateCall): { groupId: number | null; projectIds: number[] } {
    switch (call.params.runner_type) {
        case "group_type":
            return { groupId: allowedGroup(call).id, projectIds: [] };
        case "project_type":
            return { groupId: null, projectIds: [allowedProject(call).id] };
        default:
            if (!call.admin) throw forbidden("Insufficient permissions");
            return { groupId: null, projectIds: [] };
    }
}

function allowedGroup({ db, identity, params }: CreateCall): Group {
    if (isBlank(params.group_id)) throw missingId("group_id");
    const group = db.groups.get(params.group_id!);
    if (!group) throw unknownScope(db, "group");
    if (!hasGroupRole(db, identity, group.id, "owner")) throw forbidden("Insufficient permissions");
    return group;
}

function allowedProject({ db, identity, params, admin }: CreateCall): Project {
    if (isBlank(params.project_id)) throw missingId("project_id");
    const project = db.projects.get(params.project_id!);
    if (!project) throw unknownScope(db, "project");
    const open = db.settings.validRunnerRegistrars.includes("project") && project.runnerRegistrationEnabled;
    const allowed = hasProjectRole(db, identity, project, "maintainer") && (open || admin);
    if (!allowed) throw forbidden("Insufficient permissions");
    return project;
}

function unknownScope({ version }: Store, what: string): Error {
    return badRequest(`Missing/invalid ${version === 17 ? "scope" : what}`);
}

function missingId(name: string): Error {
    return plainError(400, `${name} is missing`);
}

/** Blank values never reach GitLab's service; only a literal `false` survives. */
function filled<T extends Record<string, unknown>>(values: T): { [K in keyof T]: NonNullable<T[K]> | undefined } {
    const kept = Object.entries(values).filter(([, value]) => !isBlank(value));
    return Object.fromEntries(kept) as { [K in keyof T]: NonNullable<T[K]> | undefined };
}

/** What is wrong with an explicit expiry or rotation deadline; undefined if nothing is. */
function expiryProblem(
    now: number,
    expiresAt: number | null,
    deadline: number | null,
    configured: number | null,
): string | undefined {
    const latest = Math.min(now + 15 * DAY, configured ?? Number.POSITIVE_INFINITY);
    if (expiresAt !== null && expiresAt < now + 5 * MINUTE)
        return "token_expires_at must be at least 5 minutes in the future";
    if (expiresAt !== null && expiresAt > latest)
        return `token_expires_at is too far in the future (maximum is ${time(latest)})`;
    if (deadline === null) return undefined;
    if (expiresAt === null) return "token_expires_at is required when token_rotation_deadline is specified";
    if (deadline < now) return "token_rotation_deadline cannot be in the past";
    return deadline > expiresAt ? "token_rotation_deadline must be less than or equal to token_expires_at" : undefined;
}
