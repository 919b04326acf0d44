import type { GitLab } from "./client";
import { type Connection, nextOf } from "./connection";
import { isRefusal, refusedByGraphql, unlessHidden } from "./errors";
import { pathOfGroup, pathOfProject } from "./namespaces";
import { type Page, PagedList, type Patience } from "./paged-list";
import { fromDetails, fromNode, RUNNER_FIELDS, type RunnerRecord, type RunnerScope } from "./runners";
import type { RunnerDetails, RunnerNode } from "./types";

/** Prefix of the keys of shared runner lists; forget them after changing a runner. */
export const RUNNER_LISTS = "runners/";

/**
 * The list of the runners that belong to a scope itself; each page is read once and shared by all callers within one
 * operation. If GraphQL refuses, `all` reads them one by one through REST.
 */
export function runnersOf(gitlab: GitLab, scope: RunnerScope): Promise<PagedList<RunnerRecord>> {
    const key = `${RUNNER_LISTS}${scope.runnerType}/${scope.id ?? ""}${scope.below ? "/below" : ""}`;
    const byRest = async (error: unknown) => {
        if (!isRefusal(error)) throw error;
        return (await readByRest(gitlab, scope)).map((record) => [record.id, record] as const);
    };
    return gitlab.shared.get(
        key,
        async () => new PagedList((after) => readPage(gitlab, scope, after), PATIENCE, byRest),
    );
}

/** Number of runners in one query by id: 12 of about 14 units of complexity each stay below the limit of 250. */
export const IDS_IN_A_QUERY = 12;
/** The newest runners are most likely to be asked for, and a page is cheap for GitLab. */
const PATIENCE: Patience = { page: 100, firstPages: 2, part: 1 / 4, few: 10 };

interface Holder {
    runners: Connection<RunnerNode> | null;
}

/** Where a query has the list of a scope, and which of its runners belong to the scope itself. */
const LISTS: Record<string, { holder?: "group" | "project"; filter: string; more?: string; name?: string }> = {
    below: {
        holder: "group",
        filter: "membership: DESCENDANTS, type: PROJECT_TYPE",
        more: "projectCount",
        name: "projects below group",
    },
    // Only direct members: neither inherited runners nor those of subgroups.
    group_type: { holder: "group", filter: "membership: DIRECT" },
    project_type: { holder: "project", filter: "type: PROJECT_TYPE", more: "projectCount" },
    instance_type: { filter: "type: INSTANCE_TYPE" },
};

async function readPage(gitlab: GitLab, scope: RunnerScope, after: string | undefined): Promise<Page<RunnerRecord>> {
    const page = await query(gitlab, scope, after);
    const records = page.nodes.map(fromNode).filter(({ runnerType }) => runnerType === scope.runnerType);
    return { items: records.map((record) => [record.id, record]), total: page.count ?? 0, next: nextOf(page) };
}

async function query(
    gitlab: GitLab,
    { runnerType, id, below }: RunnerScope,
    after: string | undefined,
): Promise<Connection<RunnerNode>> {
    const { holder, filter, more = "", name = holder } = LISTS[below ? "below" : runnerType]!;
    const page = `{ count pageInfo { hasNextPage endCursor } nodes { ${RUNNER_FIELDS} ${more} } }`;
    const list = `runners(${filter}, first: 100, after: $after) ${page}`;
    if (holder === undefined) {
        const { runners } = await gitlab.graphql<Holder>(`query($after: String) { ${list} }`, { after });
        return runners ?? refuse("instance", id);
    }
    const path = await (holder === "group" ? pathOfGroup : pathOfProject)(gitlab, id!);
    const text = `query($path: ID!, $after: String) { ${holder}(fullPath: $path) { ${list} } }`;
    const found = await gitlab.graphql<Record<string, Holder | null>>(text, { path, after });
    return found[holder]?.runners ?? refuse(name!, id);
}

async function readByRest(gitlab: GitLab, { runnerType, id, below }: RunnerScope): Promise<RunnerRecord[]> {
    const routes: Record<string, string> = {
        group_type: `/groups/${id}/runners`,
        project_type: `/projects/${id}/runners`,
        instance_type: "/runners/all",
    };
    const items = below
        ? await listBelow(gitlab, id!)
        : await gitlab.list<{ id: number }>(routes[runnerType]!, { type: runnerType });
    // A runner that may be listed but not read belongs to somebody else, or is already gone.
    const details = await Promise.all(
        items.map((item) => gitlab.get<RunnerDetails>(`/runners/${item.id}`).catch(unlessHidden)),
    );
    const records = details.filter((item) => item !== undefined).map(fromDetails);
    // REST also lists the runners of ancestor groups.
    return records.filter(({ groupIds }) => runnerType !== "group_type" || groupIds?.includes(id!) !== false);
}

async function listBelow(gitlab: GitLab, group: number): Promise<{ id: number }[]> {
    const simply = { include_subgroups: true, simple: true, with_shared: false };
    const projects = await gitlab.list<{ id: number }>(`/groups/${group}/projects`, simply);
    const lists = await Promise.all(
        projects.map(({ id }) => gitlab.list<{ id: number }>(`/projects/${id}/runners`, { type: "project_type" })),
    );
    // A runner that serves several of the projects is listed with each of them.
    return [...new Map(lists.flat().map((item) => [item.id, item])).values()];
}

/** GraphQL answers null if the user may not see the list. */
function refuse(kind: string, id: number | undefined): never {
    throw refusedByGraphql(
        `the runners of the ${kind}${id === undefined ? "" : ` ${id}`} may not be listed`,
        "The token's user needs Owner of the group, Maintainer of the project, or administrator for the instance.",
    );
}
