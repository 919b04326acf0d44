import type { GitLabVersion } from "../store/entities";

/** An answer other than a route's ordinary result. Thrown by routes, sent by the server unchanged. */
export class ApiError extends Error {
    constructor(
        readonly status: number,
        readonly body: unknown,
        readonly headers: Record<string, string> = {},
        /** Media type; anything but JSON is sent unchanged. */
        readonly type = "application/json",
    ) {
        super(`answers ${status}`);
    }
}

/** `{"message": …}`, the envelope of GitLab's API helpers. */
export function messageError(status: number, message: unknown, headers?: Record<string, string>): ApiError {
    return new ApiError(status, { message }, headers);
}

/** `{"error": …}`, the envelope of parameter validation and of bare errors. */
export function plainError(status: number, error: string, headers?: Record<string, string>): ApiError {
    return new ApiError(status, { error }, headers);
}

export function unauthorized(): ApiError {
    return messageError(401, "401 Unauthorized");
}

export function forbidden(reason?: string, headers?: Record<string, string>): ApiError {
    return messageError(403, reason ? `403 Forbidden - ${reason}` : "403 Forbidden", headers);
}

export function badRequest(reason: string): ApiError {
    return messageError(400, `400 Bad request - ${reason}`);
}

export function notFound(resource: string): ApiError {
    return messageError(404, `404 ${resource} Not Found`);
}

/** A row that the route's own look-up did not find: older versions answer with the generic text. */
export function runnerNotFound(version: GitLabVersion): ApiError {
    return version === 19 ? notFound("Runner") : messageError(404, "404 Not found");
}

/** A refusal by a model's validation: texts by attribute. */
export function validationError(problems: Record<string, string[]>): ApiError {
    return messageError(400, problems);
}

/** A refusal by the guard in front of the API. */
export function oauthError(status: 401 | 403, error: string, description: string, scope?: string[]): ApiError {
    const body = { error, error_description: description, ...(scope ? { scope: scope.join(" ") } : {}) };
    return new ApiError(status, body);
}

/** A refusal by GitLab's application limiter. */
export function tooManyRequests(): ApiError {
    return messageError(429, { error: "This endpoint has been requested too many times. Try again later." });
}

/** A refusal by the throttle in front of the whole application, in plain text, with the limit in the headers. */
export function throttled(headers: Record<string, string>): ApiError {
    return new ApiError(429, "Retry later\n", headers, "text/plain");
}

/** Joins texts as Rails does: `A, B, and C`. */
export function sentence(texts: string[]): string {
    if (texts.length < 3) return texts.join(" and ");
    return `${texts.slice(0, -1).join(", ")}, and ${texts.at(-1)}`;
}
