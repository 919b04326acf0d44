import { idsIn, type Value } from "../../core/props";
import { findMembershipGaps as find } from "../../gitlab/membership";
import { locate } from "../../gitlab/namespaces";
import type { FunctionHandler } from "../handler";

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
