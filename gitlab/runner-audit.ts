import type { GitLab } from "./client";
import { type Connection, nextOf } from "./connection";
import { GitLabError, refusedByGraphql } from "./errors";
import { fromGid } from "./ids";
import { PageTurner } from "./pages";
import { toTime } from "./runner-tokens";
import type { RunnerNode } from "./types";

/** Whose runners are listed. `manageable`: those that the token's user may change. */
export type AuditScope =
    | { kind: "instance" }
    | { kind: "group"; path: string }
    | { kind: "project"; path: string }
    | { kind: "manageable" };

/** One runner in an audit. Times are milliseconds since 1970. */
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
    /** Also empty if the token's user may not change the runner. */
    note: string;
    managers: number;
}

export interface AuditPage {
    runners: AuditedRunner[];
    /** Total number of runners, if GitLab returned it. */
    total?: number;
}

const FIELDS =
    "id description runnerType status paused contactedAt createdAt createdBy { username } tagList maintenanceNote " +
    "managers { count } ownerProject { fullPath } groups { nodes { fullPath } }";

interface Node
    extends Omit<RunnerNode, "locked" | "runUntagged" | "accessLevel" | "maximumTimeout" | "tokenExpiresAt"> {
    managers: { count: number } | null;
    ownerProject: { fullPath: string } | null;
    groups: { nodes: { fullPath: string }[] } | null;
}

interface Holder {
    runners?: Connection<Node> | null;
}

/** All runners of a scope, 100 at a time: pages are not kept, so memory does not grow with the number of runners. */
export async function* auditRunners(gitlab: GitLab, scope: AuditScope): AsyncGenerator<AuditPage> {
    let after: string | undefined;
    const pages = new PageTurner("of runners");
    for (let first = true; ; first = false) {
        const path = "path" in scope ? scope.path : undefined;
        const answer = await gitlab
            .graphql<Holder & { found?: Holder | null }>(toQuery(scope, first), { path, after })
            .catch((error) => {
                // An error of GraphQL comes with 200 and does not name the object. An answer that is not GitLab's may
                // come with 200, too.
                const isSaid = error instanceof GitLabError && error.status === 200 && error.remedy === "";
                throw isSaid ? notVisible(scope, error.words) : error;
            });
        const page = (LISTS[scope.kind].holder === undefined ? answer : answer.found)?.runners;
        if (!page) throw notVisible(scope);
        yield { runners: page.nodes.map(toRunner), total: page.count };
        after = pages.turn(nextOf(page));
        if (after === undefined) return;
    }
}

/** Where a query has the list of a scope, and with which arguments. */
const LISTS: Record<AuditScope["kind"], { holder?: string; filter?: string }> = {
    instance: {},
    group: { holder: "group(fullPath: $path)", filter: ", membership: DESCENDANTS" },
    project: { holder: "project(fullPath: $path)", filter: ", type: PROJECT_TYPE" },
    manageable: { holder: "currentUser" },
};

function toQuery({ kind }: AuditScope, first: boolean) {
    const { holder, filter = "" } = LISTS[kind];
    const list = `runners(first: 100, after: $after${filter}) { ${first ? "count " : ""}pageInfo { hasNextPage endCursor } nodes { ${FIELDS} } }`;
    const path = holder?.includes("$path") ? "$path: ID!, " : "";
    return `query(${path}$after: String) { ${holder === undefined ? list : `found: ${holder} { ${list} }`} }`;
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
    };
}

function notVisible(scope: AuditScope, words?: string): GitLabError {
    const what =
        "path" in scope ? `${scope.kind} ${scope.path}` : scope.kind === "instance" ? "the instance" : "the user";
    const missing = "path" in scope ? `, or there is no ${scope.kind} of this path` : "";
    const role = "path" in scope ? `needs Maintainer of the ${scope.kind}` : "must be an administrator";
    return refusedByGraphql(
        `the runners of ${what} may not be listed${missing}${words === undefined ? "" : ` ("${words}")`}`,
        scope.kind === "manageable" ? "" : `The token's user ${role}.`,
        200,
    );
}
