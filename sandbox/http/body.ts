import type { FastifyInstance, FastifyRequest } from "fastify";
import { plainError } from "./errors";

/** Parameters as received, before any rule: nested hashes and lists as Rack builds them. */
export type RawParams = Record<string, unknown>;

/** Reads `a=1&list[]=x&hash[key]=y`. */
export function parseForm(text: string): RawParams {
    const params: RawParams = {};
    for (const [key, value] of new URLSearchParams(text)) assign(params, key, value);
    return params;
}

function assign(params: RawParams, key: string, value: unknown): void {
    const [, name, rest] = /^([^[]+)(.*)$/s.exec(key) ?? [];
    if (name === undefined || name === "__proto__") return;
    if (rest === "") params[name] = value;
    else if (rest === "[]") params[name] = [...(Array.isArray(params[name]) ? params[name] : []), value];
    else {
        const inner = /^\[([^\]]+)\](.*)$/s.exec(rest ?? "");
        if (!inner) return;
        const hash = isRecord(params[name]) ? params[name] : {};
        params[name] = hash;
        assign(hash, inner[1]! + inner[2]!, value);
    }
}

/** Reads bodies as GitLab does: JSON, forms, multipart forms, and everything else as bytes. */
export function addBodyParsers(app: FastifyInstance): void {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser("application/json", { parseAs: "string" }, (_req, body, done) => {
        if (body === "") return done(null, undefined);
        try {
            done(null, JSON.parse(body as string));
        } catch {
            done(plainError(400, "message body does not match declared format"));
        }
    });
    app.addContentTypeParser("application/x-www-form-urlencoded", { parseAs: "string" }, (_req, body, done) => {
        done(null, parseForm(body as string));
    });
    app.addContentTypeParser(
        "multipart/form-data",
        { parseAs: "buffer" },
        async (req: FastifyRequest, body: Buffer) => {
            const headers = { "content-type": String(req.headers["content-type"]) };
            try {
                const form = await new Response(body, { headers }).formData();
                const params: RawParams = {};
                for (const [key, value] of form) assign(params, key, value);
                return params;
            } catch {
                throw plainError(400, "message body does not match declared format");
            }
        },
    );
    app.addContentTypeParser("*", { parseAs: "buffer" }, (_req, body, done) => done(null, body));
}

/** Query and body merged; the body wins. */
export function rawParams(req: FastifyRequest): RawParams {
    const query = req.query as RawParams;
    return isRecord(req.body) ? { ...query, ...req.body } : { ...query };
}

/** Whether a value is a plain hash. */
export function isRecord(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value);
}
