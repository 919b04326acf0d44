import type { IncomingHttpHeaders } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { setImmediate } from "node:timers/promises";
import type { Dispatcher } from "undici";
import { type DockerConnection, endpointOf } from "./connection";
import { refusal, TooMuch, unreachable } from "./errors";

/**
 * The longest answer that is read, in bytes. A volume may contain anything: whoever runs a job in its container could
 * fill it.
 */
const MOST_BYTES = 128 * 1024 * 1024;

/** How long a connection is kept for the next request, in milliseconds. */
const LONGEST_IDLE = 600_000;

/**
 * How long opening a connection may take, in milliseconds. Otherwise all later requests would wait for a connection
 * that never opens.
 */
const LONGEST_DIAL = 60_000;

export interface EngineRequest {
    method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
    /** Path without a version: the engine then uses its newest one. */
    path: string;
    query?: Record<string, string | undefined>;
    body?: unknown;
    /** How long the engine may take, in seconds. @default - 60 */
    timeout?: number;
    /** What is being done, for the error: `creating container ci-01`. */
    doing: string;
    /** Statuses besides 2xx and 304 that are not errors. @default - none */
    accept?: number[];
}

export interface EngineAnswer {
    status: number;
    headers: IncomingHttpHeaders;
    body: Buffer;
}

/** HTTP to one Docker engine, over any kind of connection. */
export class EngineHttp {
    readonly host: string;
    private readonly dial: () => Duplex;
    private started: Promise<Dispatcher> | undefined;

    constructor(
        connection: DockerConnection,
        env: NodeJS.ProcessEnv,
        private readonly longestDial = LONGEST_DIAL,
    ) {
        ({ host: this.host, dial: this.dial } = endpointOf(connection, env));
    }

    /** Sends a request and reads the whole answer. */
    async send(request: EngineRequest): Promise<EngineAnswer> {
        const { method, doing, accept } = request;
        const answer = await this.exchange(request)
            .catch((error) => {
                // A kept connection may have been closed in the meantime, for instance by a restart of the engine.
                const isClosed = ["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"].includes(error.code);
                return method === "GET" && isClosed ? this.exchange(request) : Promise.reject(error);
            })
            .catch((error) => {
                if (error.code === "UND_ERR_RES_EXCEEDED_MAX_SIZE") throw new TooMuch(this.host, doing, MOST_BYTES);
                throw unreachable(this.host, error);
            });
        const fine = (answer.status >= 200 && answer.status < 300) || answer.status === 304;
        if (fine || accept?.includes(answer.status)) return answer;
        throw refusal(this.host, doing, answer.status, answer.body.toString("utf8"));
    }

    close(): void {
        void this.started?.then((pool) => pool.destroy());
    }

    private exchange(request: EngineRequest): Promise<EngineAnswer> {
        const { timeout = 60 } = request;
        const late = AbortSignal.timeout(timeout * 1000);
        // undici notices an abort only once the request has a connection.
        const isLate = new Promise<never>((_, reject) => {
            late.addEventListener("abort", () => reject(new Error(`no answer within ${timeout} s`)));
        });
        return Promise.race([this.ask(request, late), isLate]);
    }

    private async ask({ method, path, query = {}, body }: EngineRequest, signal: AbortSignal): Promise<EngineAnswer> {
        this.started ??= this.start();
        const pool = await this.started;
        const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
        const raw = Buffer.isBuffer(body);
        const answer = await pool.request({
            method,
            path: given.length > 0 ? `${path}?${new URLSearchParams(given)}` : path,
            headers: body === undefined ? {} : { "content-type": raw ? "application/x-tar" : "application/json" },
            body: body === undefined ? undefined : raw ? body : JSON.stringify(body),
            signal,
        });
        const bytes = Buffer.from(await answer.body.arrayBuffer());
        // A moment later, the connection is free for the next request: over ssh, each new connection costs a login.
        await setImmediate();
        return { status: answer.statusCode, headers: answer.headers, body: bytes };
    }

    private async start(): Promise<Dispatcher> {
        const { Pool } = await import("undici");
        const limits = { connections: 8, maxResponseSize: MOST_BYTES, headersTimeout: 0, bodyTimeout: 0 };
        const kept = { keepAliveTimeout: LONGEST_IDLE, keepAliveMaxTimeout: LONGEST_IDLE };
        return new Pool("http://docker", {
            ...limits,
            ...kept,
            connect: (_, callback) => {
                const socket = this.dial();
                const words = `no connection within ${this.longestDial / 1000} s`;
                const limit = setTimeout(() => socket.destroy(new Error(words)), this.longestDial).unref();
                const refused = (error: Error) => {
                    clearTimeout(limit);
                    callback(error, null);
                };
                socket.once("error", refused).once("encrypted" in socket ? "secureConnect" : "connect", () => {
                    clearTimeout(limit);
                    socket.off("error", refused);
                    callback(null, socket as Socket);
                });
            },
        });
    }
}
