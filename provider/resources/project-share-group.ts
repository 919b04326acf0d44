import { encodeId, type GitLab } from "../gitlab/client";
import { GitLabError, isNotFound } from "../gitlab/errors";
import type { Project, ProjectShare } from "../gitlab/types";
import type { CheckFailure, ResourceHandler } from "../handler";
import type { Props } from "../values";
import { namesOf } from "./allowlist-change";
import { compare, type Rule } from "./compare";
import { knownProject, standingOfProject } from "./project-standing";

const RULES: Record<string, Rule> = {
    project: { replace: true },
    groupId: { replace: true },
    groupAccess: { replace: true },
    expiresAt: { replace: true, absent: "" },
};

/** Roles by name, as the published provider spells them. https://docs.gitlab.com/api/members/#roles */
const ACCESS_LEVELS: Record<string, number> = {
    "no one": 0,
    minimal: 5,
    guest: 10,
    planner: 15,
    reporter: 20,
    developer: 30,
    maintainer: 40,
    owner: 50,
};

/** A project shared with a group. https://docs.gitlab.com/api/projects/#share-a-project-with-a-group */
export const projectShareGroup: ResourceHandler = {
    secrets: [],
    oneThing: true,

    standing(call, id, state) {
        const { project, groupId } = parseId(id);
        return standingOfProject(call, project, state, async () => {
            const group = await namesOf(call, { projects: [], groups: [groupId] });
            return `As far as this stack knows, it is still shared with ${group}, whose people are members of it.`;
        });
    },

    check(news) {
        const failures: CheckFailure[] = [];
        const { groupAccess, expiresAt } = news;
        if (typeof groupAccess === "string" && !(groupAccess in ACCESS_LEVELS)) {
            const reason = `groupAccess must be one of ${Object.keys(ACCESS_LEVELS).join(", ")} (got "${groupAccess}").`;
            failures.push({ property: "groupAccess", reason });
        }
        if (typeof expiresAt === "string" && !/^\d{4}-\d\d-\d\d$/.test(expiresAt)) {
            failures.push({
                property: "expiresAt",
                reason: `expiresAt must be a date, YYYY-MM-DD (got "${expiresAt}").`,
            });
        }
        return { inputs: news, failures };
    },

    diff(_call, existing, inputs) {
        // GitLab refuses to share a project with the same group twice.
        return { ...compare(RULES, existing, inputs), deleteBeforeReplace: true };
    },

    async create({ gitlab, log }, inputs, preview) {
        if (preview) {
            return { id: "", state: inputs };
        }
        const { project, groupId, groupAccess } = inputs;
        if (!(await share(gitlab, inputs))) {
            log.warn(
                `Project ${String(project)} was shared with group ${String(groupId)} as ${String(groupAccess)} already: by an up that was killed, or by somebody else. From now on the share is this stack's, which ends it when it is no longer declared.`,
            );
        }
        const known = await knownProject(gitlab, String(project));
        return { id: `${String(project)}:${String(groupId)}`, state: { ...inputs, ...known } };
    },

    async read({ gitlab }, id, before, inputs) {
        const { project, groupId } = parseId(id);
        const imported = Object.keys(before).length === 0;
        const share = await readShare(gitlab, project, groupId).catch((error) => {
            if (imported && isNotFound(error)) return undefined;
            throw error;
        });
        if (share === undefined) {
            return undefined;
        }
        const level = Object.entries(ACCESS_LEVELS).find(([, number]) => number === share.group_access_level);
        const state: Props = {
            project,
            groupId,
            groupAccess: level?.[0] ?? String(share.group_access_level),
            expiresAt: share.expires_at ?? undefined,
        };
        const known = await knownProject(gitlab, project);
        return { id, state: { ...state, ...known }, inputs: Object.keys(inputs).length > 0 ? inputs : state };
    },

    async update(_call, { state }) {
        return state;
    },

    async delete({ gitlab }, id) {
        const { project, groupId } = parseId(id);
        try {
            await gitlab.delete(`/projects/${encodeId(project)}/share/${groupId}`);
        } catch (error) {
            // 404 is also what GitLab says of a project that the token may no longer look at.
            if (!isNotFound(error) || (await readShare(gitlab, project, groupId)) !== undefined) {
                throw error;
            }
        }
    },
};

/** Shares the project. False where it is shared in just this way already: an `up` that was killed may have got so far. */
async function share(gitlab: GitLab, { project, groupId, groupAccess, expiresAt }: Props): Promise<boolean> {
    const level = ACCESS_LEVELS[String(groupAccess)];
    const body = { group_id: groupId, group_access: level, expires_at: expiresAt };
    try {
        await gitlab.post(`/projects/${encodeId(String(project))}/share`, body);
        return true;
    } catch (error) {
        if (!(error instanceof GitLabError && error.status === 409)) throw error;
        const found = await readShare(gitlab, String(project), Number(groupId));
        if (found?.group_access_level !== level || (found?.expires_at ?? "") !== (expiresAt ?? "")) throw error;
        return false;
    }
}

async function readShare(gitlab: GitLab, project: string, groupId: number): Promise<ProjectShare | undefined> {
    const { shared_with_groups = [] } = await gitlab.get<Project>(`/projects/${encodeId(project)}`);
    return shared_with_groups.find((share) => share.group_id === groupId);
}

function parseId(id: string): { project: string; groupId: number } {
    const [, project, groupId] = /^(.+):(\d+)$/.exec(id) ?? [];
    if (project === undefined) {
        throw new Error(
            `ProjectShareGroup: the id must be <project>:<group id> (got "${id}"). For instance apps/etl:12.`,
        );
    }
    return { project, groupId: Number(groupId) };
}
