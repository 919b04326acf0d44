import type { GitLab } from "./client";
import { GitLabError } from "./errors";
import { toGid } from "./ids";
import { NOT_GITLAB } from "./remedies";

/** What GitLab says of a runner's authentication token. `unknown`: this GitLab cannot be asked without a trace. */
export type TokenVerdict = "works" | "refused" | "unknown";

/**
 * Tries an authentication token without leaving a trace in GitLab.
 *
 * `POST /runners/verify` and `POST /jobs/request` make an entry for a runner manager (`<legacy>` without a `system_id`)
 * and count as contact. The question where the job router is, asked by a runner, is only checked for its token: 403 for
 * a token that is unknown or expired, another answer for one that works. Older GitLab has no such route: 404.
 * https://docs.gitlab.com/api/runners/
 */
export async function tryToken(gitlab: GitLab, token: string): Promise<TokenVerdict> {
    const { status } = await gitlab.asRunner("GET", "/runners/router/discovery", token);
    if (status === 403) return "refused";
    return status === 200 || status === 501 ? "works" : "unknown";
}

/** No gitlab-runner has such an identity: theirs are `s_` or `r_` and 12 letters or digits. */
const NOBODY = "gitlab-fleet-doctor-asks-only";

/**
 * Like `tryToken`, for older GitLab too: it asks to remove a manager that cannot exist. 403 says that the token is not
 * taken, "manager not found" that it is. Up to GitLab 18.0 at least this counts as contact of the runner, though not of
 * any manager, so only a person who asks for a diagnosis sets it off.
 */
export async function tryTokenAnywhere(gitlab: GitLab, token: string): Promise<TokenVerdict> {
    const verdict = await tryToken(gitlab, token);
    if (verdict !== "unknown") return verdict;
    const { status, body } = await gitlab.asRunner("DELETE", "/runners/managers", token, { token, system_id: NOBODY });
    if (status === 403) return "refused";
    return status === 404 && /manager/i.test(body) ? "works" : "unknown";
}

/** What is known of a runner's token without the token. */
export interface TokenFacts {
    /** When the runner was made, in milliseconds since 1970, where GitLab says so. */
    createdAt?: number;
    /** When the token dies; `undefined` when it never does. */
    expiresAt?: number;
    /** The token itself, for the runner's creator in its first hour and before its first job. */
    ephemeralToken?: string;
}

interface TokenNode {
    createdAt: string | null;
    tokenExpiresAt: string | null;
    ephemeralAuthenticationToken?: string | null;
}

/** Asks GraphQL about a runner's token; `undefined` when the runner is gone or not visible. REST tells none of this. */
export async function readTokenFacts(
    gitlab: GitLab,
    id: number,
    { withToken = false } = {},
): Promise<TokenFacts | undefined> {
    const field = withToken ? "ephemeralAuthenticationToken" : "";
    const { runner } = await gitlab.graphql<{ runner?: TokenNode | null }>(
        `{ runner(id: "${toGid("Ci::Runner", id)}") { createdAt tokenExpiresAt ${field} } }`,
        {},
    );
    if (!runner) return undefined;
    return {
        createdAt: toTime(runner.createdAt),
        expiresAt: toTime(runner.tokenExpiresAt),
        ephemeralToken: isToken(runner.ephemeralAuthenticationToken) ? runner.ephemeralAuthenticationToken : undefined,
    };
}

export interface ResetToken {
    token: string;
    /** When the new token dies, in milliseconds since 1970; `undefined`: never. */
    expiresAt?: number;
}

/** Issues a new authentication token; the old one is dead at once. Sent once, whatever happens. */
export async function resetToken(gitlab: GitLab, id: number): Promise<ResetToken> {
    const path = `/runners/${id}/reset_authentication_token`;
    const answer = await gitlab.post<{ token: unknown; token_expires_at: string | null } | undefined>(path, {});
    if (!isToken(answer?.token)) {
        // Whether GitLab has done it is not known, as with an answer that was lost.
        throw new GitLabError({ method: "POST", path, words: "its answer has no token", remedy: NOT_GITLAB });
    }
    return { token: answer.token, expiresAt: toTime(answer.token_expires_at) };
}

/** Whether what GitLab gave for a token can be one: it goes into files and headers. */
export function isToken(value: unknown): value is string {
    return typeof value === "string" && /^[\x21-\x7e]{1,500}$/.test(value);
}

/** Milliseconds of an ISO 8601 time. */
export function toTime(text: string | null | undefined): number | undefined {
    const time = text ? Date.parse(text) : Number.NaN;
    return Number.isNaN(time) ? undefined : time;
}
