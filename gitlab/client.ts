import { setTimeout as delay } from "node:timers/promises";
import { loginHeader } from "../core/token-kinds";
import { backOff, hasBrokenList, isGraphql, isOfStranger, problemOf, redirectTarget, waitAfter } from "./answers";
import { ClockWatch, type Reading } from "./clock";
import type { GitLabConfig } from "./config";
import { GitLabError, scrub, shorten, wordsOf } from "./errors";
import { PageTurner } from "./pages";
import { BEFORE_GITLAB, explainNoAnswer, explainNoToken, isConnectionError, NOT_GITLAB } from "./remedies";
import { type Fields, GRAPHQL, type Request, tellsOfRunners, urlOf } from "./request";
import { SharedReads } from "./shared-reads";
import { type Answer, EndlessAnswer, Transport } from "./transport";

/** For tests: timeouts, waits and the time. */
export interface GitLabOptions {
    /** Longest wait for an answer, in milliseconds. Default: 30,000. */
    timeout?: number;
    /**
     * How long a lookup waits for others to share its request, in milliseconds; 0: only for those of the same turn.
     * Default: 5, much less than a request takes.
     */
    gather?: number;
    /** Waits between two attempts. */
    sleep?: (milliseconds: number, signal: AbortSignal) => Promise<unknown>;
    /** This machine's clock, in milliseconds since 1970. */
    now?: () => number;
}

export interface PlainAnswer {
    /** Absent if something other than GitLab's API answered. */
    status: number | undefined;
    body: string;
}

const PAGE_SIZE = 100;
/** The user's own headers that may contain a login. */
const LOGIN_HEADERS = new Set(["authorization", "private-token", "cookie"]);

/** GitLab's API for one set of credentials. Never sends a POST twice; retries whatever is idempotent. */
export class GitLab {
    /** Answers shared by several readers within one operation. */
    readonly shared = new SharedReads();
    readonly gather: number;
    private readonly abort = new AbortController();
    private readonly transport: Transport;
    private readonly sleep: NonNullable<GitLabOptions["sleep"]>;
    private readonly watch: ClockWatch;

    constructor(
        private readonly config: GitLabConfig,
        options: GitLabOptions = {},
    ) {
        this.transport = new Transport(config, options.timeout ?? 30_000, this.abort.signal);
        this.gather = options.gather ?? 5;
        this.watch = new ClockWatch(options.now ?? Date.now);
        this.sleep = options.sleep ?? ((ms, signal) => delay(ms, undefined, { signal }));
    }

    /** Base of the REST API, ending in `/api/v4/`. */
    get baseUrl(): string {
        return this.config.baseUrl;
    }

    /** Address that people use, without the API's path. */
    get server(): string {
        return this.config.baseUrl.replace(/\/api\/v4\/?$/, "");
    }

    async get<T>(path: string, query?: Fields): Promise<T> {
        return (await this.request<T>({ method: "GET", path, query, idempotent: true })).json;
    }

    /** All items of a list, page by page. */
    async list<T>(path: string, query: Fields = {}): Promise<T[]> {
        const items: T[] = [];
        const pages = new PageTurner(path);
        for (let page = pages.turn("1"); page !== undefined; ) {
            const { items: more, next } = await this.page<T>(path, { ...query, per_page: PAGE_SIZE, page });
            for (const item of more) items.push(item);
            page = pages.turn(next);
        }
        return items;
    }

    /** One page of a list, with the total number of items: GitLab does not give it for more than 10,000. */
    async page<T>(path: string, query: Fields): Promise<{ items: T[]; total: number; next: string | undefined }> {
        const { json, answer } = await this.request<T[]>({ method: "GET", path, query, idempotent: true });
        if (!Array.isArray(json))
            throw this.failure({ method: "GET", path }, answer.status, "it answered with something else than a list");
        if (json.length >= Number(query.per_page) && answer.header("x-page") === "") {
            const words =
                "its answer does not say which page of the list it is, so nobody knows whether there are more";
            throw this.failure(
                { method: "GET", path },
                answer.status,
                words,
                "Does a proxy take away its headers (X-Page)?",
            );
        }
        const total = answer.header("x-total");
        return {
            items: json,
            total: total === "" ? Number.POSITIVE_INFINITY : Number(total),
            next: answer.header("x-next-page") || undefined,
        };
    }

    /** Creates something or starts an action. Sent only once, whatever happens. */
    async post<T>(path: string, body: Fields): Promise<T> {
        return (await this.request<T>({ method: "POST", path, body, idempotent: false })).json;
    }

    async put<T>(path: string, body: Fields): Promise<T> {
        return (await this.request<T>({ method: "PUT", path, body, idempotent: true })).json;
    }

    async patch<T>(path: string, body: Fields): Promise<T> {
        return (await this.request<T>({ method: "PATCH", path, body, idempotent: true })).json;
    }

    /** Deletes. A 404 is an error here; most callers treat it as success. */
    async delete(path: string): Promise<void> {
        await this.request<void>({ method: "DELETE", path, idempotent: true });
    }

    /** Runs a GraphQL query. Never a mutation, because it is retried. */
    graphql<T>(query: string, variables: Fields): Promise<T> {
        return this.askGraphql<T>(query, variables, true);
    }

    /** Runs GraphQL mutations. Sent only once, whatever happens. Each mutation returns its own `errors`. */
    mutate<T>(mutation: string, variables: Fields): Promise<T> {
        return this.askGraphql<T>(mutation, variables, false);
    }

    private async askGraphql<T>(query: string, variables: Fields, idempotent: boolean): Promise<T> {
        const request: Request = { method: "POST", path: GRAPHQL, body: { query, variables }, idempotent };
        const { json, answer } = await this.request<unknown>(request);
        if (!isGraphql<T>(json)) {
            const words = `its answer is not one of GraphQL (${wordsOf(answer.body, "")})`;
            throw this.failure(request, answer.status, words, BEFORE_GITLAB, true);
        }
        if (json.errors !== undefined || json.data === undefined || json.data === null) {
            const words = json.errors?.map((error) => error.message).join(", ") || "no data";
            throw this.failure(request, answer.status, words, "");
        }
        if (hasBrokenList(json.data)) {
            const words = "its answer has a list with nothing in the place of an item";
            const remedy = "Is a proxy or a cache before GitLab that answers in its place?";
            throw this.failure(request, answer.status, words, remedy);
        }
        return json.data;
    }

    /** Sends an idempotent request as a runner, not as the user, and returns the answer whatever its status. */
    async asRunner(method: "GET" | "DELETE", path: string, token: string, body?: Fields): Promise<PlainAnswer> {
        const answer = await this.exchange({ method, path, body, idempotent: true, runnerToken: token });
        return { status: isOfStranger(answer) ? undefined : answer.status, body: answer.body };
    }

    /**
     * GitLab's time according to its last answer, or why it cannot be trusted. Read it after the data that it is
     * compared with.
     */
    clock(): Reading {
        return this.watch.read();
    }

    /** Aborts all running requests and refuses new ones. */
    cancel(): void {
        this.abort.abort(new Error("The operation was cancelled."));
    }

    close(): Promise<void> {
        return this.transport.close();
    }

    private async request<T>(request: Request): Promise<{ json: T; answer: Answer }> {
        const answer = await this.exchange(request);
        return { json: this.read<T>(request, answer), answer };
    }

    private async exchange(request: Request): Promise<Answer> {
        // Without a token, GitLab claims that everything that is not public does not exist.
        if (request.runnerToken === undefined && !this.hasLogin()) throw new Error(explainNoToken(this.baseUrl));
        for (let attempt = 0; ; attempt++) {
            const last = !request.idempotent || attempt >= this.config.retries;
            let answer: Answer;
            try {
                answer = await this.send(request);
            } catch (error) {
                this.abort.signal.throwIfAborted();
                if (last || !isConnectionError(error)) throw this.noAnswer(request, error);
                await this.sleep(backOff(attempt), this.abort.signal);
                continue;
            }
            const wait = waitAfter(answer, attempt);
            if (last || wait === undefined) return answer;
            await this.sleep(wait, this.abort.signal);
        }
    }

    private async send(request: Request): Promise<Answer> {
        let url = urlOf(this.config.baseUrl, request);
        const body = request.body === undefined ? undefined : JSON.stringify(request.body);
        const headers = {
            accept: "application/json",
            "user-agent": "gitlab-fleet",
            ...this.credentials(request),
            ...(body === undefined ? {} : { "content-type": "application/json" }),
            ...this.config.headers,
        };
        for (let hops = 0; ; hops++) {
            const answer = await this.transport.send(request.method, url, headers, body);
            this.watch.hear(answer.header("date"));
            const target = redirectTarget(answer, url);
            // Within the API, a renamed project redirects. Any other redirect does not come from GitLab's API.
            const isWithin = target?.origin === url.origin && target.pathname.startsWith("/api/");
            if (request.method !== "GET" || hops === 3 || !isWithin) return answer;
            url = target;
        }
    }

    private read<T>(request: Request, answer: Answer): T {
        const problem = problemOf(answer, {
            ...request,
            url: urlOf(this.config.baseUrl, request),
            tokenSetBy: this.config.tokenSetBy,
        });
        if (problem !== undefined)
            throw this.failure(request, answer.status, problem.words, problem.remedy, problem.isStranger);
        if (tellsOfRunners(request.path)) this.watch.see(answer.body);
        const json: unknown = answer.body === "" ? undefined : JSON.parse(answer.body);
        if (json === null) throw this.failure(request, answer.status, "it answered with null in place of an object");
        return json as T;
    }

    private credentials({ runnerToken }: Request): Record<string, string> {
        if (runnerToken !== undefined) return { "runner-token": runnerToken };
        return this.config.token === undefined ? {} : loginHeader(this.config.token);
    }

    private hasLogin(): boolean {
        const byHeader = Object.keys(this.config.headers).some((name) => LOGIN_HEADERS.has(name.toLowerCase()));
        return this.config.token !== undefined || byHeader;
    }

    private noAnswer(request: Request, error: unknown): unknown {
        if (error instanceof EndlessAnswer) return this.failure(request, undefined, `its answer ${error.says}`);
        if (!isConnectionError(error)) return error;
        const { timeout, proxy } = this.transport;
        const { words, remedy } = explainNoAnswer(error, request.idempotent, timeout, proxy);
        return this.failure(request, undefined, words, remedy);
    }

    private failure(
        { method, path }: Pick<Request, "method" | "path">,
        status: number | undefined,
        words: string,
        remedy = NOT_GITLAB,
        isStranger = false,
    ): GitLabError {
        const { token = "", headers, addressName = "baseUrl", isDefaultAddress } = this.config;
        const isElsewhere = isDefaultAddress === true && (status === undefined || status === 401);
        const whole = isElsewhere ? `No baseUrl is set, so gitlab.com was asked. ${remedy}` : remedy;
        const named = whole.replaceAll("baseUrl", () => addressName);
        return new GitLabError({
            method,
            path,
            status,
            isStranger,
            at: this.server,
            words: shorten(scrub(words, [token, ...Object.values(headers)])),
            remedy: named,
        });
    }
}

/** Encodes a project or group, given by id or full path, for use in a path. */
export function encodeId(idOrPath: string | number): string {
    return encodeURIComponent(String(idOrPath));
}
