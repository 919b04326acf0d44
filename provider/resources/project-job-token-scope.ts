import { readAllowlist } from "../gitlab/allowlist-reads";
import { allow, disallow, idOfProject } from "../gitlab/allowlists";
import { isNotFound } from "../gitlab/errors";
import type { ResourceHandler } from "../handler";
import type { Props } from "../values";
import { type EntryId, formatEntryId, hasWholeList, parseEntryId } from "./allowlist-owners";
import { compare, type Rule } from "./compare";

const RULES: Record<string, Rule> = {
    project: { replace: true },
    targetProjectId: { replace: true },
    targetGroupId: { replace: true },
};

/** One entry of a project's job-token allowlist; the others are not touched. https://docs.gitlab.com/api/project_job_token_scopes/ */
export const projectJobTokenScope: ResourceHandler = {
    secrets: [],
    oneThing: true,

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
        await allow(gitlab, await idOfProject(gitlab, project), kind, target);
        return { id: formatEntryId(inputs), state: inputs };
    },

    async read({ gitlab }, id, state, inputs) {
        const props = Object.keys(state).length > 0 ? state : propsOf(parseEntryId(id));
        const { project, kind, target } = entryOf(props);
        try {
            const allowed = await readAllowlist(gitlab, await idOfProject(gitlab, project));
            return allowed[kind].includes(target)
                ? { id, state: props, inputs: Object.keys(inputs).length > 0 ? inputs : props }
                : undefined;
        } catch (error) {
            if (isNotFound(error)) {
                return undefined;
            }
            throw error;
        }
    },

    async update(_call, { state }) {
        return state;
    },

    async delete(call, _id, state) {
        const { project, kind, target } = entryOf(state);
        try {
            const id = await idOfProject(call.gitlab, project);
            // The list has just been made what it shall be, this entry among the others or not.
            if (!(await hasWholeList(call, id))) await disallow(call.gitlab, id, kind, target);
        } catch (error) {
            if (!isNotFound(error)) {
                throw error;
            }
        }
    },
};

function entryOf({ project, targetProjectId, targetGroupId }: Props): EntryId {
    const kind = targetGroupId === undefined ? "projects" : "groups";
    return { project: String(project), kind, target: Number(targetGroupId ?? targetProjectId) };
}

function propsOf({ project, kind, target }: EntryId): Props {
    return { project, [kind === "groups" ? "targetGroupId" : "targetProjectId"]: target };
}
