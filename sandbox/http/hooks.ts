import { STATUS_CODES } from "node:http";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Fault } from "../faults";
import type { Actor } from "../journal";
import { Answer, send, type World } from "./api";
import { parseForm } from "./body";
import { ApiError, messageError, plainError, throttled, tooManyRequests } from "./errors";
import { throttleHeaders } from "./limits";

const SECRET_PARAMS = /^(private_token|access_token|job_token|token)$/;
/** The sandbox's own controls: no journal, no faults, no latency. */
const OWN_ROUTES = "/-/sandbox";

/** What happens around every route: journal, planned faults, latency and error envelopes. */
export function addHooks(app: FastifyInstance, world: World, latencyMs: () => number): void {
    let requests = 0;
    app.decorateRequest("identity", null);
    app.decorateRequest("machine", null);
    app.decorateRequest("operation", "");
    app.decorateRequest("startedAt", 0);
    app.decorateRequest("fault", null);
    app.decorateRequest("unrouted", false);

    app.addHook("onRequest", async (req, reply) => {
        req.startedAt = performance.now();
        requests += 1;
        // What expires, expires by GitLab's clock, which clients read here.
        reply.header("date", new Date(world.clock.now()).toUTCString());
        const given = req.headers["x-request-id"];
        reply.header("x-request-id", typeof given === "string" ? given : requests.toString(16).padStart(32, "0"));
    });

    app.addHook("preHandler", async (req, reply) => {
        if (isOwn(req)) return;
        if (latencyMs() > 0) await pause(latencyMs());
        const fault = world.faults.strike(req.method, pathOf(req), () => JSON.stringify(req.body ?? ""));
        if (!fault) return;
        req.fault = fault.kind;
        await inflict(fault, req, reply, () => record(world, req, 0));
    });

    app.addHook("onSend", async (req, reply) => {
        if (isOwn(req)) return;
        record(world, req, reply.statusCode);
        if (req.fault === "lose-answer") {
            reply.hijack();
            req.raw.socket.destroy();
        }
        const held = heldBack.get(req);
        if (held !== undefined)
            await Promise.race([goneCaller(req), ...(held.ms === undefined ? [] : [pause(held.ms)])]);
    });

    app.setErrorHandler((error: FastifyError | ApiError, req, reply) => {
        if (error instanceof ApiError) return sendError(reply, error);
        if (error.code === "FST_ERR_CTP_INVALID_MEDIA_TYPE") {
            const type = req.headers["content-type"] ?? "";
            return sendError(reply, plainError(415, `The provided content-type '${type}' is not supported.`));
        }
        if (error.statusCode && error.statusCode < 500)
            return sendError(reply, plainError(error.statusCode, error.message));
        // A bug of the sandbox itself: report it to its owner, and answer as GitLab would.
        process.stderr.write(`sandbox: ${req.method} ${pathOf(req)} failed: ${error.stack}\n`);
        return sendError(reply, messageError(500, "500 Internal Server Error"));
    });

    app.setNotFoundHandler((req, reply) => {
        req.unrouted = true;
        const message = `501 Not Implemented - the sandbox has no ${req.method} ${pathOf(req)}`;
        return sendError(reply, messageError(501, message));
    });
}

/** How long answers are held, by request; without `ms`, until the caller gives up. */
const heldBack = new WeakMap<FastifyRequest, { ms?: number }>();

/** The path as sent, without the query. */
export function pathOf(req: FastifyRequest): string {
    return req.url.split("?", 1)[0]!;
}

function isOwn(req: FastifyRequest): boolean {
    return req.url.startsWith(OWN_ROUTES);
}

function sendError(reply: FastifyReply, error: ApiError): FastifyReply {
    return send(reply, new Answer(error.status, error.body, error.headers, error.type));
}

function record(world: World, req: FastifyRequest, status: number): void {
    const user = req.identity?.user;
    const actor: Actor = req.machine?.actor ?? (user ? "user" : "anonymous");
    world.journal.record({
        at: new Date(world.clock.now()).toISOString(),
        method: req.method,
        path: pathOf(req),
        query: cleanQuery(req.url),
        operation: req.operation,
        status,
        actor,
        user: user?.username ?? null,
        token: req.machine?.name ?? req.identity?.token?.name ?? null,
        ms: Math.round((performance.now() - req.startedAt) * 100) / 100,
        unrouted: req.unrouted,
        fault: req.fault,
    });
}

function cleanQuery(url: string): string {
    const at = url.indexOf("?");
    if (at < 0) return "";
    const kept = Object.entries(parseForm(url.slice(at + 1))).filter(([key]) => !SECRET_PARAMS.test(key));
    return kept.map(([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`).join("&");
}

async function inflict(fault: Fault, req: FastifyRequest, reply: FastifyReply, note: () => void): Promise<unknown> {
    switch (fault.kind) {
        case "drop":
            note();
            reply.hijack();
            return void req.raw.socket.destroy();
        case "hold":
            note();
            await goneCaller(req);
            return reply.hijack();
        case "lose-answer":
            return;
        case "hold-answer":
            return void heldBack.set(req, fault);
        case "date":
            return void (fault.date === undefined
                ? undatedAnswers(reply)
                : reply.header("date", new Date(fault.date).toUTCString()));
        case "delay":
            return pause(fault.ms);
        case "status":
            if (typeof fault.body === "string") {
                const type = "text/plain; charset=utf-8";
                return send(
                    reply,
                    new Answer(fault.status, fault.body, fault.headers, fault.headers?.["content-type"] ?? type),
                );
            }
            return send(reply, new Answer(fault.status, fault.body ?? bodyOf(fault.status), fault.headers));
        case "html": {
            const page = "<!DOCTYPE html><html><head><title>Sorry</title></head><body><h1>Sorry</h1></body></html>";
            return send(reply, new Answer(fault.status ?? 200, page, {}, "text/html; charset=utf-8"));
        }
        case "login-redirect": {
            const page = "<html><body>You are being redirected.</body></html>";
            return send(reply, new Answer(302, page, { location: "/users/sign_in" }, "text/html; charset=utf-8"));
        }
        case "rate-limit": {
            const headers = throttleHeaders(60, 61, Date.now() + (fault.retryAfter ?? 1) * 1000);
            if (fault.style === "text") return sendError(reply, throttled(headers));
            return send(reply, new Answer(429, tooManyRequests().body, headers));
        }
    }
}

/** GitLab's default body for an error status. */
function bodyOf(status: number): unknown {
    return status < 400 ? undefined : messageError(status, `${status} ${STATUS_CODES[status]}`).body;
}

function undatedAnswers(reply: FastifyReply): void {
    reply.removeHeader("date");
    reply.raw.sendDate = false;
}

/** Resolves when the caller has cut the connection. */
function goneCaller({ raw }: FastifyRequest): Promise<void> {
    return new Promise((resolve) => (raw.socket.destroyed ? resolve() : raw.socket.once("close", resolve)));
}

function pause(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms));
}
