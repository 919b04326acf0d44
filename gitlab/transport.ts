import { setMaxListeners } from "node:events";
import { readFileSync } from "node:fs";
import { rootCertificates } from "node:tls";
import type { Dispatcher } from "undici";
import { atMost } from "../core/at-most";
import { attempt } from "../core/attempt";
import { show } from "../core/values";
import type { GitLabConfig } from "./config";

/** Maximum number of connections to GitLab, and so of concurrent requests. */
const CONNECTIONS = 10;

/** Largest accepted answer: GitLab's largest page, 100 projects, has about half a mebibyte. */
const MOST_BYTES = 64 * 1024 * 1024;

/** An answer of GitLab, read completely. */
export interface Answer {
    status: number;
    /** Value of a header, `""` if absent. */
    header(name: string): string;
    body: string;
}

/** Sends single requests over kept-alive connections. Knows nothing of retries or meaning. */
export class Transport {
    private started: Promise<{ undici: typeof import("undici"); dispatcher: Dispatcher }> | undefined;
    private readonly inTurn = atMost(CONNECTIONS);

    /** @param timeout longest wait for an answer, in milliseconds */
    constructor(
        private readonly config: Pick<
            GitLabConfig,
            "baseUrl" | "insecure" | "cacertFile" | "cacert" | "clientCert" | "clientKey"
        >,
        readonly timeout: number,
        private readonly signal: AbortSignal,
    ) {
        // Every running request listens for the cancellation.
        setMaxListeners(0, signal);
    }

    /** Sends one request. Redirects are returned like any other answer: nothing is ever sent to another host. */
    send(method: string, url: URL, headers: Record<string, string>, body: string | undefined): Promise<Answer> {
        return this.inTurn(async () => {
            this.signal.throwIfAborted();
            this.started ??= this.start();
            const { undici, dispatcher } = await this.started;
            const response = await undici.request(url, {
                method: method as Dispatcher.HttpMethod,
                headers: { ...loginOf(url), ...headers },
                body,
                dispatcher,
                signal: this.signal,
                headersTimeout: this.timeout,
                bodyTimeout: this.timeout,
            });
            const text = await readWhole(response.body, this.timeout);
            const header = (name: string) => String(response.headers[name] ?? "");
            return { status: response.statusCode, header, body: text };
        });
    }

    async close(): Promise<void> {
        const started = await this.started?.catch(() => undefined);
        await started?.dispatcher.destroy();
    }

    private async start() {
        // Loaded with the first request, because a plugin is often started only for its schema.
        const undici = await import("undici");
        const connect = this.tls();
        const options = { connections: CONNECTIONS, connect: { ...connect, timeout: 10_000 } };
        const dispatcher =
            this.proxy !== undefined
                ? new undici.EnvHttpProxyAgent({
                      ...options,
                      httpProxy: proxyIn(PLAIN_PROXY),
                      httpsProxy: proxyIn(TLS_PROXY),
                      requestTls: connect,
                      factory: poolThatGivesUp(undici),
                  })
                : new undici.Agent(options);
        return { undici, dispatcher: dispatcher as Dispatcher };
    }

    private tls() {
        const { insecure, cacertFile, cacert, clientCert, clientKey } = this.config;
        const read = (setting: string, file: string) => {
            try {
                return readFileSync(file, "utf8");
            } catch (error) {
                const code = (error as NodeJS.ErrnoException).code;
                // Who takes it for the place of the key itself has a secret there.
                const got = file.includes("-----BEGIN") ? show(file, true) : `"${file}"`;
                throw new Error(`Provider: ${setting} cannot be read (got ${got}, ${code}). Give the path of a file.`);
            }
        };
        const authority = cacertFile === undefined ? cacert : read("cacertFile", cacertFile);
        return {
            rejectUnauthorized: !insecure,
            ...(authority === undefined ? {} : { ca: [...rootCertificates, authority] }),
            ...(clientCert === undefined ? {} : { cert: read("clientCert", clientCert) }),
            ...(clientKey === undefined ? {} : { key: read("clientKey", clientKey) }),
        };
    }

    /**
     * The proxy that requests may go through, without its login; undefined for GitLab on this machine, which is reached
     * directly.
     */
    get proxy(): string | undefined {
        const { hostname, protocol } = new URL(this.config.baseUrl);
        if (hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.")) return undefined;
        const set = proxyIn(protocol === "https:" ? [...TLS_PROXY, ...PLAIN_PROXY] : PLAIN_PROXY);
        return set === undefined || isDirect(hostname) ? undefined : set.replace(/\/\/[^@/]*@/, "//");
    }
}

const PLAIN_PROXY = ["http_proxy", "HTTP_PROXY"];
const TLS_PROXY = ["https_proxy", "HTTPS_PROXY"];

/** The proxy of the first variable that names one. Without a scheme, it is read as curl and gitlab-runner read it. */
function proxyIn(names: readonly string[]): string | undefined {
    const set = names.map((name) => process.env[name]).find(Boolean);
    return set === undefined || /^[a-z][a-z\d+.-]*:\/\//i.test(set) ? set : `http://${set}`;
}

/** Whether NO_PROXY names a host: itself, a domain above it, or all. */
function isDirect(host: string): boolean {
    const names = (process.env.no_proxy ?? process.env.NO_PROXY ?? "").split(/[\s,]+/).filter(Boolean);
    return names.some((name) => {
        const domain = name
            .replace(/:\d+$/, "")
            .replace(/^\*?\./, "")
            .toLowerCase();
        return name === "*" || host === domain || host.endsWith(`.${domain}`);
    });
}

/**
 * The header for a login in GitLab's address, which a proxy in front of GitLab may require; the same as
 * gitlab-runner's.
 */
function loginOf({ username, password }: URL): Record<string, string> {
    const login = `${username}:${password}`;
    const plain = attempt(() => decodeURIComponent(login)) ?? login;
    return login === ":" ? {} : { authorization: `Basic ${Buffer.from(plain).toString("base64")}` };
}

/** The text of an answer. Throws if its size or its duration exceeds the limit. */
async function readWhole(body: Dispatcher.ResponseData["body"], timeout: number): Promise<string> {
    const chunks: Buffer[] = [];
    let size = 0;
    // Each wait for data is already limited; an answer that arrives byte by byte would still take forever.
    const end = performance.now() + timeout;
    for await (const chunk of body as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > MOST_BYTES) throw new EndlessAnswer(`is larger than ${MOST_BYTES / 1024 / 1024} MiB`);
        if (performance.now() > end) throw new EndlessAnswer(`was not there as a whole within ${timeout / 1000} s`);
        chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString("utf8");
}

/** An answer that is not read to its end. */
export class EndlessAnswer extends Error {
    constructor(readonly says: string) {
        super(`The answer ${says}.`);
    }
}

/**
 * Connections through a proxy. If the proxy closes a connection without an answer, undici would reconnect immediately
 * and forever, because it assumes that an established connection was closed.
 */
function poolThatGivesUp(undici: typeof import("undici")) {
    type Connect = (options: unknown, callback: (error: Error | null, socket: unknown) => void) => void;
    return (origin: string | URL, options: object): Dispatcher => {
        const { connect } = options as { connect?: unknown };
        if (typeof connect !== "function") return new undici.Pool(origin, options);
        const once: Connect = (to, callback) =>
            (connect as Connect)(to, (error, socket) => {
                const wasClosed = (error as NodeJS.ErrnoException | null)?.code === "UND_ERR_SOCKET";
                const said = wasClosed
                    ? Object.assign(new Error("the proxy closed the connection"), { code: "ECONNRESET", cause: error })
                    : error;
                callback(said, socket);
            });
        return new undici.Pool(origin, { ...options, connect: once as never });
    };
}
