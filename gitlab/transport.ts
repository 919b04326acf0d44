import { setMaxListeners } from "node:events";
import { readFileSync } from "node:fs";
import { rootCertificates } from "node:tls";
import type { Dispatcher } from "undici";
import type { GitLabConfig } from "./config";

/** Connections to GitLab, and so requests under way, at most. */
const CONNECTIONS = 10;

/** An answer of GitLab, read whole. */
export interface Answer {
    status: number;
    /** Value of a header, `""` when absent. */
    header(name: string): string;
    body: string;
}

/** Sends single requests over kept-alive connections. Knows nothing of retries or meaning. */
export class Transport {
    private started: Promise<{ undici: typeof import("undici"); dispatcher: Dispatcher }> | undefined;
    private running = 0;
    private readonly waiting: (() => void)[] = [];

    /** @param timeout longest wait for an answer, in milliseconds */
    constructor(
        private readonly config: GitLabConfig,
        readonly timeout: number,
        private readonly signal: AbortSignal,
    ) {
        // Every request under way listens for the end of all.
        setMaxListeners(0, signal);
    }

    /** One request. Redirects are answers like any other: nothing is ever sent to another host. */
    async send(method: string, url: URL, headers: Record<string, string>, body: string | undefined): Promise<Answer> {
        await this.enter();
        try {
            this.signal.throwIfAborted();
            this.started ??= this.start();
            const { undici, dispatcher } = await this.started;
            const response = await undici.request(url, {
                method: method as Dispatcher.HttpMethod,
                headers,
                body,
                dispatcher,
                signal: this.signal,
                headersTimeout: this.timeout,
                bodyTimeout: this.timeout,
            });
            const text = await response.body.text();
            const header = (name: string) => String(response.headers[name] ?? "");
            return { status: response.statusCode, header, body: text };
        } finally {
            this.leave();
        }
    }

    /** Closes all connections. */
    async close(): Promise<void> {
        const started = await this.started?.catch(() => undefined);
        await started?.dispatcher.destroy();
    }

    private async start() {
        // Loaded with the first request, because a plugin is often started only to be asked for its schema.
        const undici = await import("undici");
        const connect = this.tls();
        const options = { connections: CONNECTIONS, connect: { ...connect, timeout: 10_000 } };
        const dispatcher = this.usesProxy()
            ? new undici.EnvHttpProxyAgent({ ...options, requestTls: connect })
            : new undici.Agent(options);
        return { undici, dispatcher: dispatcher as Dispatcher };
    }

    private tls() {
        const { insecure, cacertFile, clientCert, clientKey } = this.config;
        const read = (setting: string, file: string) => {
            try {
                return readFileSync(file, "utf8");
            } catch (error) {
                const code = (error as NodeJS.ErrnoException).code;
                throw new Error(`Provider: ${setting} cannot be read (got "${file}", ${code}). Correct the path.`);
            }
        };
        return {
            rejectUnauthorized: !insecure,
            ...(cacertFile === undefined ? {} : { ca: [...rootCertificates, read("cacertFile", cacertFile)] }),
            ...(clientCert === undefined ? {} : { cert: read("clientCert", clientCert) }),
            ...(clientKey === undefined ? {} : { key: read("clientKey", clientKey) }),
        };
    }

    private usesProxy(): boolean {
        const { hostname } = new URL(this.config.baseUrl);
        const local = hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.");
        const set = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"].some((name) => process.env[name]);
        return set && !local;
    }

    private async enter(): Promise<void> {
        if (this.running >= CONNECTIONS) {
            await new Promise<void>((resolve) => this.waiting.push(resolve));
        }
        this.running++;
    }

    private leave(): void {
        this.running--;
        this.waiting.shift()?.();
    }
}
