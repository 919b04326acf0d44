import { readAllowlist } from "../gitlab/allowlist-reads";
import { allow, disallow, idOfProject } from "../gitlab/allowlists";
import { isNotFound } from "../gitlab/errors";
import type { Call, ResourceHandler } from "../handler";
import type { Props } from "../values";
import { namesOf } from "./allowlist-change";
import { countOf, type EntryIds } from "./allowlist-entries";
import { noteAdded, takeOver, tellForgotten } from "./allowlist-origin";
import { type EntryId, formatEntryId, hasWholeList, parseEntryId } from "./allowlist-owners";
import { compare, type Rule } from "./compare";
import { knownProject, standingOfProject } from "./project-standing";

const RULES: Record<string, Rule> = {
    project: { replace: true },
    targetProjectId: { replace: true },
    targetGroupId: { replace: true },
};

/**
 * Whether the entry was on the list before this stack declared it: then it is not the stack's to take away. States of earlier
 * versions do not say; what they have counts as added.
 */
const FOUND = "__found";

/** One entry of a project's job-token allowlist; the others are not touched. https://docs.gitlab.com/api/project_job_token_scopes/ */
export const projectJobTokenScope: ResourceHandler = {
    secrets: [],
    oneThing: true,

    standing(call, _id, state) {
        return standingOfProject(call, String(state.project), state, async () => {
            const name = await namesOf(call, idsOf(entryOf(state)));
            return `As far as this stack knows, its job-token allowlist still lets in ${name}.`;
        });
    },

    check(news) {
        const given = [news.targetProjectId, news.targetGroupId].filter((target) => target !== undefined);
        const reason = `exactly one of targetProjectId and targetGroupId must be set (got ${given.length}).`;
        return { inputs: news, failures: given.length === 1 ? [] : [{ property: "targetProjectId", reason }] };
    },

    diff(_call, existing, inputs) {
        return compare(RULES, existing, inputs);
    },

    async create({ gitlab }, inputs, preview) {
        if (preview) {
            return { id: "", state: inputs };
        }
        const { project, kind, target } = entryOf(inputs);
        const known = await knownProject(gitlab, project);
        const id = await idOfProject(gitlab, project);
        const wasThere = !(await allow(gitlab, id, kind, target));
        const found = wasThere && countOf(takeOver(gitlab, id, idsOf(entryOf(inputs)))) === 0;
        return { id: formatEntryId(inputs), state: { ...inputs, ...known, [FOUND]: found } };
    },

    async read({ gitlab }, id, state, inputs) {
        const imported = Object.keys(state).length === 0;
        const props = imported ? propsOf(parseEntryId(id)) : state;
        const entry = entryOf(props);
        try {
            const project = await idOfProject(gitlab, entry.project);
            const allowed = await readAllowlist(gitlab, project);
            if (!allowed[entry.kind].includes(entry.target)) return undefined;
            if (!imported && state[FOUND] !== true) noteAdded(gitlab, project, idsOf(entry));
            return {
                id,
                state: { ...props, ...(await knownProject(gitlab, entry.project)), ...(imported && { [FOUND]: true }) },
                inputs: Object.keys(inputs).length > 0 ? inputs : props,
            };
        } catch (error) {
            if (imported && isNotFound(error)) return undefined;
            throw error;
        }
    },

    async update(_call, { state }) {
        return state;
    },

    async delete(call, _id, state) {
        const { project, kind, target } = entryOf(state);
        const id = await idOfProject(call.gitlab, project);
        // The list has just been made what it shall be, this entry among the others or not.
        if (await hasWholeList(call, id)) {
            await forget(call, id, state);
            return;
        }
        const name = await namesOf(call, idsOf(entryOf(state)));
        if (state[FOUND] === true) {
            call.log.info(`${name}: on the list before this stack declared it, left there.`);
            return;
        }
        call.log.info(`Takes off ${name}: ${kind === "groups" ? "their" : "its"} jobs no longer get in.`);
        await disallow(call.gitlab, id, kind, target);
    },

    async leave(call, _id, state) {
        await forget(call, await idOfProject(call.gitlab, entryOf(state).project), state);
    },
};

async function forget(call: Call, project: number, state: Props): Promise<void> {
    if (state[FOUND] !== true) await tellForgotten(call, project, idsOf(entryOf(state)));
}

function entryOf({ project, targetProjectId, targetGroupId }: Props): EntryId {
    const kind = targetGroupId === undefined ? "projects" : "groups";
    return { project: String(project), kind, target: Number(targetGroupId ?? targetProjectId) };
}

function idsOf({ kind, target }: EntryId): EntryIds {
    return { projects: [], groups: [], [kind]: [target] };
}

function propsOf({ project, kind, target }: EntryId): Props {
    return { project, [kind === "groups" ? "targetGroupId" : "targetProjectId"]: target };
}
