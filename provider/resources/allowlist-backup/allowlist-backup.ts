import { type Props, UNKNOWN } from "../../../core/props";
import { readAllowlistNow } from "../../../gitlab/allowlist-reads";
import { type AllowlistKind, allow, disallow, idOfProject, setEnabled } from "../../../gitlab/allowlists";
import type { GitLab } from "../../../gitlab/client";
import { isAnswered } from "../../../gitlab/errors";
import type { Diff, Log, ResourceHandler } from "../../handler";
import { converge } from "../allowlist/converge";
import { countOf, entriesOf, entriesWithout, KINDS } from "../allowlist/entries";
import { FOUND } from "../allowlist/origin";
import { isAllowlistDeclared } from "../allowlist/owners";
import { knownProject, standingOfProject } from "../allowlist/standing";

/**
 * A project's job-token allowlist as it was before this stack changed it, and what happens to it when the stack gives
 * it up: put back as it was (`restore`), or on and empty (`close`). Deleted after the list itself, which has withdrawn
 * its entries by then. Does nothing to a list that the program still declares, or that somebody else uses.
 */
export const allowlistBackup: ResourceHandler = {
    notImported: "only its own state knows how the list once was.",

    standing(call, id, state) {
        return standingOfProject(call, id, state, async () =>
            state.onDestroy === "close"
                ? "Its job-token allowlist was to be emptied, and may have entries still."
                : "Its job-token allowlist was to become what it was before.",
        );
    },

    diff(_call, { state }, inputs) {
        const changes: Diff["changes"] = {};
        if (String(state.project) !== String(inputs.project)) changes.project = "update-replace";
        if ((state.onDestroy ?? RESTORE) !== (inputs.onDestroy ?? RESTORE)) changes.onDestroy = "update";
        return { changes };
    },

    async create({ gitlab }, inputs, preview) {
        const id = String(inputs.project);
        if (preview)
            return { id, state: { ...inputs, enabled: UNKNOWN, targetProjectIds: UNKNOWN, targetGroupIds: UNKNOWN } };
        const { enabled, projects, groups } = await readAllowlistNow(gitlab, await idOfProject(gitlab, id));
        const kept = { enabled, targetProjectIds: projects, targetGroupIds: groups };
        return { id, state: { ...inputs, ...kept, ...(await knownProject(gitlab, id)) } };
    },

    async update(_call, { state }, inputs) {
        return { ...state, ...inputs, onDestroy: inputs.onDestroy };
    },

    async delete({ gitlab, log }, id, state) {
        const project = await idOfProject(gitlab, id);
        if (isAllowlistDeclared(gitlab, project)) {
            log.info("The program still has the allowlist: it is left as it is.");
            return;
        }
        // Like a new project's list: on and empty.
        const closed = { enabled: true, projects: [], groups: [] };
        if (state.onDestroy === "close")
            await converge(gitlab, project, closed, () => FOUND, { id, stateOf: () => state });
        else await restore(gitlab, project, state, log);
    },
};

const RESTORE = "restore";

async function restore(gitlab: GitLab, project: number, state: Props, log: Log): Promise<void> {
    const now = await readAllowlistNow(gitlab, project);
    const before = entriesOf(state);
    if (countOf(entriesWithout(now, before)) > 0) {
        log.info("The allowlist is in use, and is left as it is.");
        return;
    }
    const missing = entriesWithout(before, now);
    const added: [AllowlistKind, number][] = [];
    try {
        for (const kind of KINDS) {
            for (const id of missing[kind]) {
                if (await putBack(gitlab, project, kind, id, log)) added.push([kind, id]);
            }
        }
    } catch (error) {
        // On the next attempt, half a list would look like somebody else's.
        for (const [kind, id] of added) await disallow(gitlab, project, kind, id).catch(() => {});
        throw error;
    }
    if (state.enabled !== false || !now.enabled) return;
    try {
        await setEnabled(gitlab, project, false);
    } catch (error) {
        // The instance has begun to enforce allowlists in the meantime.
        if (!isAnswered(error, 400)) throw error;
        log.warn(`The allowlist of project ${project} stays on. ${error.message}`);
    }
}

async function putBack(gitlab: GitLab, project: number, kind: AllowlistKind, id: number, log: Log): Promise<boolean> {
    try {
        await allow(gitlab, project, kind, id);
        return true;
    } catch (error) {
        // Deleted in the meantime, or not visible to this token: it cannot be put back.
        if (!isAnswered(error, 400, 404)) throw error;
        log.warn(`The entry for the ${kind.slice(0, -1)} with id ${id} could not be put back. ${error.message}`);
        return false;
    }
}
