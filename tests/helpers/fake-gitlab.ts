import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as it arrived. */
export interface Seen {
    method: string;
    /** Path with query, as sent. */
    path: string;
    headers: IncomingMessage["headers"];
    body: string;
}

/** An answer: a status with a JSON body, or full control of the response. */
export type Reply =
    | { status?: number; json?: unknown; text?: string; headers?: Record<string, string> }
    | "drop"
    | "hang";

/** An HTTP server that answers as a test says, for faults that no GitLab produces on demand. */
export async function fakeGitLab(answer: (request: Seen, count: number) => Reply) {
    const requests: Seen[] = [];
    const server = createServer((request: IncomingMessage, response: ServerResponse) => {
        const chunks: Buffer[] = [];
        request.on("data", (chunk) => chunks.push(chunk));
        request.on("end", () => {
            const body = Buffer.concat(chunks).toString();
            const seen = { method: request.method!, path: request.url!, headers: request.headers, body };
            requests.push(seen);
            const reply = answer(seen, requests.length);
            if (reply === "drop") {
                request.socket.destroy();
            } else if (reply !== "hang") {
                const { status = 200, json, text, headers } = reply;
                const type = text === undefined ? "application/json" : "text/plain";
                response.writeHead(status, { "content-type": type, ...headers });
                response.end(text ?? (json === undefined ? "" : JSON.stringify(json)));
            }
        });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    return {
        url: `http://127.0.0.1:${port}/api/v4/`,
        origin: `http://127.0.0.1:${port}`,
        requests,
        close: () => {
            server.closeAllConnections();
            return new Promise<void>((resolve) => server.close(() => resolve()));
        },
    };
}
