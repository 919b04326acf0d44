import type { IncomingHttpHeaders } from "node:http";
import type { AccessToken, User } from "../store/entities";
import type { Store } from "../store/store";
import type { RawParams } from "./body";
import { forbidden, oauthError, unauthorized } from "./errors";

/** The caller: a user through a token, or nobody. */
export interface Identity {
    user?: User;
    token?: AccessToken;
}

/** Finds the user behind a request's access token. An invalid token is refused, never ignored. */
export function identify(db: Store, headers: IncomingHttpHeaders, params: RawParams): Identity {
    const text = tokenText(headers, params);
    if (text === undefined) return {};
    const token = db.tokens.first("text", text);
    if (!token) throw unauthorized();
    if (token.revoked) {
        throw oauthError(401, "invalid_token", "Token was revoked. You have to re-authorize from the user.");
    }
    if (token.expiresAt !== null && token.expiresAt <= db.now()) {
        const description = "Token is expired. You can either do re-authorization or token refresh.";
        throw oauthError(401, "invalid_token", description);
    }
    const user = db.users.must(token.userId);
    if (user.state === "blocked") throw forbidden("Your account has been blocked.");
    token.lastUsedAt = db.now();
    return { user, token };
}

/** Refuses a token that has none of the allowed scopes, and lists all registered scopes. */
export function requireScope(token: AccessToken | undefined, allowed: string[], registered = allowed): void {
    if (!token || token.scopes.some((scope) => allowed.includes(scope))) return;
    const description = "The request requires higher privileges than provided by the access token.";
    throw oauthError(403, "insufficient_scope", description, registered);
}

function tokenText(headers: IncomingHttpHeaders, params: RawParams): string | undefined {
    const bearer = /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? "")?.[1];
    const candidates = [headers["private-token"], params.private_token, bearer, params.access_token];
    return candidates.find((text): text is string => typeof text === "string" && text !== "");
}
