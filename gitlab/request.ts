/** Query parameters or a JSON body. */
export type Fields = Record<string, unknown>;

export interface Request {
    method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
    /** Path below `/api/v4`, beginning with a slash, already encoded; or `/api/graphql`. */
    path: string;
    query?: Fields;
    body?: Fields;
    /** Whether sending it twice has the same effect as sending it once. */
    idempotent: boolean;
    /** Authentication token of a runner, which is sent instead of the user's token. */
    runnerToken?: string;
}

export const GRAPHQL = "/api/graphql";

export function urlOf(baseUrl: string, { path, query }: Request): URL {
    const api = baseUrl.replace(/\/$/, "");
    const url = new URL(path === GRAPHQL ? api.replace(/\/api\/v4$/, GRAPHQL) : api + path);
    for (const [key, value] of Object.entries(query ?? {})) {
        if (value !== undefined) url.searchParams.set(key, String(value));
    }
    return url;
}

/**
 * Whether the times in an answer are those of runners. Our GraphQL queries ask only for the contacts and creations of
 * runners and their managers.
 */
export function tellsOfRunners(path: string): boolean {
    return path === GRAPHQL || /^\/((groups|projects)\/[^/]+\/)?runners(?!.*\/jobs)/.test(path);
}
