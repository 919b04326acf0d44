import { rootCertificates } from "node:tls";
import type { Dispatcher } from "undici";
import { runExec } from "./exec-login";
import { type Cluster, type ClusterConnection, clusterOf, type Login } from "./kubeconfig";

/** Longest wait for an answer. */
const TIMEOUT = 20_000;

/** An answer of a cluster's API. */
export interface Answered {
    status: number;
    body: Record<string, unknown>;
    /** What the API server says besides, in sentences: that pods of this kind will be refused, for instance. */
    warnings: string[];
}

/** How a request is sent, where it is neither a GET nor a POST of JSON. */
export interface Sending {
    method: "PATCH";
    type: string;
}

/** Asks a cluster's API, and changes nothing. */
export class ClusterApi {
    private started: Promise<{ dispatcher: Dispatcher; undici: typeof import("undici"); token?: string }> | undefined;

    private constructor(private readonly cluster: Cluster) {}

    /** @param connection which cluster @param env where its defaults come from */
    static of(connection: ClusterConnection, env: NodeJS.ProcessEnv): ClusterApi {
        return new ClusterApi(clusterOf(connection, env));
    }

    /** Address of the API, as shown in messages. */
    get server(): string {
        return this.cluster.server;
    }

    /** Why nothing can be asked in the user's name; undefined where it can. */
    get cannotLogIn(): string | undefined {
        return this.cluster.login.unknown;
    }

    /** One request. `body` makes it a POST, unless `sending` says more: reviews are asked that way. */
    async ask(path: string, body?: object, sending?: Sending): Promise<Answered> {
        this.started ??= this.start();
        const { dispatcher, undici, token } = await this.started;
        const response = await undici.request(new URL(`${this.server.replace(/\/$/, "")}${path}`), {
            method: sending?.method ?? (body === undefined ? "GET" : "POST"),
            headers: {
                accept: "application/json",
                ...(body === undefined ? {} : { "content-type": sending?.type ?? "application/json" }),
                ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
            },
            body: body === undefined ? undefined : JSON.stringify(body),
            dispatcher,
            headersTimeout: TIMEOUT,
            bodyTimeout: TIMEOUT,
        });
        const text = await response.body.text();
        return { status: response.statusCode, body: parsed(text), warnings: warningsIn(response.headers.warning) };
    }

    async close(): Promise<void> {
        const started = await this.started?.catch(() => undefined);
        await started?.dispatcher.destroy();
    }

    private async start() {
        const { login, proxy } = this.cluster;
        const { token, cert, key } = login.exec === undefined ? login : await runExec(login.exec);
        const undici = await import("undici");
        const connect = this.tls({ cert, key });
        const options = { connections: 8, connect: { ...connect, timeout: 10_000 } };
        const dispatcher =
            proxy === undefined
                ? new undici.EnvHttpProxyAgent({ ...options, requestTls: connect })
                : new undici.ProxyAgent({ uri: proxy, requestTls: connect });
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

function parsed(text: string): Record<string, unknown> {
    try {
        return JSON.parse(text) as Record<string, unknown>;
    } catch {
        return {};
    }
}
