import type { GitLab } from "./client";
import { nextOf } from "./connection";
import { GitLabError } from "./errors";
import { fromGid } from "./gid";
import { PageTurner } from "./pages";
import { toTime } from "./runner-tokens";

/** Whose runners are listed. `manageable`: those that the token's user may change. */
export type AuditScope =
    | { kind: "instance" }
    | { kind: "group"; path: string }
    | { kind: "project"; path: string }
    | { kind: "manageable" };

/** One runner as an audit sees it. Times are milliseconds since 1970. */
export interface AuditedRunner {
    id: number;
    description: string;
    runnerType: string;
    /** Full path of the group or project that owns it; absent for instance runners. */
    belongsTo?: string;
    status: string;
    paused: boolean;
    contactedAt?: number;
    createdAt?: number;
    creator?: string;
    tags: string[];
    /** Empty too when the token's user may not change the runner. */
    note: string;
    managers: number;
    projects?: number;
}

/** One page of an audit. */
export interface AuditPage {
    runners: AuditedRunner[];
    /** How many runners there are, where GitLab said it. */
    total?: number;
}

const FIELDS =
    "id description runnerType status paused contactedAt createdAt createdBy { username } tagList maintenanceNote " +
    "projectCount managers { count } ownerProject { fullPath } groups { nodes { fullPath } }";

interface Node {
    id: string;
    description: string | null;
    runnerType: string;
    status: string;
    paused: boolean;
    contactedAt: string | null;
    createdAt: string | null;
    createdBy: { username: string } | null;
    tagList: string[] | null;
    maintenanceNote: string | null;
    projectCount: number | null;
    managers: { count: number } | null;
    ownerProject: { fullPath: string } | null;
    groups: { nodes: { fullPath: string }[] } | null;
}

interface Page {
    count?: number;
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
    nodes: Node[];
}

/** All runners of a scope, 100 at a time: nothing of a page is kept, so memory does not grow with their number. */
export async function* auditRunners(gitlab: GitLab, scope: AuditScope): AsyncGenerator<AuditPage> {
    let after: string | undefined;
    const pages = new PageTurner("of runners");
    for (let first = true; ; first = false) {
        const { query, pick } = toQuery(scope, first);
        const path = "path" in scope ? scope.path : undefined;
        const page = pick(await gitlab.graphql<Record<string, unknown>>(query, { path, after }));
        if (page === undefined) throw notVisible(scope);
        yield { runners: page.nodes.map(toRunner), total: page.count };
        after = pages.turn(nextOf(page));
        if (after === undefined) return;
    }
}

function toQuery(scope: AuditScope, first: boolean) {
    const page = (args: string) =>
        `runners(first: 100, after: $after${args}) { ${first ? "count " : ""}pageInfo { hasNextPage endCursor } nodes { ${FIELDS} } }`;
    type Data = Record<string, unknown>;
    const inside = (key: string) => (data: Data) => (data[key] as { runners?: Page } | null)?.runners ?? undefined;
    switch (scope.kind) {
        case "instance":
            return {
                query: `query($after: String) { ${page("")} }`,
                pick: (data: Data) => (data.runners as Page | null) ?? undefined,
            };
        case "group":
            return {
                query: `query($path: ID!, $after: String) { group(fullPath: $path) { ${page(", membership: DESCENDANTS")} } }`,
                pick: inside("group"),
            };
        case "project":
            return {
                query: `query($path: ID!, $after: String) { project(fullPath: $path) { ${page(", type: PROJECT_TYPE")} } }`,
                pick: inside("project"),
            };
        case "manageable":
            return { query: `query($after: String) { currentUser { ${page("")} } }`, pick: inside("currentUser") };
    }
}

function toRunner(node: Node): AuditedRunner {
    return {
        id: fromGid(node.id),
        description: node.description ?? "",
        runnerType: node.runnerType.toLowerCase(),
        belongsTo: node.ownerProject?.fullPath ?? node.groups?.nodes[0]?.fullPath,
        status: node.status.toLowerCase(),
        paused: node.paused,
        contactedAt: toTime(node.contactedAt),
        createdAt: toTime(node.createdAt),
        creator: node.createdBy?.username,
        tags: node.tagList ?? [],
        note: node.maintenanceNote ?? "",
        managers: node.managers?.count ?? 0,
        projects: node.projectCount ?? undefined,
    };
}

function notVisible(scope: AuditScope): GitLabError {
    const what = "path" in scope ? `${scope.kind} ${scope.path}` : scope.kind;
    return new GitLabError({
        method: "POST",
        path: "/api/graphql",
        status: 403,
        words: `the runners of ${what} may not be listed, or it does not exist`,
        remedy: "The token's user needs Maintainer of the group or project, or administrator for the instance.",
    });
}
