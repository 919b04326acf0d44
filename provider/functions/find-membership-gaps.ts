import { findMembershipGaps as find } from "../gitlab/membership";
import { locate } from "../gitlab/namespaces";
import type { FunctionHandler } from "../handler";
import type { Value } from "../values";

/** Consumers' groups whose people may not pull from a private producer. */
export const findMembershipGaps: FunctionHandler = {
    secrets: [],

    async invoke({ gitlab }, { project, projects, groups, grantedGroups }) {
        const consumers = await Promise.all([
            ...numbersIn(groups).map(async (id) => (await locate(gitlab, "group", id))?.path),
            ...numbersIn(projects).map(async (id) => {
                const located = await locate(gitlab, "project", id);
                // Whoever owns a personal project starts its pipelines; there is no group that could be shared with.
                return located?.personal ? undefined : located?.path.replace(/\/[^/]+$/, "");
            }),
        ]);
        const paths = [...new Set(consumers.filter((path) => path !== undefined))].sort();
        const gaps = await find(gitlab, Number(project), paths, numbersIn(grantedGroups));
        return { gaps: gaps.map((gap) => ({ ...gap })) };
    },
};

function numbersIn(value: Value | undefined): number[] {
    return Array.isArray(value) ? value.map(Number) : [];
}
