import { readAllowlist } from "../gitlab/allowlist-reads";
import { type AllowlistKind, allow, disallow, idOfProject, setEnabled } from "../gitlab/allowlists";
import type { GitLab } from "../gitlab/client";
import { GitLabError, isNotFound } from "../gitlab/errors";
import type { Diff, Log, ResourceHandler } from "../handler";
import { type Props, UNKNOWN, type Value } from "../values";

/**
 * A project's job-token allowlist as it was before somebody else changed it, put back on deletion: after the list was
 * deleted, which leaves it on and empty. A list that is anything else is somebody's, and stays.
 */
export const allowlistBackup: ResourceHandler = {
    secrets: [],
    oneThing: true,

    check(news) {
        return { inputs: news, failures: [] };
    },

    diff(_call, { state }, inputs) {
        const same = String(state.project) === String(inputs.project);
        const changes: Diff["changes"] = same ? {} : { project: "update-replace" };
        return { changes };
    },

    async create({ gitlab }, inputs, preview) {
        const id = String(inputs.project);
        if (preview)
            return { id, state: { ...inputs, enabled: UNKNOWN, targetProjectIds: UNKNOWN, targetGroupIds: UNKNOWN } };
        const { enabled, projects, groups } = await readAllowlist(gitlab, await idOfProject(gitlab, id));
        return { id, state: { ...inputs, enabled, targetProjectIds: projects, targetGroupIds: groups } };
    },

    /** What was, stays what it was: GitLab has nothing to say about it. */
    async read(_call, id, state, inputs) {
        if (Object.keys(state).length === 0) {
            throw new Error("AllowlistBackup cannot be imported: only its own state knows how the list once was.");
        }
        return { id, state, inputs };
    },

    async update(_call, { state }, inputs) {
        return { ...state, ...inputs };
    },

    async delete({ gitlab, log }, id, state) {
        try {
            await restore(gitlab, await idOfProject(gitlab, id), state, log);
        } catch (error) {
            if (!isNotFound(error)) throw error;
        }
    },
};

async function restore(gitlab: GitLab, project: number, { enabled, ...lists }: Props, log: Log): Promise<void> {
    const now = await readAllowlist(gitlab, project);
    if (!now.enabled || now.projects.length + now.groups.length > 0) {
        log.info("The allowlist is in use, and is left as it is.");
        return;
    }
    const added: [AllowlistKind, number][] = [];
    try {
        for (const kind of ["projects", "groups"] as const) {
            for (const id of numbersIn(kind === "projects" ? lists.targetProjectIds : lists.targetGroupIds)) {
                if (await putBack(gitlab, project, kind, id, log)) added.push([kind, id]);
            }
        }
    } catch (error) {
        // Half a list would look like somebody's when it is tried again.
        for (const [kind, id] of added) await disallow(gitlab, project, kind, id).catch(() => {});
        throw error;
    }
    if (enabled !== false) return;
    try {
        await setEnabled(gitlab, project, enabled);
    } catch (error) {
        // The instance has begun to enforce allowlists since.
        if (!(error instanceof GitLabError) || error.status !== 400) throw error;
        log.warn(`The allowlist of project ${project} stays on. ${error.message}`);
    }
}

async function putBack(gitlab: GitLab, project: number, kind: AllowlistKind, id: number, log: Log): Promise<boolean> {
    try {
        await allow(gitlab, project, kind, id);
        return true;
    } catch (error) {
        // Deleted since, or out of this token's sight: nothing that could be put back.
        if (!(error instanceof GitLabError) || ![400, 404].includes(error.status ?? 0)) throw error;
        log.warn(`The entry for the ${kind.slice(0, -1)} with id ${id} could not be put back. ${error.message}`);
        return false;
    }
}

function numbersIn(value: Value | undefined): number[] {
    return Array.isArray(value) ? value.map(Number) : [];
}
