import { canReadProject, canReadRunner, canUpdateRunner, runnerProjects } from "../access";
import { HOUR } from "../clock";
import { time } from "../present/common";
import { executionStatus, managerExecutionStatus } from "../present/runners";
import type { Runner, RunnerManager } from "../store/entities";
import { type ContactStatus, contactStatus, dropStaleManagers, matchesStatus } from "../store/status";
import type { Store } from "../store/store";
import { shortSha } from "../store/token-text";
import { type ConnectionArgs, connection } from "./connection";
import { type Context, gid, idOf, type Resolvers } from "./context";

/** Largest number of jobs that GitLab counts. */
const JOB_COUNT_LIMIT = 1000;

/** Arguments of every list of runners. */
export interface RunnersArgs extends ConnectionArgs {
    paused?: boolean | null;
    status?: string | null;
    type?: string | null;
    tagList?: string[] | null;
    search?: string | null;
    sort?: string | null;
    upgradeStatus?: string | null;
    creatorId?: string | null;
    creatorUsername?: string | null;
    versionPrefix?: string | null;
    ownerFullPath?: string | null;
    ownerWildcard?: string | null;
}

/** Filters, sorts and pages runners; newest first by default. */
export function runnerConnection(db: Store, runners: readonly Runner[], args: RunnersArgs) {
    const kept = filtersOf(db, args).reduce((rest, filter) => rest.filter(filter), [...runners]);
    return connection(sortRunners(kept, args.sort ?? "CREATED_DESC"), args);
}

/** Only the requested filters: lists have ten thousand rows. */
function filtersOf(db: Store, args: RunnersArgs): ((runner: Runner) => boolean)[] {
    const filters: ((runner: Runner) => boolean)[] = [];
    const { paused, status, type, tagList, search, creatorUsername, versionPrefix } = args;
    if (typeof paused === "boolean") filters.push((runner) => runner.active === !paused);
    if (status) filters.push((runner) => matchesStatus(db, runner, status.toLowerCase()));
    if (type) filters.push((runner) => runner.runnerType === type.toLowerCase());
    if (tagList?.length) filters.push((runner) => tagList.every((tag) => runner.tagList.includes(tag)));
    if (search) filters.push((runner) => matchesSearch(runner, search));
    if (creatorUsername) {
        const creator = db.users.first("username", creatorUsername.toLowerCase());
        filters.push((runner) => creator !== undefined && runner.creatorId === creator.id);
    }
    if (args.creatorId) {
        const id = idOf("User", args.creatorId);
        filters.push((runner) => runner.creatorId === id);
    }
    if (versionPrefix) {
        filters.push((runner) =>
            db.managers.find("runner", runner.id).some((manager) => manager.version?.startsWith(versionPrefix)),
        );
    }
    if (args.ownerWildcard === "ADMINISTRATORS") filters.push((runner) => runner.runnerType === "instance_type");
    if (args.ownerFullPath) filters.push(ownedBy(db, args.ownerFullPath.toLowerCase()));
    // Differs from GitLab: upgradable versions are not known here, so nothing matches.
    if (args.upgradeStatus) filters.push(() => false);
    return filters;
}

function ownedBy(db: Store, path: string): (runner: Runner) => boolean {
    const group = db.groups.first("path", path);
    const project = db.projects.first("path", path);
    return (runner) =>
        (group !== undefined && runner.groupId === group.id) ||
        (project !== undefined && runnerProjects(db, runner)[0]?.id === project.id);
}

/** A complete token finds its runner; any other text is searched in descriptions. */
function matchesSearch(runner: Runner, search: string): boolean {
    return runner.token === search || (runner.description ?? "").toLowerCase().includes(search.toLowerCase());
}

const SORT_KEYS: Record<string, (runner: Runner) => number> = {
    CREATED: (runner) => runner.createdAt,
    CONTACTED: (runner) => runner.contactedAt ?? 0,
    TOKEN_EXPIRES_AT: (runner) => runner.tokenExpiresAt ?? Number.MAX_SAFE_INTEGER,
};

function sortRunners(runners: Runner[], sort: string): Runner[] {
    const at = sort.lastIndexOf("_");
    const key = SORT_KEYS[sort.slice(0, at)]!;
    const order = (a: Runner, b: Runner): number => key(a) - key(b) || a.id - b.id;
    // Most lists are already in order of creation: checking is cheaper than sorting ten thousand rows.
    for (let n = 1; n < runners.length; n++) {
        if (order(runners[n - 1]!, runners[n]!) > 0) {
            runners.sort(order);
            break;
        }
    }
    return sort.endsWith("_ASC") ? runners : runners.reverse();
}

const status = (value: ContactStatus): string => value.toUpperCase();

export const runnerResolvers: Resolvers = {
    CiRunner: {
        id: (runner: Runner) => gid("Ci::Runner", runner.id),
        runnerType: (runner: Runner) => runner.runnerType.toUpperCase(),
        status: (runner: Runner, _, { world }) => status(contactStatus(world.db, runner)),
        paused: (runner: Runner) => !runner.active,
        accessLevel: (runner: Runner) => runner.accessLevel.toUpperCase(),
        maintenanceNote: (runner: Runner, _, { world, identity }) =>
            canUpdateRunner(world.db, identity, runner) ? runner.maintenanceNote : null,
        contactedAt: (runner: Runner) => time(runner.contactedAt),
        createdAt: (runner: Runner) => time(runner.createdAt),
        createdBy: (runner: Runner, _, { world }) =>
            runner.creatorId === null ? null : (world.db.users.get(runner.creatorId) ?? null),
        creationMethod: (runner: Runner) => runner.creationMethod.toUpperCase(),
        creationState: (runner: Runner) => runner.creationState.toUpperCase(),
        tokenExpiresAt: (runner: Runner) => time(runner.tokenExpiresAt),
        shortSha: (runner: Runner) => shortSha(runner.token),
        managers: (runner: Runner, args: ConnectionArgs & { systemId?: string; status?: string }, { world }) => {
            dropStaleManagers(world.db, runner.id);
            const managers = world.db.managers.find("runner", runner.id).filter((manager) => {
                if (args.systemId && manager.systemId !== args.systemId) return false;
                return !args.status || status(contactStatus(world.db, manager)) === args.status;
            });
            return connection(managers.reverse(), args);
        },
        ownerProject: (runner: Runner, _, { world, identity }) => {
            const [owner] = runnerProjects(world.db, runner);
            return owner && canReadProject(world.db, identity, owner) ? owner : null;
        },
        projects: (runner: Runner, args: ConnectionArgs, { world, identity }) => {
            if (runner.runnerType !== "project_type") return null;
            const projects = runnerProjects(world.db, runner);
            return connection(
                projects.filter((project) => canReadProject(world.db, identity, project)),
                args,
            );
        },
        projectCount: (runner: Runner, _, { world }) =>
            runner.runnerType === "project_type" ? world.db.runnerProjects.count("runner", runner.id) : null,
        groups: (runner: Runner, args: ConnectionArgs, { world }) =>
            runner.groupId === null ? null : connection([world.db.groups.must(runner.groupId)], args),
        jobCount: (runner: Runner, _, { world }) =>
            Math.min(world.db.jobs.count("runner", runner.id), JOB_COUNT_LIMIT + 1),
        jobExecutionStatus: (runner: Runner, _, { world }) => executionStatus(world.db, runner).toUpperCase(),
        ephemeralAuthenticationToken: (runner: Runner, _, context) =>
            ephemeral(runner, context) ? runner.token : null,
        ephemeralRegisterUrl: (runner: Runner, _, context) =>
            ephemeral(runner, context) ? registerUrl(runner, context.world.db) : null,
        userPermissions: (runner: Runner, _, { world, identity }) => {
            const update = canUpdateRunner(world.db, identity, runner);
            const read = canReadRunner(world.db, identity, runner);
            return { assignRunner: update, deleteRunner: update, readRunner: read, updateRunner: update };
        },
    },
    CiRunnerManager: {
        id: (manager: RunnerManager) => gid("Ci::RunnerManager", manager.id),
        platformName: (manager: RunnerManager) => manager.platform,
        architectureName: (manager: RunnerManager) => manager.architecture,
        executorName: (manager: RunnerManager) => manager.executor,
        contactedAt: (manager: RunnerManager) => time(manager.contactedAt),
        createdAt: (manager: RunnerManager) => time(manager.createdAt),
        status: (manager: RunnerManager, _, { world }) => status(contactStatus(world.db, manager)),
        jobExecutionStatus: (manager: RunnerManager, _, { world }) =>
            managerExecutionStatus(world.db, manager).toUpperCase(),
        runner: (manager: RunnerManager, _, { world }) => world.db.runners.must(manager.runnerId),
    },
    Query: {
        runner: (_, { id }: { id: string }, { world, identity }) => {
            const runner = world.db.runners.get(idOf("Ci::Runner", id));
            return runner && canReadRunner(world.db, identity, runner) ? runner : null;
        },
    },
};

/** The creator may see the token again for an hour, until a manager has asked for a job. */
function ephemeral(runner: Runner, { world, identity }: Context): boolean {
    if (!identity.user || runner.creatorId !== identity.user.id) return false;
    const young = world.db.now() - runner.createdAt < HOUR;
    return young && runner.creationState === "started" && runner.creationMethod === "authenticated_user";
}

function registerUrl(runner: Runner, db: Store): string {
    const base = db.settings.externalUrl;
    if (runner.groupId !== null) {
        return `${base}/groups/${db.groups.must(runner.groupId).fullPath}/-/runners/${runner.id}/register`;
    }
    const [project] = runnerProjects(db, runner);
    return project
        ? `${base}/${project.fullPath}/-/runners/${runner.id}/register`
        : `${base}/admin/runners/${runner.id}/register`;
}
