import type { IncomingMessage } from "node:http";
import * as https from "node:https";

/** An object of Kubernetes, as far as tests look at it. */
export interface KubeObject {
    apiVersion?: string;
    kind: string;
    metadata: {
        name: string;
        namespace?: string;
        uid?: string;
        generation?: number;
        labels?: Record<string, string>;
        annotations?: Record<string, string>;
    };
    // biome-ignore lint/suspicious/noExplicitAny: each kind has its own, and tests look into many.
    [key: string]: any;
}

/** What the API server answered. */
export interface Answer<T = KubeObject> {
    status: number;
    body: T;
}

/** Requests to an API server as one user. */
export interface Api {
    get<T = KubeObject>(path: string): Promise<Answer<T>>;
    post<T = KubeObject>(path: string, body: unknown): Promise<Answer<T>>;
    patch<T = KubeObject>(path: string, body: unknown): Promise<Answer<T>>;
    delete<T = KubeObject>(path: string): Promise<Answer<T>>;
}

/**
 * @param ca certificates, one of which vouches for the server
 * @param login a token, or a client's certificate
 */
export function apiOf(url: string, ca: string, login: string | { cert: string; key: string }): Api {
    const ask = <T>(method: string, path: string, body?: unknown): Promise<Answer<T>> =>
        new Promise((resolve, reject) => {
            const headers = {
                ...(typeof login === "string" ? { authorization: `Bearer ${login}` } : {}),
                "content-type": method === "PATCH" ? "application/merge-patch+json" : "application/json",
            };
            const certificate = typeof login === "string" ? {} : login;
            const options = { method, headers, ca, agent: false, ...certificate };
            const request = https.request(`${url}${path}`, options, (answer) => {
                const pieces: Buffer[] = [];
                answer.on("data", (piece: Buffer) => pieces.push(piece)).on("error", reject);
                answer.on("end", () =>
                    resolve({ status: answer.statusCode!, body: parse(answer, Buffer.concat(pieces)) as T }),
                );
            });
            request.on("error", reject).end(body === undefined ? undefined : JSON.stringify(body));
        });
    return {
        get: (path) => ask("GET", path),
        post: (path, body) => ask("POST", path, body),
        patch: (path, body) => ask("PATCH", path, body),
        delete: (path) => ask("DELETE", path),
    };
}

function parse({ headers }: IncomingMessage, bytes: Buffer): unknown {
    const text = bytes.toString();
    return headers["content-type"]?.startsWith("application/json") ? JSON.parse(text) : text;
}
