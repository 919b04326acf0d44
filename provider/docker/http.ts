import * as http from "node:http";
import type { Duplex } from "node:stream";
import { type DockerConnection, endpointOf } from "./connection";
import { refusal, TooMuch, unreachable } from "./errors";

/** The longest answer that is read. What is in a volume may be anything: whoever runs a job in its container could fill it. */
const MOST_BYTES = 128 * 1024 * 1024;

/** One request to an engine. */
export interface EngineRequest {
    method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
    /** Path without a version: the engine then speaks its newest one. */
    path: string;
    query?: Record<string, string | undefined>;
    body?: unknown;
    /** How long the engine may take, in seconds. @default - 60 */
    timeout?: number;
    /** What is being done, for the error: `creating container ci-01`. */
    doing: string;
    /** Statuses besides 2xx and 304 that are an answer rather than an error. @default - none */
    accept?: number[];
}

/** What an engine answered. */
export interface EngineAnswer {
    status: number;
    headers: http.IncomingHttpHeaders;
    body: Buffer;
}

/** HTTP to one Docker engine, over whatever connection leads there. */
export class EngineHttp {
    readonly host: string;
    private readonly agent: http.Agent;

    constructor(connection: DockerConnection, env: NodeJS.ProcessEnv) {
        const { host, dial } = endpointOf(connection, env);
        this.host = host;
        this.agent = new DialingAgent(dial);
    }

    /** Sends a request and reads the whole answer. */
    async send(request: EngineRequest): Promise<EngineAnswer> {
        const answer = await this.exchange(request, request.method === "GET");
        const fine = (answer.status >= 200 && answer.status < 300) || answer.status === 304;
        if (!fine && !request.accept?.includes(answer.status)) {
            throw refusal(this.host, request.doing, answer.status, answer.body.toString("utf8"));
        }
        return answer;
    }

    close(): void {
        this.agent.destroy();
    }

    private exchange(asked: EngineRequest, again: boolean): Promise<EngineAnswer> {
        const { method, path, query = {}, body, timeout = 60 } = asked;
        const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
        const search = given.length > 0 ? `?${new URLSearchParams(given)}` : "";
        const raw = Buffer.isBuffer(body);
        const payload = body === undefined ? undefined : raw ? body : JSON.stringify(body);
        return new Promise((resolve, reject) => {
            const fail = (error: Error) => reject(unreachable(this.host, error));
            const request = http.request(
                {
                    agent: this.agent,
                    method,
                    path: path + search,
                    headers: {
                        host: "docker",
                        ...(payload === undefined
                            ? {}
                            : {
                                  "content-type": raw ? "application/x-tar" : "application/json",
                                  "content-length": Buffer.byteLength(payload),
                              }),
                    },
                },
                (response) => {
                    const chunks: Buffer[] = [];
                    let bytes = 0;
                    response.on("data", (chunk: Buffer) => {
                        chunks.push(chunk);
                        bytes += chunk.length;
                        if (bytes <= MOST_BYTES) return;
                        clearTimeout(timer);
                        reject(new TooMuch(this.host, asked.doing, MOST_BYTES));
                        response.removeAllListeners("data").destroy();
                    });
                    response.on("error", fail);
                    response.on("end", () => {
                        clearTimeout(timer);
                        resolve({
                            status: response.statusCode!,
                            headers: response.headers,
                            body: Buffer.concat(chunks),
                        });
                    });
                },
            );
            const timer = setTimeout(() => request.destroy(new Error(`no answer within ${timeout} s`)), timeout * 1000);
            request.on("error", (error) => {
                clearTimeout(timer);
                // A kept connection may have been closed meanwhile, when the engine was restarted for instance.
                if (again && request.reusedSocket) {
                    resolve(this.exchange(asked, false));
                } else {
                    fail(error);
                }
            });
            request.end(payload);
        });
    }
}

/** Keeps connections for the next request: over ssh each one costs a login. */
class DialingAgent extends http.Agent {
    constructor(private readonly dial: () => Duplex) {
        super({ keepAlive: true, maxSockets: 8, maxFreeSockets: 1 });
    }

    override createConnection(): Duplex {
        return this.dial();
    }
}
