/** What the suite has made in a GitLab, by id, and the group below which it may make more. */
export interface Made {
    /** Id of the scratch group itself: things are made in it, and nothing of it is changed. */
    scratch: number;
    groups: Set<number>;
    projects: Set<number>;
    runners: Set<number>;
    /** Authentication tokens of those runners, dead ones too. */
    tokens: Set<string>;
    /** Full paths of those projects, as GraphQL names them. */
    paths: Set<string>;
}

/** A request that is to be sent. */
export interface Wanted {
    method: string;
    /** Below `/api/v4`, or `/api/graphql`. */
    path: string;
    body?: Record<string, unknown>;
}

/**
 * Whether a request stays within what the suite has made. Everything that is not known to stay there does not: a wrong line in a
 * test must not cost anybody a runner.
 */
export function staysInside(made: Made, { method, path, body = {} }: Wanted): boolean {
    if (method === "GET" || method === "HEAD") return true;
    const [route = "", query = ""] = path.split("?");
    if (route === "/api/graphql") return isQuery(body) || staysByPath(made, body);
    if (route === "/user/runners")
        return made.groups.has(Number(body.group_id)) || made.projects.has(Number(body.project_id));
    if (route === "/groups") return Number(body.parent_id) === made.scratch || made.groups.has(Number(body.parent_id));
    if (route === "/projects") return made.groups.has(Number(body.namespace_id));
    return query.includes("namespace") ? false : isOfMade(made, route, body);
}

/** Whether a route leads to something that was made, and is not about where that belongs. */
function isOfMade(made: Made, route: string, body: Record<string, unknown>): boolean {
    // What a runner sends names it by its token: one that is made up belongs to nobody.
    if (/^\/(runners\/(verify|managers)|jobs\/request)$/.test(route)) {
        return typeof body.token === "string" && (made.tokens.has(body.token) || body.token.startsWith(NOBODYS_TOKEN));
    }
    const [, kind, id = "", ...rest] = route.split("/");
    if (!/^\d+$/.test(id)) return false;
    if (kind === "runners") return made.runners.has(Number(id));
    if (kind === "groups") return made.groups.has(Number(id)) && rest.length === 0;
    return kind === "projects" && made.projects.has(Number(id)) && rest[0] !== "transfer";
}

/** How a token begins that no runner has. */
export const NOBODYS_TOKEN = "glrt-gitlab-fleet-acceptance-";

function isQuery({ query }: Record<string, unknown>): boolean {
    return typeof query === "string" && !/\bmutation\b/.test(query);
}

/** Mutations have one input, whose project is one that was made. */
function staysByPath(made: Made, { variables }: Record<string, unknown>): boolean {
    const { input } = (variables ?? {}) as { input?: { projectPath?: unknown } };
    return typeof input?.projectPath === "string" && made.paths.has(input.projectPath);
}
