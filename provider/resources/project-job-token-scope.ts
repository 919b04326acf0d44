import { readAllowlist } from "../gitlab/allowlist-reads";
import { type AllowlistKind, allow, disallow, idOfProject } from "../gitlab/allowlists";
import { isNotFound } from "../gitlab/errors";
import type { ResourceHandler } from "../handler";
import { isUnknown, type Props } from "../values";
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
        return { id: formatId(inputs), state: inputs };
    },

    async read({ gitlab }, id, state, inputs) {
        const props = Object.keys(state).length > 0 ? state : parseId(id);
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

    async delete({ gitlab }, _id, state) {
        const { project, kind, target } = entryOf(state);
        try {
            await disallow(gitlab, await idOfProject(gitlab, project), kind, target);
        } catch (error) {
            if (!isNotFound(error)) {
                throw error;
            }
        }
    },
};

function entryOf({ project, targetProjectId, targetGroupId }: Props): {
    project: string;
    kind: AllowlistKind;
    target: number;
} {
    const kind = targetGroupId === undefined ? "projects" : "groups";
    return { project: String(project), kind, target: Number(targetGroupId ?? targetProjectId) };
}

/** `<project>:<target project id>`, as the published provider writes it; a group has `group` before its id. */
function formatId({ project, targetProjectId, targetGroupId }: Props): string {
    const target =
        isUnknown(targetGroupId) || targetGroupId === undefined
            ? String(targetProjectId)
            : `group:${String(targetGroupId)}`;
    return `${String(project)}:${target}`;
}

function parseId(id: string): Props {
    const [, project, kind = "project", target] = /^([^:]+):(?:(project|group):)?(\d+)$/.exec(id) ?? [];
    if (project === undefined) {
        throw new Error(
            `ProjectJobTokenScope: the id must be <project>:<target project id> or <project>:group:<target group id> (got "${id}").`,
        );
    }
    return { project, [kind === "group" ? "targetGroupId" : "targetProjectId"]: Number(target) };
}
