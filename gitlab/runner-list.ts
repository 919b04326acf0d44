import type { GitLab } from "./client";
import { type Connection, nextOf } from "./connection";
import { isRefusal, refusedByGraphql, unlessHidden } from "./errors";
import { pathOfGroup, pathOfProject } from "./namespaces";
import { type Page, PagedList, type Patience } from "./paged-list";
import { fromDetails, fromNode, RUNNER_FIELDS, type RunnerRecord, type RunnerScope } from "./runners";
import type { RunnerDetails, RunnerNode } from "./types";

/** Keys under which lists of runners are shared; forget them when a runner was written. */
export const RUNNER_LISTS = "runners/";

/** The list of the runners that belong to a scope itself, shared by all who ask within one operation. */
export function runnersOf(gitlab: GitLab, scope: RunnerScope): Promise<RunnerList> {
    const key = `${RUNNER_LISTS}${scope.runnerType}/${scope.id ?? ""}${scope.below ? "/below" : ""}`;
    return gitlab.shared.get(key, async () => new RunnerList(gitlab, scope));
}

/** Runners asked for by id in one query: 12 of about 14 units of complexity each stay below the limit of 250. */
export const IDS_IN_A_QUERY = 12;
/** The newest are the likeliest to be asked for, and a page costs GitLab little. */
const PATIENCE: Patience = { page: 100, firstPages: 2, part: 1 / 4, few: 10 };

interface Holder {
    runners: Connection<RunnerNode> | null;
}

/** What in a query holds the list of a scope, and which of its runners are the scope's own. */
const LISTS: Record<string, { holder?: "group" | "project"; filter: string; more?: string; name?: string }> = {
    below: {
        holder: "group",
        filter: "membership: DESCENDANTS, type: PROJECT_TYPE",
        more: "projectCount",
        name: "projects below group",
    },
    // Only direct members: neither what the group inherits nor what its subgroups have.
    group_type: { holder: "group", filter: "membership: DIRECT" },
    project_type: { holder: "project", filter: "type: PROJECT_TYPE", more: "projectCount" },
    instance_type: { filter: "type: INSTANCE_TYPE" },
};

/** The runners of one scope, read page by page, each page once. */
export class RunnerList {
    private readonly list = new PagedList<RunnerRecord>((after) => this.readPage(after), PATIENCE);

    constructor(
        private readonly gitlab: GitLab,
        private readonly scope: RunnerScope,
    ) {}

    /** One runner, where a page that was read already has it. */
    peek(id: number): RunnerRecord | undefined {
        return this.list.peek(id);
    }

    /** One runner, unless asking for it by id is cheaper than reading on. */
    find(id: number): Promise<RunnerRecord | undefined> {
        return this.list.find(id);
    }

    /** All of them. Through REST, one by one, when GraphQL refuses. */
    async all(): Promise<RunnerRecord[]> {
        try {
            return await this.list.all();
        } catch (error) {
            if (!isRefusal(error)) throw error;
            this.list.end((await this.readByRest()).map((record) => [record.id, record]));
            return this.list.all();
        }
    }

    /** Notes a request, or a part of one, that asked by id for what was not found here. */
    noteSpent(requests: number): void {
        this.list.noteSpent(requests);
    }

    private async readPage(after: string | undefined): Promise<Page<RunnerRecord>> {
        const page = await this.query(after);
        const { nodes, count } = page;
        const records = nodes.map(fromNode).filter(({ runnerType }) => runnerType === this.scope.runnerType);
        return {
            items: records.map((record) => [record.id, record]),
            total: count ?? 0,
            next: nextOf(page),
        };
    }

    private async query(after: string | undefined): Promise<Connection<RunnerNode>> {
        const { runnerType, id, below } = this.scope;
        const { holder, filter, more = "", name = holder } = LISTS[below ? "below" : runnerType]!;
        const page = `{ count pageInfo { hasNextPage endCursor } nodes { ${RUNNER_FIELDS} ${more} } }`;
        const list = `runners(${filter}, first: 100, after: $after) ${page}`;
        if (holder === undefined) {
            const { runners } = await this.gitlab.graphql<Holder>(`query($after: String) { ${list} }`, { after });
            return runners ?? refuse("instance", id);
        }
        const path = await (holder === "group" ? pathOfGroup : pathOfProject)(this.gitlab, id!);
        const query = `query($path: ID!, $after: String) { ${holder}(fullPath: $path) { ${list} } }`;
        const found = await this.gitlab.graphql<Record<string, Holder | null>>(query, { path, after });
        return found[holder]?.runners ?? refuse(name!, id);
    }

    private async readByRest(): Promise<RunnerRecord[]> {
        const { runnerType, id } = this.scope;
        const routes: Record<string, string> = {
            group_type: `/groups/${id}/runners`,
            project_type: `/projects/${id}/runners`,
            instance_type: "/runners/all",
        };
        const items = this.scope.below
            ? await this.listBelow(id!)
            : await this.gitlab.list<{ id: number }>(routes[runnerType]!, { type: runnerType });
        // A runner that may be listed but not read belongs to somebody else, or is gone already.
        const details = await Promise.all(
            items.map((item) => this.gitlab.get<RunnerDetails>(`/runners/${item.id}`).catch(unlessHidden)),
        );
        const records = details.filter((item) => item !== undefined).map(fromDetails);
        // REST lists the runners of ancestor groups as well.
        return records.filter(({ groupIds }) => runnerType !== "group_type" || groupIds?.includes(id!) !== false);
    }

    private async listBelow(group: number): Promise<{ id: number }[]> {
        const query = { include_subgroups: true, simple: true, with_shared: false };
        const projects = await this.gitlab.list<{ id: number }>(`/groups/${group}/projects`, query);
        const lists = await Promise.all(
            projects.map(({ id }) =>
                this.gitlab.list<{ id: number }>(`/projects/${id}/runners`, { type: "project_type" }),
            ),
        );
        // A runner that serves several of the projects is listed with each of them.
        return [...new Map(lists.flat().map((item) => [item.id, item])).values()];
    }
}

/** GraphQL answers null where the user may not look. */
function refuse(kind: string, id: number | undefined): never {
    throw refusedByGraphql(
        `the runners of the ${kind}${id === undefined ? "" : ` ${id}`} may not be listed`,
        "The token's user needs Owner of the group, Maintainer of the project, or administrator for the instance.",
    );
}
