import { error } from "../../../core/problems";
import { hasUnknown, type Props } from "../../../core/props";
import { readAllowlist } from "../../../gitlab/allowlist-reads";
import { allow, disallow, idOfProject } from "../../../gitlab/allowlists";
import type { GitLab } from "../../../gitlab/client";
import { type Comparison, compare } from "../../compare";
import { seenInGitLab } from "../../drift";
import { type Call, isImport, type ResourceHandler } from "../../handler";
import { namesOf, stillLetsIn, tellStaying, tellTakenOff } from "../allowlist/change";
import { countOf, targetsOf } from "../allowlist/entries";
import { noteAdded, takeOver, tellForgotten } from "../allowlist/origin";
import { type EntryId, formatEntryId, hasWholeList, parseEntryId } from "../allowlist/owners";
import { tellIfFull } from "../allowlist/room";
import { knownProject, standingOfProject } from "../allowlist/standing";

const COMPARISONS: Record<string, Comparison> = {
    project: { replace: true },
    targetProjectId: { replace: true },
    targetGroupId: { replace: true },
};

/**
 * Whether the entry was on the list before this stack declared it: then the stack must not remove it. States of earlier
 * versions lack this property; their entries count as added.
 */
const FOUND = "__found";

/**
 * One entry of a project's job-token allowlist; other entries are not touched.
 * https://docs.gitlab.com/api/project_job_token_scopes/
 */
export const projectJobTokenScope: ResourceHandler = {
    standing(call, _id, state) {
        return standingOfProject(call, String(state.project), state, () => stillLetsIn(call, targetsOf(state)));
    },

    check(news) {
        const given = [news.targetProjectId, news.targetGroupId].filter((target) => target !== undefined);
        const what = `or targetGroupId must be set, and only one of them (got ${given.length === 0 ? "neither" : "both"}). ${given.length === 0 ? "Set one" : "Remove one"}.`;
        return given.length === 1 ? [] : [error("targetProjectId", what)];
    },

    /** Compares with GitLab: a plain `up` puts back an entry that people removed. Others' entries are left alone. */
    async diff(call, existing, inputs, standing) {
        const diff = compare(COMPARISONS, existing, inputs);
        if (Object.keys(diff.changes).length > 0) return diff;
        const entry = entryOf(existing.state);
        const isThere = await seenInGitLab(call, standing, () => isAllowed(call.gitlab, entry));
        if (isThere !== false) return diff;
        await tellTakenOff(call, targetsOf(existing.state));
        return { changes: { [propertyOf(entry)]: "add" } };
    },

    async create(call, inputs, preview) {
        const { gitlab } = call;
        if (preview && hasUnknown(inputs)) return { id: "", state: inputs };
        const entry = entryOf(inputs);
        if (preview) {
            await tellIfFull(call, entry);
            return { id: "", state: inputs };
        }
        const known = await knownProject(gitlab, entry.project);
        const id = await idOfProject(gitlab, entry.project);
        const wasThere = !(await put(gitlab, entry));
        const found = wasThere && countOf(takeOver(gitlab, id, targetsOf(inputs))) === 0;
        return { id: formatEntryId(inputs), state: { ...inputs, ...known, [FOUND]: found } };
    },

    async read({ gitlab }, id, state, inputs) {
        const imported = isImport(state);
        const props = imported ? propsOf(parseEntryId(id)) : state;
        const entry = entryOf(props);
        if (!(await isAllowed(gitlab, entry))) return undefined;
        const project = await idOfProject(gitlab, entry.project);
        if (!imported && state[FOUND] !== true) noteAdded(gitlab, project, targetsOf(props));
        const kept = { ...(await knownProject(gitlab, entry.project)), ...(imported && { [FOUND]: true }) };
        return { id, state: { ...props, ...kept }, inputs: imported ? props : inputs };
    },

    /** Only an entry that people removed is updated: it is put back, and belongs to this stack from then on. */
    async update({ gitlab }, { state }, _inputs, preview) {
        if (preview || !(await put(gitlab, entryOf(state)))) return state;
        return { ...state, [FOUND]: false };
    },

    async delete(call, _id, state) {
        const { project, kind, target } = entryOf(state);
        const id = await idOfProject(call.gitlab, project);
        // The whole list was just written as declared, with or without this entry.
        if (await hasWholeList(call, id)) return forget(call, id, state);
        if (state[FOUND] === true) return tellStaying(call, targetsOf(state));
        const name = await namesOf(call, targetsOf(state));
        call.log.info(`Takes off ${name}: ${kind === "groups" ? "their" : "its"} jobs no longer get in by this entry.`);
        await disallow(call.gitlab, id, kind, target);
    },

    async leave(call, _id, state) {
        await forget(call, await idOfProject(call.gitlab, entryOf(state).project), state);
    },
};

async function isAllowed(gitlab: GitLab, { project, kind, target }: EntryId): Promise<boolean> {
    return (await readAllowlist(gitlab, await idOfProject(gitlab, project)))[kind].includes(target);
}

/** False if it was already on the list. */
async function put(gitlab: GitLab, { project, kind, target }: EntryId): Promise<boolean> {
    return allow(gitlab, await idOfProject(gitlab, project), kind, target);
}

async function forget(call: Call, project: number, state: Props): Promise<void> {
    if (state[FOUND] !== true) await tellForgotten(call, project, targetsOf(state));
}

function entryOf({ project, targetProjectId, targetGroupId }: Props): EntryId {
    const kind = targetGroupId === undefined ? "projects" : "groups";
    return { project: String(project), kind, target: Number(targetGroupId ?? targetProjectId) };
}

function propertyOf({ kind }: EntryId): string {
    return kind === "groups" ? "targetGroupId" : "targetProjectId";
}

function propsOf(entry: EntryId): Props {
    return { project: entry.project, [propertyOf(entry)]: entry.target };
}
