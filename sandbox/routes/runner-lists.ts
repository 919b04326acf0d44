/** Lists of runners. https://docs.gitlab.com/api/runners/ */
import { groupFor, groupLevel, projectFor, projectLevel, runnerProjects } from "../access";
import type { Api, Call } from "../http/api";
import { forbidden, messageError, plainError } from "../http/errors";
import { p, type Values } from "../http/params";
import { presentRunner } from "../present/runners";
import type { Group, Project, Runner, User } from "../store/entities";
import { ROLES } from "../store/factory";
import { matchesStatus } from "../store/status";
import type { Store } from "../store/store";
import { RUNNER_TYPES } from "./user-runners";

const STATUSES = ["active", "paused", "online", "offline", "never_contacted", "stale"] as const;
const TYPE_SCOPES = ["specific", "shared", ...RUNNER_TYPES] as const;

const filters = {
    type: p.string().values(RUNNER_TYPES),
    status: p.string().values(STATUSES),
    paused: p.boolean(),
    tag_list: p.csv(),
    version_prefix: p.string(),
};
const params = { ...filters, scope: p.string().values([...STATUSES, ...TYPE_SCOPES]) };

export function runnerListRoutes(api: Api): void {
    api.get("/runners", { params }, (call) => {
        const { db, user } = call;
        refuseTypeScope(call.params.scope);
        return list(call, db.runners.all().filter(manageableBy(db, user)));
    });

    api.get("/runners/all", { params }, (call) => {
        if (!call.admin) throw forbidden();
        return list(call, call.db.runners.all());
    });

    api.get("/projects/:id/runners", { params }, (call) => {
        refuseTypeScope(call.params.scope === "specific" ? undefined : call.params.scope);
        return list(call, runnersOfProject(call.db, projectFor(call, "maintainer")));
    });

    api.get("/groups/:id/runners", { params: filters }, (call) => {
        return list(call, runnersOfGroup(call.db, groupFor(call, "maintainer")));
    });
}

/** Runners assigned to a project, and those of its groups and the instance, if the project allows them. */
export function runnersOfProject(db: Store, project: Project): Runner[] {
    const own = db.runnerProjects.find("project", project.id).map((link) => db.runners.must(link.runnerId));
    const lineage = project.groupRunnersEnabled ? db.lineage(project.groupId) : [];
    const inherited = lineage.map((group) => db.runners.find("group", group.id));
    const shared = project.sharedRunnersEnabled ? db.runners.find("type", "instance_type") : [];
    return byId([own, ...inherited, shared]);
}

/** Runners of a group, of its ancestors and of the instance; not those of descendants. */
export function runnersOfGroup(db: Store, group: Group): Runner[] {
    const inherited = db.lineage(group.id).map((one) => db.runners.find("group", one.id));
    const shared = group.sharedRunnersSetting === "enabled" ? db.runners.find("type", "instance_type") : [];
    return byId([...inherited, shared]);
}

/** Each part is already sorted; usually there is only one. */
function byId(parts: Runner[][]): Runner[] {
    const filled = parts.filter((part) => part.length > 0);
    return filled.length === 1 ? filled[0]! : filled.flat().sort((a, b) => a.id - b.id);
}

/** Project runners of projects with Maintainer or more, and group runners of groups with Owner. */
export function manageableBy(db: Store, user: User): (runner: Runner) => boolean {
    const owned = new Map<number, boolean>();
    const maintained = new Map<number, boolean>();
    return (runner) => {
        if (runner.runnerType === "instance_type") return false;
        if (runner.groupId !== null) {
            return once(owned, runner.groupId, (id) => groupLevel(db, user, id) >= ROLES.owner);
        }
        return runnerProjects(db, runner).some((project) =>
            once(maintained, project.id, () => projectLevel(db, user, project) >= ROLES.maintainer),
        );
    };
}

function once(known: Map<number, boolean>, id: number, decide: (id: number) => boolean): boolean {
    let answer = known.get(id);
    if (answer === undefined) {
        answer = decide(id);
        known.set(id, answer);
    }
    return answer;
}

function list(call: Call, runners: readonly Runner[]): unknown[] {
    const kept = filtersOf(call.db, call.params as Values<typeof params>).reduce(
        (rest, filter) => rest.filter(filter),
        runners,
    );
    return call.page(kept, (runner) => presentRunner(call, runner));
}

/** Only the requested filters: lists have ten thousand rows. */
function filtersOf(db: Store, asked: Values<typeof params>): ((runner: Runner) => boolean)[] {
    const { type, status, paused, scope, version_prefix: prefix } = asked;
    const filters: ((runner: Runner) => boolean)[] = [];
    if (type) filters.push((runner) => runner.runnerType === type);
    if (status) filters.push((runner) => matchesStatus(db, runner, status));
    if (typeof paused === "boolean") filters.push((runner) => runner.active === !paused);
    if (scope) filters.push((runner) => matchesScope(db, runner, scope));
    const tags = (asked.tag_list ?? []).filter((tag) => tag !== "");
    if (tags.length > 0) filters.push((runner) => tags.every((tag) => runner.tagList.includes(tag)));
    if (prefix) {
        if (!/^[\d+.]+/.test(prefix)) throw plainError(400, "version_prefix is invalid");
        filters.push((runner) =>
            db.managers.find("runner", runner.id).some((manager) => manager.version?.startsWith(prefix)),
        );
    }
    return filters;
}

function matchesScope(db: Store, runner: Runner, scope: string): boolean {
    if (scope === "specific") return runner.runnerType === "project_type";
    if (scope === "shared") return runner.runnerType === "instance_type";
    return runner.runnerType === scope || matchesStatus(db, runner, scope);
}

function refuseTypeScope(scope: string | null | undefined): void {
    if (scope && (TYPE_SCOPES as readonly string[]).includes(scope)) {
        throw messageError(400, "Scope contains invalid value");
    }
}
