/** Repositories over HTTP, served by git itself. https://git-scm.com/docs/git-http-backend */
import { spawn } from "node:child_process";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { World } from "../http/api";
import { isEnded } from "../store/jobs";

/**
 * Clones and fetches, with a running job's token or an access token with `read_repository` or `api`. Differs from
 * GitLab: there is no push over HTTP.
 *
 * @param folder where the bare repositories are: `<full path>.git`
 */
export function gitRoute(app: FastifyInstance, { db }: World, folder: string): void {
    const mayRead = (req: FastifyRequest, path: string): boolean => {
        const basic = /^Basic\s+(\S+)$/i.exec(req.headers.authorization ?? "")?.[1];
        const password = Buffer.from(basic ?? "", "base64")
            .toString()
            .split(":")
            .slice(1)
            .join(":");
        const project = db.projects.first("path", path.toLowerCase());
        if (project === undefined || password === "") return false;
        const job = db.jobs.first("token", password);
        // Differs from GitLab: a job reads only its own project, whatever its user may do.
        if (job !== undefined) {
            req.machine = { actor: "job", name: `job ${job.id}` };
            return !isEnded(job) && job.status !== "pending" && job.projectId === project.id;
        }
        const token = db.tokens.first("text", password);
        return (
            token !== undefined && !token.revoked && token.scopes.some((scope) => /^(api|read_repository)$/.test(scope))
        );
    };
    const answer = async (req: FastifyRequest, reply: FastifyReply) => {
        const url = new URL(req.url, "http://localhost");
        const [, path = "", rest = ""] = /^\/(.+?)\.git(\/.*)$/.exec(decodeURIComponent(url.pathname)) ?? [];
        if (path.includes("..")) return reply.code(404).send("Not found");
        if (!mayRead(req, path)) {
            return reply.code(401).header("www-authenticate", 'Basic realm="GitLab"').send("HTTP Basic: Access denied");
        }
        const body = Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0);
        const { status, headers, content } = await runBackend(
            folder,
            {
                PATH_INFO: `/${path}.git${rest}`,
                QUERY_STRING: url.search.slice(1),
                REQUEST_METHOD: req.method,
                CONTENT_TYPE: req.headers["content-type"] ?? "",
                CONTENT_LENGTH: String(body.length),
                HTTP_CONTENT_ENCODING: String(req.headers["content-encoding"] ?? ""),
                GIT_PROTOCOL: String(req.headers["git-protocol"] ?? ""),
            },
            body,
        );
        return reply.code(status).headers(headers).send(content);
    };
    app.addContentTypeParser("application/x-git-upload-pack-request", { parseAs: "buffer" }, (_req, body, done) =>
        done(null, body),
    );
    app.get("/*", async (req, reply) =>
        /\.git\/(info\/refs|HEAD)(\?|$)/.test(req.url) ? answer(req, reply) : reply.callNotFound(),
    );
    app.post("/*", async (req, reply) =>
        /\.git\/git-upload-pack$/.test(req.url) ? answer(req, reply) : reply.callNotFound(),
    );
}

/** One CGI request to `git http-backend`. */
function runBackend(
    folder: string,
    variables: Record<string, string>,
    body: Buffer,
): Promise<{ status: number; headers: Record<string, string>; content: Buffer }> {
    return new Promise((resolve, reject) => {
        const env = { PATH: process.env.PATH, GIT_PROJECT_ROOT: folder, GIT_HTTP_EXPORT_ALL: "1", ...variables };
        const child = spawn("git", ["http-backend"], { env, stdio: ["pipe", "pipe", "ignore"] });
        const chunks: Buffer[] = [];
        child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
        child.on("error", reject);
        child.on("close", () => {
            const whole = Buffer.concat(chunks);
            const end = whole.indexOf("\r\n\r\n");
            const headers = Object.fromEntries(
                whole
                    .subarray(0, Math.max(0, end))
                    .toString()
                    .split("\r\n")
                    .filter(Boolean)
                    .map((line) => {
                        const at = line.indexOf(":");
                        return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()];
                    }),
            );
            const { status = "200", ...others } = headers;
            resolve({ status: Number.parseInt(status, 10), headers: others, content: whole.subarray(end + 4) });
        });
        child.stdin.on("error", () => {});
        child.stdin.end(body);
    });
}
