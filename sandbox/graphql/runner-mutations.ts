import { canUpdateRunner, hasGroupRole, hasProjectRole } from "../access";
import { isAdmin } from "../http/api";
import { sentenceOf, settingsProblems } from "../runner-rules";
import { deleteRunner } from "../store/cascade";
import type { Runner, RunnerAccessLevel, RunnerType } from "../store/entities";
import { addRunner } from "../store/factory";
import { type Context, gid, idOf, Refusal, type Resolvers, unavailable } from "./context";

/** Most runners that one call deletes. */
const BULK_LIMIT = 50;

interface Settings {
    description?: string | null;
    maintenanceNote?: string | null;
    paused?: boolean | null;
    locked?: boolean | null;
    accessLevel?: string | null;
    runUntagged?: boolean | null;
    tagList?: string[] | null;
    maximumTimeout?: number | null;
    clientMutationId?: string | null;
}
interface Created extends Settings {
    runnerType: string;
    groupId?: string | null;
    projectId?: string | null;
}
interface Updated extends Settings {
    id: string;
    associatedProjects?: string[] | null;
}

export const runnerMutations: Resolvers = {
    Mutation: {
        runnerCreate: (_, { input }: { input: Created }, context) => {
            const { db } = context.world;
            const runnerType = input.runnerType.toLowerCase() as RunnerType;
            const place = placeOf(context, runnerType, input);
            const fields = fieldsOf(input);
            const problems = settingsProblems({
                description: null,
                maintenanceNote: null,
                runUntagged: true,
                tagList: [],
                maximumTimeout: null,
                ...fields,
            });
            if (problems.length > 0) return { runner: null, errors: problems.map(sentenceOf) };
            const creatorId = context.identity.user!.id;
            const runner = addRunner(
                db,
                { ...fields, runnerType, groupId: place.groupId, creatorId },
                place.projectIds,
            );
            return { clientMutationId: input.clientMutationId, runner, errors: [] };
        },
        runnerUpdate: (_, { input }: { input: Updated }, context) => {
            const { db } = context.world;
            const runner = changeable(context, input.id);
            const fields = fieldsOf(input);
            const problems = settingsProblems({ ...runner, ...fields });
            if (problems.length > 0) return { runner, errors: problems.map(sentenceOf) };
            if (input.associatedProjects) setProjects(context, runner, input.associatedProjects);
            db.runners.update(runner.id, { ...fields, updatedAt: db.now() });
            db.queue.tick(runner.id);
            return { clientMutationId: input.clientMutationId, runner, errors: [] };
        },
        runnerDelete: (_, { input }: { input: { id: string; clientMutationId?: string } }, context) => {
            const { db } = context.world;
            const runner = changeable(context, input.id);
            if (!isAdmin(db, context.identity) && db.runnerProjects.count("runner", runner.id) > 1) throw unavailable();
            deleteRunner(db, runner.id);
            return { clientMutationId: input.clientMutationId, errors: [] };
        },
        bulkRunnerDelete: (_, { input }: { input: { ids?: string[]; clientMutationId?: string } }, context) => {
            const { db } = context.world;
            const ids = (input.ids ?? []).map((id) => idOf("Ci::Runner", id));
            if (ids.length > BULK_LIMIT) throw new Refusal(`Can only delete up to ${BULK_LIMIT} runners per call.`);
            const deletable = ids.filter((id) => {
                const runner = db.runners.get(id);
                return runner !== undefined && canUpdateRunner(db, context.identity, runner);
            });
            for (const id of deletable) deleteRunner(db, id);
            const refused = ids.length - deletable.length;
            return {
                clientMutationId: input.clientMutationId,
                deletedCount: deletable.length,
                deletedIds: deletable.map((id) => gid("Ci::Runner", id)),
                errors: refused > 0 ? [`User does not have permission to delete ${refused} runner(s)`] : [],
            };
        },
    },
};

function placeOf({ world, identity }: Context, type: RunnerType, input: Created) {
    const { db } = world;
    if (type === "group_type") {
        if (!input.groupId) throw new Refusal("`group_id` is missing");
        const group = db.groups.get(idOf("Group", input.groupId));
        if (!group || !hasGroupRole(db, identity, group.id, "owner")) throw unavailable();
        return { groupId: group.id, projectIds: [] };
    }
    if (type === "project_type") {
        if (!input.projectId) throw new Refusal("`project_id` is missing");
        const project = db.projects.get(idOf("Project", input.projectId));
        if (!project || !hasProjectRole(db, identity, project, "maintainer")) throw unavailable();
        return { groupId: null, projectIds: [project.id] };
    }
    if (!isAdmin(db, identity)) throw unavailable();
    return { groupId: null, projectIds: [] };
}

/** Only what was sent. */
function fieldsOf(input: Settings): Partial<Runner> {
    const fields: Partial<Runner> = {};
    if (input.description !== undefined) fields.description = input.description;
    if (input.maintenanceNote !== undefined) fields.maintenanceNote = input.maintenanceNote;
    if (input.maximumTimeout !== undefined) fields.maximumTimeout = input.maximumTimeout;
    if (input.tagList) fields.tagList = [...new Set(input.tagList)];
    if (typeof input.paused === "boolean") fields.active = !input.paused;
    if (typeof input.locked === "boolean") fields.locked = input.locked;
    if (typeof input.runUntagged === "boolean") fields.runUntagged = input.runUntagged;
    if (input.accessLevel) fields.accessLevel = input.accessLevel.toLowerCase() as RunnerAccessLevel;
    return fields;
}

/** Sets the full list of a project runner's projects; the owner project stays, whatever the list says. */
function setProjects({ world, identity }: Context, runner: Runner, ids: string[]): void {
    const { db } = world;
    const wanted = new Set(ids.map((id) => idOf("Project", id)));
    const [owner, ...others] = db.runnerProjects.find("runner", runner.id);
    for (const link of others) if (!wanted.has(link.projectId)) db.runnerProjects.delete(link.id);
    for (const projectId of wanted) {
        if (projectId === owner?.projectId || db.runnerProjects.first("pair", `${runner.id}:${projectId}`)) continue;
        const project = db.projects.get(projectId);
        if (!project || !hasProjectRole(db, identity, project, "maintainer")) throw unavailable();
        db.runnerProjects.insert({ runnerId: runner.id, projectId });
    }
}

function changeable({ world, identity }: Context, id: string): Runner {
    const runner = world.db.runners.get(idOf("Ci::Runner", id));
    if (!runner || !canUpdateRunner(world.db, identity, runner)) throw unavailable();
    return runner;
}
