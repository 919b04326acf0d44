import { type Sandbox, type Seed, startSandbox } from "../../sandbox";

/** What came back, with JSON read. */
export interface Reply {
    status: number;
    // biome-ignore lint/suspicious/noExplicitAny: tests compare answers of every shape with exact values.
    body: any;
    headers: Headers;
}

/** A caller of the sandbox with one token (or none). */
export interface Client {
    get(path: string, headers?: Record<string, string>): Promise<Reply>;
    post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
    put(path: string, body?: unknown): Promise<Reply>;
    patch(path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
    delete(path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
    /** Runs a GraphQL operation. */
    graphql(query: string, variables?: Record<string, unknown>): Promise<Reply>;
}

/** Calls the sandbox over HTTP as one of its seeded tokens, as any text, or anonymously. */
export function client(sandbox: Sandbox, token?: string): Client {
    const secret = token === undefined ? undefined : (sandbox.tokens[token] ?? token);
    const send = async (method: string, url: string, body?: unknown, extra: Record<string, string> = {}) => {
        const headers = { ...(secret === undefined ? {} : { "private-token": secret }), ...extra };
        const isRaw = typeof body === "string" || body instanceof Uint8Array || body instanceof FormData;
        const answer = await fetch(url, {
            method,
            redirect: "manual",
            headers: body === undefined || isRaw ? headers : { "content-type": "application/json", ...headers },
            ...(body === undefined ? {} : { body: isRaw ? (body as string) : JSON.stringify(body) }),
        });
        const text = await answer.text();
        const json = answer.headers.get("content-type")?.startsWith("application/json");
        return { status: answer.status, headers: answer.headers, body: json ? JSON.parse(text) : text };
    };
    const at = (path: string): string => `${sandbox.url}/api/v4${path}`;
    return {
        get: (path, headers) => send("GET", at(path), undefined, headers),
        post: (path, body, headers) => send("POST", at(path), body, headers),
        put: (path, body) => send("PUT", at(path), body),
        patch: (path, body, headers) => send("PATCH", at(path), body, headers),
        delete: (path, body, headers) => send("DELETE", at(path), body, headers),
        graphql: (query, variables) => send("POST", `${sandbox.url}/api/graphql`, { query, variables }),
    };
}

/** Everybody that the rules distinguish: an administrator, owner, maintainer, developer of `apps`, and a stranger. */
export const PEOPLE: Seed = {
    users: [
        { username: "root", admin: true },
        { username: "owner" },
        { username: "maintainer" },
        { username: "developer" },
        { username: "stranger" },
    ],
    groups: [
        { path: "apps", members: { owner: "owner", maintainer: "maintainer", developer: "developer" } },
        { path: "apps/sub" },
        { path: "elsewhere" },
    ],
    projects: [
        { path: "apps/etl" },
        { path: "apps/web" },
        { path: "apps/sub/deep" },
        { path: "elsewhere/secret" },
        { path: "elsewhere/open", visibility: "public" },
    ],
    tokens: ["root", "owner", "maintainer", "developer", "stranger"]
        .map((user) => ({ name: user, user, scopes: ["api"] }))
        .concat(
            { name: "reader", user: "owner", scopes: ["read_api"] },
            { name: "creator", user: "owner", scopes: ["create_runner"] },
            { name: "manager", user: "owner", scopes: ["manage_runner"] },
        ),
};

/** Registers a sandbox that lives as long as the suite; `reset` runs before each test. */
export function sandboxFor(seed: Seed = PEOPLE, options: Parameters<typeof startSandbox>[0] = {}): () => Sandbox {
    let sandbox: Sandbox | undefined;
    before(async () => {
        sandbox = await startSandbox({ seed, ...options });
    });
    beforeEach(() => sandbox?.reset());
    after(() => sandbox?.close());
    return () => {
        if (!sandbox) throw new Error("the sandbox is not up yet");
        return sandbox;
    };
}
