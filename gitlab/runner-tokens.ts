import type { GitLab } from "./client";
import { GitLabError } from "./errors";
import { toGid } from "./ids";
import { NOT_GITLAB } from "./remedies";

/** GitLab's verdict on a runner's authentication token. `unknown`: this GitLab cannot be asked without a trace. */
export type TokenVerdict = "works" | "refused" | "unknown";

/**
 * Tries an authentication token without leaving a trace in GitLab.
 *
 * `POST /runners/verify` and `POST /jobs/request` create an entry for a runner manager (`<legacy>` without a
 * `system_id`) and count as contact. When a runner asks where the job router is, GitLab checks only the token: 403
 * means that it is unknown or expired, any other answer that it works. Older GitLab lacks this route: 404.
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
 * Like `tryToken`, but also for older GitLab: it asks to remove a manager that cannot exist. 403 means that the token
 * is refused, "manager not found" that it works. Up to GitLab 18.0 at least, this counts as contact of the runner,
 * though not of any manager, so it happens only when a person asks for a diagnosis.
 */
export async function tryTokenAnywhere(gitlab: GitLab, token: string): Promise<TokenVerdict> {
    const verdict = await tryToken(gitlab, token);
    if (verdict !== "unknown") return verdict;
    const { status, body } = await gitlab.asRunner("DELETE", "/runners/managers", token, { token, system_id: NOBODY });
    if (status === 403) return "refused";
    return status === 404 && /manager/i.test(body) ? "works" : "unknown";
}

/** What is known about a runner's token without the token itself. */
export interface TokenFacts {
    /** When the runner was created, in milliseconds since 1970, if GitLab says so. */
    createdAt?: number;
    /** When the token expires, in milliseconds since 1970; `undefined` if never. */
    expiresAt?: number;
    /** The token itself, for the runner's creator in its first hour and before its first job. */
    ephemeralToken?: string;
}

interface TokenNode {
    createdAt: string | null;
    tokenExpiresAt: string | null;
    ephemeralAuthenticationToken?: string | null;
}

/**
 * Reads facts about a runner's token from GraphQL; `undefined` if the runner is gone or not visible. REST has none of
 * them.
 */
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
    /** When the new token expires, in milliseconds since 1970; `undefined` if never. */
    expiresAt?: number;
}

/** Issues a new authentication token; the old one dies at once. Sent only once, whatever happens. */
export async function resetToken(gitlab: GitLab, id: number): Promise<ResetToken> {
    const path = `/runners/${id}/reset_authentication_token`;
    const answer = await gitlab.post<{ token: unknown; token_expires_at: string | null } | undefined>(path, {});
    if (!isToken(answer?.token)) {
        // Whether GitLab reset the token is not known, as with a lost answer.
        throw new GitLabError({ method: "POST", path, words: "its answer has no token", remedy: NOT_GITLAB });
    }
    return { token: answer.token, expiresAt: toTime(answer.token_expires_at) };
}

/** Whether a value from GitLab can be a token: it goes into files and headers. */
export function isToken(value: unknown): value is string {
    return typeof value === "string" && /^[\x21-\x7e]{1,500}$/.test(value);
}

/** Milliseconds since 1970 of an ISO 8601 time. */
export function toTime(text: string | null | undefined): number | undefined {
    const time = text ? Date.parse(text) : Number.NaN;
    return Number.isNaN(time) ? undefined : time;
}
