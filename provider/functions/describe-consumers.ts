import { idsIn, type Value } from "../../core/props";
import type { GitLab } from "../../gitlab/client";
import { findMembershipGaps as find } from "../../gitlab/membership";
import { type Located, locate, projectsBelow } from "../../gitlab/namespaces";
import type { FunctionHandler } from "../handler";

/** Where the projects and groups of an allowlist are, and which further projects are in the same top-level groups. */
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

async function findAll(gitlab: GitLab, kind: "project" | "group", ids: Value | undefined): Promise<Located[]> {
    const wanted = idsIn(ids);
    const found = await Promise.all(wanted.map((id) => locate(gitlab, kind, id)));
    const missing = wanted.filter((_, i) => found[i] === undefined);
    if (missing.length > 0) {
        const which = missing.map((id) => `${kind} ${id}`).join(", ");
        throw new Error(
            `GitLab has no ${which}, or the token may not see it. Correct the id, or use a token of a member.`,
        );
    }
    return found.map((one) => one!);
}

function topOf(path: string): string {
    return path.split("/", 1)[0]!;
}

/** Consumers whose people may not pull from a private producer. */
export const findMembershipGaps: FunctionHandler = async ({ gitlab }, { project, projects, groups, grantedGroups }) => {
    const found = (kind: "project" | "group", ids: Value | undefined) =>
        Promise.all(idsIn(ids).map((id) => locate(gitlab, kind, id)));
    const [groupsFound, projectsFound] = await Promise.all([found("group", groups), found("project", projects)]);
    const consumers = {
        groups: groupsFound.flatMap((group) => (group === undefined ? [] : [group.path])),
        projects: projectsFound.filter((one) => one !== undefined),
    };
    const gaps = await find(gitlab, Number(project), consumers, idsIn(grantedGroups));
    return { gaps: gaps.map((gap) => ({ ...gap })) };
};
