import { error, findChoiceProblems } from "../../../core/problems";
import type { Props } from "../../../core/props";
import { show } from "../../../core/values";
import { encodeId, type GitLab } from "../../../gitlab/client";
import { GitLabError, isNotFound } from "../../../gitlab/errors";
import { locate } from "../../../gitlab/namespaces";
import { forgetShares, readShares } from "../../../gitlab/project-shares";
import type { ProjectShare } from "../../../gitlab/types";
import { type Comparison, compare } from "../../compare";
import { seenInGitLab } from "../../drift";
import { type Call, type Diff, isImport, type ResourceHandler } from "../../handler";
import { namesOf } from "../allowlist/change";
import { knownBy, knownProject, pathIn, standingOfProject } from "../allowlist/standing";

const COMPARISONS: Record<string, Comparison> = {
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
    standing(call, id, state) {
        const { project, groupId } = parseId(id);
        const open = async () =>
            `As far as this stack knows, it is still shared with ${await nameOf(call, { groupId })}, whose people are members of it.`;
        return standingOfProject(call, project, state, open, () => readShares(call.gitlab, project, pathIn(state)));
    },

    check({ groupAccess, expiresAt }) {
        const isDate = typeof expiresAt !== "string" || /^\d{4}-\d\d-\d\d$/.test(expiresAt);
        return [
            ...findChoiceProblems(groupAccess, Object.keys(ACCESS_LEVELS), "groupAccess"),
            ...(isDate
                ? []
                : [
                      error(
                          "expiresAt",
                          `must be a date, YYYY-MM-DD (got ${show(expiresAt)}). Write it like 2027-01-31.`,
                      ),
                  ]),
        ];
    },

    /** Compares with GitLab: a plain `up` corrects a share that people ended or changed. */
    async diff(call, existing, inputs, standing) {
        const { id, state } = existing;
        const seen = await seenInGitLab(call, standing, () => readNow(call.gitlab, id, state));
        const now = seen === undefined || seen === "ended" ? state : { ...state, ...seen };
        // GitLab refuses to share a project with the same group twice.
        const diff: Diff = { ...compare(COMPARISONS, { ...existing, state: now }, inputs), deleteBeforeReplace: true };
        if (now !== state) await tellDrift(call, state, now, inputs);
        if (seen === "ended" && Object.keys(diff.changes).length === 0) {
            call.log.info(`The share with ${await nameOf(call, state)} was removed in GitLab; up puts it back.`);
            diff.changes.groupId = "add";
        }
        return diff;
    },

    async create({ gitlab, log }, inputs, preview) {
        if (preview) return { id: "", state: inputs };
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
        const found = await readShare(gitlab, project, groupId, pathIn(before));
        if (found?.share === undefined) return undefined;
        const state: Props = { project, groupId, ...asProps(found.share) };
        return { id, state: { ...state, ...knownBy(found) }, inputs: isImport(before) ? state : inputs };
    },

    /** Only a share that people ended is updated: the project is shared again. */
    async update({ gitlab }, { state }, inputs, preview) {
        const after = { ...state, ...inputs };
        if (!preview) await share(gitlab, after);
        return after;
    },

    async delete({ gitlab }, id) {
        const { project, groupId } = parseId(id);
        try {
            await gitlab.delete(`/projects/${encodeId(project)}/share/${groupId}`);
        } catch (error) {
            forgetShares(gitlab, project);
            // GitLab also answers 404 for a project that the token may no longer see.
            const found = isNotFound(error) ? await readShare(gitlab, project, groupId) : undefined;
            if (found === undefined || found.share !== undefined) throw error;
        } finally {
            forgetShares(gitlab, project);
        }
    },
};

/**
 * Shares the project. Returns false if it is already shared in exactly this way: a killed `up` may have got that far.
 */
async function share(gitlab: GitLab, { project, groupId, groupAccess, expiresAt }: Props): Promise<boolean> {
    const level = ACCESS_LEVELS[String(groupAccess)];
    const body = { group_id: groupId, group_access: level, expires_at: expiresAt };
    try {
        await gitlab.post(`/projects/${encodeId(String(project))}/share`, body);
        return true;
    } catch (error) {
        if (!(error instanceof GitLabError && error.status === 409)) throw error;
        forgetShares(gitlab, String(project));
        const { share: now } = (await readShare(gitlab, String(project), Number(groupId))) ?? {};
        if (now?.group_access_level !== level || (now?.expires_at ?? "") !== (expiresAt ?? "")) throw error;
        return false;
    } finally {
        forgetShares(gitlab, String(project));
    }
}

/** A project and its share with a group, if any; undefined if GitLab shows no such project. */
async function readShare(gitlab: GitLab, project: string, groupId: number, path?: string) {
    const shared = await readShares(gitlab, project, path);
    return shared && { ...shared, share: shared.shares.find((share) => share.group_id === groupId) };
}

/** A share in the form of the state. */
function asProps({ group_access_level, expires_at }: ProjectShare): Props {
    const level = Object.entries(ACCESS_LEVELS).find(([, number]) => number === group_access_level);
    return { groupAccess: level?.[0] ?? String(group_access_level), expiresAt: expires_at ?? undefined };
}

/** The share in GitLab; undefined if that is not known, or if it ended as planned. */
async function readNow(gitlab: GitLab, id: string, state: Props): Promise<Props | "ended" | undefined> {
    const { project, groupId } = parseId(id);
    const found = await readShare(gitlab, project, groupId, pathIn(state));
    if (found?.share !== undefined) return asProps(found.share);
    // GitLab does not list a share with a group that the token may not see, so its absence means nothing.
    if (found === undefined || (await locate(gitlab, "group", groupId)) === undefined) return undefined;
    return hasRunOut(gitlab, state) ? undefined : "ended";
}

function hasRunOut(gitlab: GitLab, { expiresAt }: Props): boolean {
    const end = typeof expiresAt === "string" ? Date.parse(expiresAt) : Number.NaN;
    const reading = gitlab.clock();
    return !Number.isNaN(end) && (!("now" in reading) || end <= reading.now);
}

/** Tells a preview what somebody changed in GitLab, and what `up` will do about it. */
async function tellDrift(call: Call, state: Props, now: Props, inputs: Props): Promise<void> {
    for (const name of ["groupAccess", "expiresAt"]) {
        const wanted = inputs[name];
        if (wanted === undefined || wanted !== state[name] || wanted === now[name]) continue;
        call.log.info(
            `${name} of the share with ${await nameOf(call, state)} was changed to ${String(now[name] ?? "none")} in GitLab; ` +
                `up makes it ${String(wanted)} again.`,
        );
    }
}

function nameOf(call: Call, { groupId }: Props): Promise<string> {
    return namesOf(call, { projects: [], groups: [Number(groupId)] });
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
