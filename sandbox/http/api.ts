import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from "fastify";
import findMyWay from "find-my-way";
import { misfitOf } from "../answers/check";
import type { Clock } from "../clock";
import type { Faults } from "../faults";
import type { Journal } from "../journal";
import type { AccessToken, GitLabVersion, RateLimitName, User } from "../store/entities";
import type { Store } from "../store/store";
import { type Identity, identify, requireScope } from "./auth";
import { type RawParams, rawParams } from "./body";
import { unauthorized } from "./errors";
import type { RateLimiter } from "./limits";
import { pageHeaders, readPage, slice } from "./paging";
import { type Rule, readParams, type Specs, type Values } from "./params";

/** Everything that makes up a running sandbox. */
export interface World {
    db: Store;
    clock: Clock;
    journal: Journal;
    faults: Faults;
    limiter: RateLimiter;
}

const BASE = "/api/v4";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** What a route answers with that says nothing else. */
const STATUS: Record<Method, number> = { GET: 200, POST: 201, PUT: 200, PATCH: 200, DELETE: 204 };

/** What a route declares before its handler runs; checks follow GitLab's order. */
export interface Route<S extends Specs> {
    /** Who may call: users (default), anybody, or whoever knows a secret that the handler itself checks. */
    auth?: "user" | "optional" | "none";
    /** Token scopes that suffice besides `api` (and `read_api` for GET). */
    scopes?: string[];
    params?: S;
    rules?: Rule[];
    /** Status of success. @default 201 for POST, 204 for DELETE, otherwise 200 */
    status?: number;
    /** Application rate limit, counted per user or address. */
    limit?: RateLimitName;
}

export type Handler<S extends Specs> = (call: Call<S>) => unknown;

/** An answer that is not plain JSON with the route's own status. */
export class Answer {
    constructor(
        readonly status: number,
        readonly body: unknown,
        readonly headers: Record<string, string> = {},
        /** Media type; anything but JSON is sent unchanged. */
        readonly type = "application/json",
    ) {}
}

/** One request during its handling. */
export class Call<S extends Specs = Specs> {
    readonly headers: Record<string, string> = {};

    constructor(
        readonly world: World,
        readonly req: FastifyRequest,
        readonly identity: Identity,
        readonly raw: RawParams,
        readonly params: Values<S>,
    ) {}

    get db(): Store {
        return this.world.db;
    }

    get version(): GitLabVersion {
        return this.world.db.version;
    }

    /** The caller; only for routes that require one. */
    get user(): User {
        if (!this.identity.user) throw unauthorized();
        return this.identity.user;
    }

    get token(): AccessToken | undefined {
        return this.identity.token;
    }

    /** Whether the caller acts as administrator. */
    get admin(): boolean {
        return isAdmin(this.db, this.identity);
    }

    /** A part of the path, decoded. */
    path(name: string): string {
        return (this.req.params as Record<string, string>)[name]!;
    }

    /** Whether the caller sent a parameter at all. */
    has(name: string): boolean {
        return name in this.raw;
    }

    /** One page of the rows, with GitLab's headers. */
    page<Row>(rows: readonly Row[], present: (row: Row) => unknown): unknown[] {
        const request = readPage(this.raw);
        const { externalUrl, paginationTotals } = this.db.settings;
        Object.assign(
            this.headers,
            pageHeaders(new URL(this.req.url, externalUrl), rows.length, request, paginationTotals),
        );
        return slice(rows, request).map(present);
    }
}

/** Whether the caller acts as administrator, considering admin mode. */
export function isAdmin(db: Store, { user, token }: Identity): boolean {
    return user?.admin === true && (!db.settings.adminMode || token?.scopes.includes("admin_mode") === true);
}

/** A route's function that answers for any sandbox. */
type Answering = (world: World, req: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

/** GitLab accepts a trailing slash, and encoded full paths of groups as one part. */
export const ROUTER_OPTIONS = { ignoreTrailingSlash: true, maxParamLength: 2000 };
const METHODS: HTTPMethods[] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

/**
 * The routes under `/api/v4`, and the checks that all of them share. They are created once per process and are not
 * bound to a sandbox: a test process starts hundreds of sandboxes, and creating the routes took most of each start.
 */
export class Api {
    /** Every route, for the coverage table. */
    readonly routes: { method: Method; path: string }[] = [];
    private readonly router = findMyWay(ROUTER_OPTIONS);

    /** Lets an app answer for a sandbox. */
    serve(app: FastifyInstance, world: World): void {
        const handler = async (req: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
            const found = this.router.find(req.method as Method, req.url.slice(BASE.length));
            if (found === null) {
                reply.callNotFound();
                return reply;
            }
            req.params = found.params;
            return (found.store as Answering)(world, req, reply);
        };
        app.route({ method: METHODS, url: `${BASE}/*`, handler });
    }

    get<S extends Specs>(path: string, route: Route<S>, handler: Handler<S>): void {
        this.route("GET", path, route, handler);
    }

    post<S extends Specs>(path: string, route: Route<S>, handler: Handler<S>): void {
        this.route("POST", path, route, handler);
    }

    put<S extends Specs>(path: string, route: Route<S>, handler: Handler<S>): void {
        this.route("PUT", path, route, handler);
    }

    patch<S extends Specs>(path: string, route: Route<S>, handler: Handler<S>): void {
        this.route("PATCH", path, route, handler);
    }

    delete<S extends Specs>(path: string, route: Route<S>, handler: Handler<S>): void {
        this.route("DELETE", path, route, handler);
    }

    private route<S extends Specs>(method: Method, path: string, route: Route<S>, handler: Handler<S>): void {
        const { auth = "user", params = {} as S, rules = [], scopes = [] } = route;
        const allowed = [...scopes, "api", ...(method === "GET" ? ["read_api"] : [])];
        // A refusal names every scope that the route has registered, including `read_api`, which suffices only for
        // reading.
        const registered = [...scopes, "api", "read_api"];
        const { status = STATUS[method] } = route;
        const answer: Answering = async (world, req, reply) => {
            const { limiter } = world;
            const raw = { ...rawParams(req), ...(req.params as RawParams) };
            const identity: Identity = auth === "none" ? {} : callerOf(world, req, raw);
            if (auth === "user" && !identity.user) throw unauthorized();
            requireScope(identity.token, allowed, registered);
            const call = new Call<S>(world, req, identity, raw, readParams(params, rules, raw));
            if (route.limit) limiter.check(route.limit, identity.user?.id ?? req.ip);
            const result = await handler(call);
            if (result instanceof Answer) return send(reply.headers(call.headers), result);
            const misfit = status === 204 ? undefined : misfitOf(`${method} ${path}`, result);
            // An invented or omitted field makes the request fail.
            if (misfit !== undefined) throw new Error(`the answer is not GitLab's: ${misfit}`);
            return send(reply.headers(call.headers), new Answer(status, result));
        };
        this.routes.push({ method, path });
        this.router.on(method === "GET" ? ["GET", "HEAD"] : method, path, () => {}, answer);
    }
}

/** Whoever asks, unless it asks too often. */
function callerOf({ db, limiter }: World, req: FastifyRequest, raw: RawParams): Identity {
    const identity = identify(db, req.headers, raw);
    req.identity = identity;
    limiter.throttle(identity.user?.id ?? req.ip);
    return identity;
}

/** Sends an answer the way GitLab does. */
export function send(reply: FastifyReply, { status, body, headers, type }: Answer): FastifyReply {
    reply.code(status).headers(headers);
    if (status === 204 || body === undefined) return reply.send();
    reply.header("content-type", type);
    return reply.send(type === "application/json" ? JSON.stringify(body) : body);
}

declare module "fastify" {
    interface FastifyRequest {
        /** The caller, once known. */
        identity: Identity | null;
        /** `runner 12` or `job 3` for callers that are not users. */
        machine: { actor: "runner" | "job"; name: string } | null;
        /** GraphQL root fields, for the journal. */
        operation: string;
        startedAt: number;
        fault: string | null;
        unrouted: boolean;
    }
}
