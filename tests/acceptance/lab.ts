import { randomBytes } from "node:crypto";
import { loginHeader } from "../../core/token-kinds";
import { type Made, staysInside } from "./guard";

/** An answer with its JSON read. */
export interface Reply {
    status: number;
    // biome-ignore lint/suspicious/noExplicitAny: tests compare answers of every shape.
    body: any;
    headers: Headers;
}

interface Thing {
    id: number;
    description: string | null;
    name?: string;
    path?: string;
    full_path?: string;
    path_with_namespace?: string;
    marked_for_deletion_on?: string | null;
}

/** What is made bears this, so that the next run knows what one that was killed left behind. */
export const MARK = "Made by gitlab-fleet's acceptance tests, which remove it again.";

/** The GitLab under test. Whatever writes stays below the scratch group. */
export class Lab {
    readonly made: Made = {
        scratch: 0,
        groups: new Set(),
        projects: new Set(),
        runners: new Set(),
        tokens: new Set(),
        paths: new Set(),
    };
    version = "";
    edition = "";
    private names = 0;

    constructor(
        readonly url: string,
        readonly token: string,
        readonly group: string,
    ) {}

    /** Major version, by which the few beliefs that differ are told apart. */
    get major(): number {
        return Number(this.version.split(".")[0]);
    }

    /** Looks at GitLab and group, takes away what an earlier run left there, and refuses to go on where there is more. */
    async open(): Promise<void> {
        const { status, body } = await this.get("/version");
        if (status !== 200) throw new Error(`${this.url} answers ${status} to GET /version: is GITLAB_TOKEN good?`);
        this.version = String(body.version);
        this.edition = body.enterprise === undefined ? "unknown" : body.enterprise ? "EE" : "CE";
        const group = await this.get(`/groups/${encodeURIComponent(this.group)}?with_projects=false`);
        if (group.status !== 200) throw new Error(`There is no group ${this.group} that GITLAB_TOKEN may see.`);
        this.made.scratch = group.body.id;
        const strangers: string[] = [];
        for (const thing of [...(await this.all("projects")), ...(await this.all("subgroups"))]) {
            const kind = thing.full_path === undefined ? "projects" : "groups";
            if (!thing.description?.startsWith(MARK))
                strangers.push(thing.full_path ?? thing.path_with_namespace ?? "");
            else this.made[kind].add(thing.id);
        }
        const direct = `query($path: ID!) { group(fullPath: $path) { runners(membership: DIRECT, first: 9) { nodes { id } } } }`;
        const runners = (await this.graphql(direct, { path: group.body.full_path })).body.data?.group?.runners?.nodes;
        if (runners === undefined)
            throw new Error(`The runners of ${this.group} cannot be listed: its Owner's token is needed.`);
        if (runners.length > 0) strangers.push(`${runners.length} runners`);
        if (strangers.length > 0) {
            this.made.groups.clear();
            this.made.projects.clear();
            throw new Error(
                `Group ${this.group} holds what these tests did not make: ${strangers.slice(0, 5).join(", ")}. They need a group of their own. Nothing was changed.`,
            );
        }
        await this.close();
    }

    /** Removes everything that was made. What GitLab only marks is removed by a second request, for good. */
    async close(): Promise<void> {
        const problems: string[] = [];
        for (const id of this.made.runners) {
            const { status } = await this.send("DELETE", `/runners/${id}`);
            if (status !== 204 && status !== 404) problems.push(`runner ${id} (${status})`);
        }
        this.made.runners.clear();
        for (const kind of ["projects", "groups"] as const) {
            // Subgroups before the groups that they are in: they were made later.
            for (const id of [...this.made[kind]].sort((a, b) => b - a)) {
                if (!(await this.remove(kind, id))) problems.push(`${kind} ${id}`);
                this.made[kind].delete(id);
            }
        }
        if (problems.length > 0) throw new Error(`Could not be removed from ${this.group}: ${problems.join(", ")}`);
    }

    /** A name that nothing else in this GitLab has. */
    name(what: string): string {
        this.names += 1;
        return `fleet-acceptance-${what}-${this.names}-${randomBytes(3).toString("hex")}`;
    }

    async makeGroup(parent = this.made.scratch): Promise<{ id: number; full_path: string }> {
        const name = this.name("group");
        const { body } = await this.must("POST", "/groups", { name, path: name, parent_id: parent, description: MARK });
        this.made.groups.add(body.id);
        return body;
    }

    async makeProject(group: number): Promise<{ id: number; path_with_namespace: string }> {
        const name = this.name("project");
        const { body } = await this.must("POST", "/projects", {
            name,
            path: name,
            namespace_id: group,
            description: MARK,
        });
        this.made.projects.add(body.id);
        this.made.paths.add(body.path_with_namespace);
        return body;
    }

    /** A group runner unless the fields say otherwise. */
    async makeRunner(
        fields: Record<string, unknown>,
    ): Promise<{ id: number; token: string; token_expires_at: unknown }> {
        const type = fields.project_id === undefined ? "group_type" : "project_type";
        const { body } = await this.must("POST", "/user/runners", { runner_type: type, ...fields });
        this.made.runners.add(body.id);
        this.made.tokens.add(body.token);
        return body;
    }

    get(path: string): Promise<Reply> {
        return this.send("GET", path);
    }

    graphql(query: string, variables: Record<string, unknown> = {}): Promise<Reply> {
        return this.send("POST", "/api/graphql", { query, variables });
    }

    /** As a runner or anybody: without the user's token. */
    asRunner(method: string, path: string, body?: Record<string, unknown>, headers = {}): Promise<Reply> {
        return this.send(method, path, body, headers, false);
    }

    /** Must succeed. */
    async must(method: string, path: string, body?: Record<string, unknown>): Promise<Reply> {
        const reply = await this.send(method, path, body);
        if (reply.status >= 300) {
            const words = JSON.stringify(reply.body).slice(0, 300);
            throw new Error(`${method} ${path} was answered ${reply.status}: ${words}`);
        }
        return reply;
    }

    async send(
        method: string,
        path: string,
        body?: Record<string, unknown>,
        headers: Record<string, string> = {},
        asUser = true,
    ): Promise<Reply> {
        if (!staysInside(this.made, { method, path, body })) {
            throw new Error(`${method} ${path.split("?")[0]} would write outside ${this.group}, and is not sent.`);
        }
        const answer = await fetch(`${this.url}${path === "/api/graphql" ? "" : "/api/v4"}${path}`, {
            method,
            redirect: "manual",
            headers: {
                ...(asUser ? loginHeader(this.token) : {}),
                ...(body === undefined ? {} : { "content-type": "application/json" }),
                ...headers,
            },
            body: body === undefined ? undefined : JSON.stringify(body),
            signal: AbortSignal.timeout(90_000),
        });
        const text = await answer.text();
        const json = /json/.test(answer.headers.get("content-type") ?? "") && text !== "";
        return { status: answer.status, headers: answer.headers, body: json ? JSON.parse(text) : text };
    }

    private async all(kind: "projects" | "subgroups"): Promise<Thing[]> {
        const { body } = await this.must("GET", `/groups/${this.made.scratch}/${kind}?per_page=100&with_shared=false`);
        return body;
    }

    private async remove(kind: "projects" | "groups", id: number): Promise<boolean> {
        const path = `/${kind}/${id}`;
        await this.send("DELETE", path);
        const left = await this.get(kind === "groups" ? `${path}?with_projects=false` : path);
        // One that is not marked is under way.
        if (left.status === 404 || !left.body.marked_for_deletion_on) return left.status < 500;
        const fullPath = encodeURIComponent(left.body.full_path ?? left.body.path_with_namespace);
        const { status } = await this.send("DELETE", `${path}?permanently_remove=true&full_path=${fullPath}`);
        return status < 300 || status === 404;
    }
}

let current: Lab | undefined;

/** Begins the run. */
export function startLab(env: NodeJS.ProcessEnv): Lab {
    const { GITLAB_URL, GITLAB_TOKEN, GROUP } = env;
    for (const [name, value] of Object.entries({ GITLAB_URL, GITLAB_TOKEN, GROUP })) {
        if (!value) throw new Error(`${name} is missing. See docs/acceptance.md.`);
    }
    current = new Lab(GITLAB_URL!.replace(/\/+$/, ""), GITLAB_TOKEN!, GROUP!);
    return current;
}

/** The GitLab under test. */
export function lab(): Lab {
    if (current === undefined) throw new Error("The run has not begun.");
    return current;
}

/** Why tests were not tried, by their titles. */
export const reasons = new Map<string, string>();

/** This GitLab cannot show it: says so in the report, and goes on with the next test. */
export function cannotTry(test: Mocha.Context, why: string): never {
    reasons.set(test.test!.fullTitle(), why);
    test.skip();
    throw new Error("skipped");
}

/** For what the sandbox does not have: it answers 501 to each route that nobody wrote. */
export function unlessUnwritten(test: Mocha.Context, { status, body }: Reply): void {
    if (status !== 501) return;
    cannotTry(test, `this GitLab has no such route (${String(body.message ?? body).slice(0, 120)})`);
}
