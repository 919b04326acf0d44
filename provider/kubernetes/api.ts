import { rootCertificates } from "node:tls";
import type { Dispatcher } from "undici";
import { attempt } from "../../core/attempt";
import type { Props } from "../../core/props";
import { runExec } from "./exec-login";
import { type Cluster, type ClusterConnection, clusterOf, type Login } from "./kubeconfig";

const TIMEOUT = 20_000;
/** Largest answer that is read, in bytes: more than any list of a namespace's objects. */
const MOST_BYTES = 64 * 1024 * 1024;

export interface Answered {
    status: number;
    body: Record<string, unknown>;
    /** The API server's warnings, in sentences: that pods of this kind will be refused, for instance. */
    warnings: string[];
}

/** A request. Without `method`, it is a POST if it has a body, otherwise a GET. */
export interface Sending {
    method?: "PATCH" | "DELETE";
    body?: object;
    /** @default application/json */
    type?: string;
}

/** Clusters in use at this moment, by address and login. */
const open = new Map<string, ClusterApi>();

/**
 * A cluster's API. Simultaneous users share its login and its answers: the managers of a stack are checked together,
 * and would all ask the same. When its last user has closed it, nothing is kept, so the next one asks again.
 */
export class ClusterApi {
    private started: Promise<{ dispatcher: Dispatcher; undici: typeof import("undici"); token?: string }> | undefined;
    private readonly answers = new Map<string, Promise<Answered>>();
    private users = 0;

    private constructor(
        private readonly cluster: Cluster,
        private readonly key: string,
    ) {}

    /** @param connection which cluster @param env where its defaults come from */
    static of(connection: ClusterConnection, env: NodeJS.ProcessEnv): ClusterApi {
        const cluster = clusterOf(connection, env);
        const key = JSON.stringify(cluster);
        const api = open.get(key) ?? new ClusterApi(cluster, key);
        open.set(key, api);
        api.users += 1;
        return api;
    }

    /** Uses the cluster that properties name, and closes it afterwards. */
    static async using<T>({ kubeconfig, context }: Props, ask: (api: ClusterApi) => Promise<T>): Promise<T> {
        const api = ClusterApi.of({ kubeconfig, context } as ClusterConnection, process.env);
        return ask(api).finally(() => api.close());
    }

    /** Address of the API, as shown in messages. */
    get server(): string {
        return this.cluster.server;
    }

    /** Why requests cannot log in as the user; undefined if they can. */
    get cannotLogIn(): string | undefined {
        return this.cluster.login.unknown;
    }

    /** Sends a request, or returns the answer that another user just got. A review is a question with a body. */
    ask(path: string, body?: object): Promise<Answered> {
        const question = JSON.stringify([path, body]);
        const answer = this.answers.get(question) ?? this.send(path, { body });
        this.answers.set(question, answer);
        return answer;
    }

    /** Always sends the request. */
    async send(path: string, { method, body, type = "application/json" }: Sending = {}): Promise<Answered> {
        this.started ??= this.start();
        const { dispatcher, undici, token } = await this.started;
        const response = await undici.request(new URL(`${this.server.replace(/\/$/, "")}${path}`), {
            method: method ?? (body === undefined ? "GET" : "POST"),
            headers: {
                accept: "application/json",
                ...(body === undefined ? {} : { "content-type": type }),
                ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
            },
            body: body === undefined ? undefined : JSON.stringify(body),
            dispatcher,
            headersTimeout: TIMEOUT,
            bodyTimeout: TIMEOUT,
        });
        const text = await response.body.text();
        const said = attempt(() => JSON.parse(text) as Record<string, unknown>) ?? {};
        return { status: response.statusCode, body: said, warnings: warningsIn(response.headers.warning) };
    }

    /** Closes its connections, unless there are other users. */
    async close(): Promise<void> {
        this.users -= 1;
        if (this.users > 0) return;
        open.delete(this.key);
        const started = await this.started?.catch(() => undefined);
        await started?.dispatcher.destroy();
    }

    private async start() {
        const { login, proxy } = this.cluster;
        const { token, cert, key } = login.exec === undefined ? login : await runExec(login.exec);
        const undici = await import("undici");
        const connect = this.tls({ cert, key });
        const options = { connections: 8, connect: { ...connect, timeout: 10_000 }, maxResponseSize: MOST_BYTES };
        const dispatcher =
            proxy === undefined
                ? new undici.EnvHttpProxyAgent({ ...options, requestTls: connect })
                : new undici.ProxyAgent({ uri: proxy, requestTls: connect, maxResponseSize: MOST_BYTES });
        return { dispatcher: dispatcher as Dispatcher, undici, token };
    }

    private tls({ cert, key }: Login) {
        const { ca, insecure, serverName } = this.cluster;
        return {
            rejectUnauthorized: !insecure,
            ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }),
            ...(serverName === undefined ? {} : { servername: serverName }),
            ...(cert === undefined || key === undefined ? {} : { cert, key }),
        };
    }
}

/** `299 - "text"`, once or several times. https://www.rfc-editor.org/rfc/rfc7234#section-5.5 */
function warningsIn(header: string | string[] | undefined): string[] {
    const texts = [header ?? []].flat().flatMap((value) => [...value.matchAll(/\b299 \S+ "((?:[^"\\]|\\.)*)"/g)]);
    return texts.map(([, text]) => text!.replace(/\\(.)/g, "$1"));
}
