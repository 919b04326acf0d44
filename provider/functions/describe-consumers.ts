import { idsIn, type Value } from "../../core/props";
import type { GitLab } from "../../gitlab/client";
import { findMembershipGaps as find } from "../../gitlab/membership";
import { type Located, locate, projectsBelow } from "../../gitlab/namespaces";
import type { FunctionHandler } from "../handler";

/** The paths of an allowlist's projects and groups, and the other projects in the same top-level groups. */
export const describeConsumers: FunctionHandler = async ({ gitlab }, { projects, groups, neighbours }) => {
    const [projectsFound, groupsFound] = await Promise.all([
        findAll(gitlab, "project", projects),
        findAll(gitlab, "group", groups),
    ]);
    const tops = new Set(
        [...projectsFound, ...groupsFound].filter(({ personal }) => !personal).map(({ path }) => topOf(path)),
    );
    const below = neighbours === true ? await Promise.all([...tops].map((top) => projectsBelow(gitlab, top))) : [];
    const byId = (found: readonly Located[]) => Object.fromEntries(found.map(({ id, path }) => [String(id), path]));
    return {
        projects: byId(projectsFound),
        groups: byId(groupsFound),
        personal: [...new Set(projectsFound.filter(({ personal }) => personal).map(({ path }) => topOf(path)))],
        neighbours: below.flat(),
    };
};

async function findAll(gitlab: GitLab, kind: Kind, ids: Value | undefined): Promise<Located[]> {
    const found = await findThere(gitlab, kind, ids);
    const missing = idsIn(ids).filter((wanted) => !found.some(({ id }) => id === wanted));
    if (missing.length === 0) return found;
    const which = missing.map((id) => `${kind} ${id}`).join(", ");
    throw new Error(`GitLab has no ${which}, or the token may not see it. Correct the id, or use a token of a member.`);
}

type Kind = "project" | "group";

async function findThere(gitlab: GitLab, kind: Kind, ids: Value | undefined): Promise<Located[]> {
    const found = await Promise.all(idsIn(ids).map((id) => locate(gitlab, kind, id)));
    return found.filter((one) => one !== undefined);
}

function topOf(path: string): string {
    return path.split("/", 1)[0]!;
}

/** Consumers whose people may not pull from a private producer. */
export const findMembershipGaps: FunctionHandler = async ({ gitlab }, { project, projects, groups, grantedGroups }) => {
    const [inGroups, inProjects] = await Promise.all([
        findThere(gitlab, "group", groups),
        findThere(gitlab, "project", projects),
    ]);
    const consumers = { groups: inGroups.map(({ path }) => path), projects: inProjects };
    const gaps = await find(gitlab, Number(project), consumers, idsIn(grantedGroups));
    return { gaps: gaps.map((gap) => ({ ...gap })) };
};
