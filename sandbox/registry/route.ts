/** Tokens for the container registry. https://distribution.github.io/distribution/spec/auth/token/ */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { Answer, send, type World } from "../http/api";
import { identify } from "../http/auth";
import { ApiError } from "../http/errors";
import { isEnded } from "../store/jobs";
import type { Store } from "../store/store";
import { grant, type RegistryCaller } from "./authorize";
import type { RegistryKey } from "./keys";

/** Seconds that a token is valid. */
const LIFETIME = 300;
/** The issuer of GitLab's tokens by default; a registry must trust the same name. */
export const REGISTRY_ISSUER = "gitlab-issuer";
const SERVICE = "container_registry";
const REGISTRY_SCOPES = ["api", "read_registry", "write_registry"];

const DENIED = failure(403, "DENIED", "access forbidden");
const UNAVAILABLE = failure(404, "UNAVAILABLE", "registry not enabled");

export function registryRoute(app: FastifyInstance, world: World, key: RegistryKey): void {
    const { db } = world;
    app.get("/jwt/auth", async (req, reply) => {
        const query = req.query as Record<string, unknown>;
        const asked = new URL(req.url, "http://localhost").searchParams;
        if (query.service !== SERVICE) return send(reply, new Answer(404, "", {}, "text/plain"));
        const caller = whoAsks(db, req);
        if (db.settings.registryHost === "") throw UNAVAILABLE;
        if (caller.kind === "token" && !caller.scopes.some((scope) => REGISTRY_SCOPES.includes(scope))) throw DENIED;
        const scopes = asked
            .getAll("scope")
            .flatMap((scope) => scope.split(" "))
            .filter((scope) => scope !== "");
        const access = grant(db, caller, scopes);
        if (caller.kind === "anonymous" && access.length === 0) throw DENIED;
        return send(reply, new Answer(200, { token: key.sign(claims(db, key, caller, access)) }));
    });
}

function whoAsks(db: Store, req: FastifyRequest): RegistryCaller {
    const basic = /^Basic\s+(\S+)$/i.exec(req.headers.authorization ?? "")?.[1];
    if (basic === undefined) return { kind: "anonymous" };
    const [username = "", ...rest] = Buffer.from(basic, "base64").toString().split(":");
    const password = rest.join(":");
    if (username === "gitlab-ci-token") {
        const job = db.jobs.first("token", password);
        if (!job || isEnded(job) || job.status === "pending") throw accessDenied(db);
        const user = db.users.get(job.userId);
        const open = db.projects.must(job.projectId).buildsAccessLevel !== "disabled";
        if (!open || user?.state !== "active") throw accessDenied(db);
        req.machine = { actor: "job", name: `job ${job.id}` };
        return { kind: "job", job, user };
    }
    try {
        req.identity = identify(db, { "private-token": password }, {});
        const { user, token } = req.identity;
        return { kind: "token", user: user!, scopes: token!.scopes };
    } catch (error) {
        throw error instanceof ApiError ? accessDenied(db) : error;
    }
}

function claims(db: Store, key: RegistryKey, caller: RegistryCaller, access: unknown[]): Record<string, unknown> {
    // Differs from GitLab: uses the machine's clock instead of the sandbox's, because the registry has no other.
    const now = Math.floor(Date.now() / 1000);
    const times = { iat: now, nbf: now - 5, exp: now + LIFETIME };
    const user = caller.kind === "anonymous" ? undefined : caller.user;
    const authType = { anonymous: undefined, job: "build", token: "personal_access_token" }[caller.kind];
    const inner = { token_type: authType, username: user?.username, user_id: user?.id };
    return {
        access,
        jti: db.random.hex(16),
        iss: REGISTRY_ISSUER,
        aud: SERVICE,
        sub: user?.username,
        ...times,
        auth_type: authType,
        ...(user ? { user: key.sign({ ...times, user_info: inner }) } : {}),
    };
}

function accessDenied(db: Store): ApiError {
    const help = `${db.settings.externalUrl}/help/topics/git/troubleshooting_git.md#error-on-git-fetch-http-basic-access-denied`;
    return failure(
        401,
        "UNAUTHORIZED",
        "HTTP Basic: Access denied. If a password was provided for Git authentication, the password was incorrect or " +
            "you're required to use a token instead of a password. If a token was provided, it was either incorrect, " +
            `expired, or improperly scoped. See ${help}`,
    );
}

function failure(status: number, code: string, message: string): ApiError {
    return new ApiError(status, { errors: [{ code, message }] });
}
