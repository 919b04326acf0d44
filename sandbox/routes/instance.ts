/** The instance itself: version, settings, the caller and the caller's token. https://docs.gitlab.com/api/metadata/ */
import type { Api, Call } from "../http/api";
import { forbidden, unauthorized } from "../http/errors";
import { type Param, p } from "../http/params";
import { day, presentUserBasic, time } from "../present/common";
import type { GitLabRelease, Settings } from "../store/entities";

/** The answer of `GET /version` for each release. */
export const VERSIONS: Record<GitLabRelease, { version: string; revision: string }> = {
    "18.0": { version: "18.0.6-ee", revision: "017a6c129d6" },
    17: { version: "17.8.7-ee", revision: "0f5f5e6a1c2" },
    18: { version: "18.10.1-ee", revision: "55eb439f6bf" },
    19: { version: "19.3.0-ee", revision: "41946e65501" },
};

/** GitLab's names of the settings that the API can read and change. */
const SETTINGS: [string, keyof Settings, Param<unknown>][] = [
    ["enforce_ci_inbound_job_token_scope_enabled", "enforceInboundJobTokenScope", p.boolean()],
    ["allow_runner_registration_token", "allowRunnerRegistrationToken", p.boolean()],
    ["valid_runner_registrars", "validRunnerRegistrars", p.csv()],
    ["runner_token_expiration_interval", "runnerTokenExpirationInterval", p.integer()],
    ["group_runner_token_expiration_interval", "groupRunnerTokenExpirationInterval", p.integer()],
    ["project_runner_token_expiration_interval", "projectRunnerTokenExpirationInterval", p.integer()],
    ["instance_token_prefix", "instanceTokenPrefix", p.string()],
];

export function instanceRoutes(api: Api): void {
    for (const path of ["/version", "/metadata"]) {
        api.get(path, { scopes: ["read_user"] }, ({ db }) => ({
            ...VERSIONS[db.release],
            kas: { enabled: false, externalUrl: null, externalK8sProxyUrl: null, version: null },
            enterprise: true,
        }));
    }

    api.get("/user", { scopes: ["read_user"] }, (call) => {
        const { db, user } = call;
        return {
            ...presentUserBasic(db, user),
            created_at: time(user.createdAt),
            bot: user.bot,
            email: user.email,
            external: user.external,
            ...(user.admin ? { is_admin: call.admin } : {}),
        };
    });

    // Any valid token may read itself, whatever its scopes.
    const anyScope = ["create_runner", "manage_runner", "read_user", "read_repository", "read_registry", "self_rotate"];
    api.get("/personal_access_tokens/self", { scopes: anyScope }, (call) => {
        if (!call.token) throw unauthorized();
        const { token } = call;
        return {
            id: token.id,
            name: token.name,
            revoked: token.revoked,
            created_at: time(token.createdAt),
            description: token.description,
            scopes: token.scopes,
            user_id: token.userId,
            last_used_at: time(token.lastUsedAt),
            active: true,
            expires_at: day(token.expiresAt),
            ...(call.version >= 18 ? { granular: false, last_used_ips: [] } : {}),
        };
    });

    api.get("/application/settings", {}, (call) => {
        if (!call.admin) throw forbidden();
        return presentSettings(call);
    });

    const params = Object.fromEntries(SETTINGS.map(([name, , param]) => [name, param]));
    api.put("/application/settings", { params }, (call) => {
        if (!call.admin) throw forbidden();
        for (const [name, key] of SETTINGS) {
            if (call.has(name)) Object.assign(call.db.settings, { [key]: call.params[name] ?? null });
        }
        return presentSettings(call);
    });
}

function presentSettings(call: Call): Record<string, unknown> {
    return Object.fromEntries([["id", 1], ...SETTINGS.map(([name, key]) => [name, call.db.settings[key]])]);
}
