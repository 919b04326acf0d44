/** The GraphQL endpoint. https://docs.gitlab.com/api/graphql/ */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Answer, send, type World } from "../http/api";
import { type Identity, identify } from "../http/auth";
import { isRecord, rawParams } from "../http/body";
import { ApiError } from "../http/errors";
import { runGraphql } from "./engine";

const SCOPES = ["api", "read_api"];

export function graphqlRoute(app: FastifyInstance, world: World): void {
    app.post("/api/graphql", async (req, reply) => {
        const identity = whoAsks(req, world);
        // A list of requests gets a list of answers.
        if (Array.isArray(req.body)) {
            const answers = [];
            for (const one of req.body) answers.push(await answerOne(req, world, identity, isRecord(one) ? one : {}));
            return send(
                reply,
                new Answer(
                    200,
                    answers.map(({ body }) => body),
                ),
            );
        }
        const { status, body } = await answerOne(req, world, identity, rawParams(req));
        return send(reply as FastifyReply, new Answer(status, body));
    });
}

async function answerOne(req: FastifyRequest, world: World, identity: Identity, request: Record<string, unknown>) {
    const answer = await runGraphql(world, identity, request);
    req.operation = answer.operation;
    req.unrouted ||= answer.unknown;
    return answer;
}

/** An invalid token, or one without API access, gets an answer in GraphQL's own form. */
function whoAsks(req: FastifyRequest, world: World): Identity {
    const invalid = new ApiError(401, { errors: [{ message: "Invalid token" }] });
    try {
        req.identity = identify(world.db, req.headers, {});
    } catch (error) {
        throw error instanceof ApiError ? invalid : error;
    }
    const { token } = req.identity;
    if (token && !token.scopes.some((scope) => SCOPES.includes(scope))) throw invalid;
    return req.identity;
}
