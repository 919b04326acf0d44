/** Query parameters or a JSON body. */
export type Fields = Record<string, unknown>;

export interface Request {
    method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
    /** Path below `/api/v4`, beginning with a slash, already encoded; or `/api/graphql`. */
    path: string;
    query?: Fields;
    body?: Fields;
    /** Whether sending it twice does the same as sending it once. */
    idempotent: boolean;
    /** Sent as a runner, with its authentication token, and without the user's. */
    runnerToken?: string;
}

export const GRAPHQL = "/api/graphql";

/** Where a request goes, below the base of the REST API. */
export function urlOf(baseUrl: string, { path, query }: Request): URL {
    const api = baseUrl.replace(/\/$/, "");
    const url = new URL(path === GRAPHQL ? api.replace(/\/api\/v4$/, GRAPHQL) : api + path);
    for (const [key, value] of Object.entries(query ?? {})) {
        if (value !== undefined) url.searchParams.set(key, String(value));
    }
    return url;
}

/** Our GraphQL asks for contacts and creations of runners and their managers only. */
export function tellsOfRunners(path: string): boolean {
    return path === GRAPHQL || /^\/((groups|projects)\/[^/]+\/)?runners(?!.*\/jobs)/.test(path);
}
