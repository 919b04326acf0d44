import { canReadProject, canUpdateRunner, runnerProjects } from "../access";
import type { Call } from "../http/api";
import { isAdmin } from "../http/api";
import type { Runner, RunnerManager } from "../store/entities";
import { contactStatus, isOnline, restStatus } from "../store/status";
import type { Store } from "../store/store";
import { presentGroupBasic, presentUserBasic, time } from "./common";
import { presentProjectBasic } from "./projects";

/** GitLab: entity `Runner`, the item of lists. Has no tags and no settings. */
export function presentRunner(call: Call, runner: Runner): Record<string, unknown> {
    const { db } = call;
    const creator = runner.creatorId === null ? undefined : db.users.get(runner.creatorId);
    return {
        id: runner.id,
        description: runner.description,
        ip_address: null,
        active: runner.active,
        paused: !runner.active,
        is_shared: runner.runnerType === "instance_type",
        runner_type: runner.runnerType,
        name: runner.name,
        online: isOnline(db, runner),
        ...(db.version >= 18
            ? {
                  ...(creator ? { created_by: presentUserBasic(db, creator) } : {}),
                  created_at: time(runner.createdAt),
                  job_execution_status: executionStatus(db, runner),
              }
            : {}),
        status: restStatus(db, runner),
    };
}

/** GitLab: entity `RunnerDetails`. Never has the token. */
export function presentRunnerDetails(call: Call, runner: Runner, withProjects: boolean): Record<string, unknown> {
    const { db, identity } = call;
    const manager = latestManager(db, runner);
    const seesAll = isAdmin(db, identity);
    return {
        ...presentRunner(call, runner),
        tag_list: runner.tagList,
        run_untagged: runner.runUntagged,
        locked: runner.locked,
        maximum_timeout: runner.maximumTimeout,
        access_level: runner.accessLevel,
        version: manager?.version ?? null,
        revision: manager?.revision ?? null,
        platform: manager?.platform ?? null,
        architecture: manager?.architecture ?? null,
        contacted_at: time(runner.contactedAt),
        maintenance_note: canUpdateRunner(db, identity, runner) ? runner.maintenanceNote : null,
        ...(withProjects
            ? {
                  projects: runnerProjects(db, runner)
                      .filter((project) => seesAll || canReadProject(db, identity, project))
                      .map((project) => presentProjectBasic(db, project)),
              }
            : {}),
        groups: runner.groupId === null ? [] : [presentGroupBasic(db, db.groups.must(runner.groupId))],
    };
}

/** GitLab: entity `RunnerManager`. */
export function presentManager(db: Store, manager: RunnerManager): Record<string, unknown> {
    return {
        id: manager.id,
        system_id: manager.systemId,
        version: manager.version,
        revision: manager.revision,
        platform: manager.platform,
        architecture: manager.architecture,
        created_at: time(manager.createdAt),
        contacted_at: time(manager.contactedAt),
        ip_address: manager.ipAddress,
        status: contactStatus(db, manager),
        ...(db.version >= 18 ? { job_execution_status: managerExecutionStatus(db, manager) } : {}),
    };
}

/** The manager with the latest contact. */
export function latestManager(db: Store, runner: Runner): RunnerManager | undefined {
    const managers = db.managers.find("runner", runner.id);
    return managers.reduce<RunnerManager | undefined>(
        (latest, manager) => ((manager.contactedAt ?? 0) > (latest?.contactedAt ?? 0) ? manager : latest),
        managers[0],
    );
}

/** `active` while a runner works on a job. */
export function executionStatus(db: Store, runner: Runner): "active" | "idle" {
    return db.jobs.find("runner", runner.id).some(isWorking) ? "active" : "idle";
}

/** `active` while a manager works on a job. */
export function managerExecutionStatus(db: Store, manager: RunnerManager): "active" | "idle" {
    const jobs = db.jobs.find("runner", manager.runnerId);
    return jobs.some((job) => job.managerId === manager.id && isWorking(job)) ? "active" : "idle";
}

function isWorking(job: { status: string }): boolean {
    return job.status === "running" || job.status === "canceling";
}
