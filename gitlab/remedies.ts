import { isDistrust } from "../core/distrust";
import { either } from "../core/values";
import { GRAPHQL } from "./request";

/** Where a token can be set. The environment's wins over the stack's. */
export const TOKEN_SET_BY = {
    environment: "GITLAB_TOKEN in the environment",
    stack: "`pulumi config set --secret gitlab:token`",
};
/** Hint if something other than GitLab seems to answer. */
export const NOT_GITLAB = "Is baseUrl GitLab's, ending in /api/v4/?";
/** The same if the answer is a refusal. */
export const BEFORE_GITLAB = "A proxy or firewall before GitLab says so, or baseUrl is not GitLab's.";
const SET_TOKEN = `${TOKEN_SET_BY.stack}, or ${TOKEN_SET_BY.environment}`;

/**
 * The error of every request while there is no token. Names the address: a stack without one of its own uses
 * gitlab.com.
 */
export function explainNoToken(baseUrl: string): string {
    const where = URL.canParse(baseUrl) ? new URL(baseUrl).host : "GitLab";
    return `No token for ${where} is set. Set one: ${SET_TOKEN}. If that is not your GitLab, set gitlab:baseUrl.`;
}

/** What the user can do about an answer of GitLab. */
export function remedyFor(
    status: number,
    request: { method: string; path: string; retryAfter?: string; tokenSetBy?: string },
    words: string,
): string {
    const { method, path, retryAfter, tokenSetBy = SET_TOKEN } = request;
    // GraphQL gives the same answer for a token without the scope and for a user who may not log in.
    const orScope = path === GRAPHQL ? ", has neither scope api nor read_api, or is that of a blocked user" : "";
    const wait = retryAfter ? `GitLab asks to wait ${retryAfter}. ` : "";
    switch (status) {
        case 400:
        case 422:
            return "";
        case 401:
            return `The token is unknown, revoked or expired${orScope}. Set a valid one: ${tokenSetBy}.`;
        case 403:
            return remedyForForbidden(method, path, words);
        case 404:
            return remedyForMissing(method);
        case 409:
        case 412:
            return "Somebody changed it at the same moment. Run it again.";
        case 429:
            return `${wait}Run it again later, and Pulumi with a smaller --parallel.`;
        default:
            return status >= 500 ? "Run it again when GitLab is well." : "";
    }
}

function remedyForMissing(method: string): string {
    const missing = "It does not exist, or the token may not see it.";
    return method === "GET" ? missing : `${missing} \`pulumi refresh\` takes what is gone out of the state.`;
}

/** GitLab's words if the token's user lacks the role. */
const OF_ROLE = /^(403 Forbidden( - (No access granted|Insufficient permissions.*))?|no reason given)$/;

function remedyForForbidden(method: string, path: string, words: string): string {
    const creates = method === "POST" && path === "/user/runners";
    if (/insufficient_(granular_)?scope/.test(words)) {
        const scopes = [
            ...(method === "GET" ? ["read_api"] : []),
            ...(creates ? ["create_runner"] : []),
            ...(/^\/runners\/\d+$/.test(path) ? ["manage_runner"] : []),
            "api",
        ];
        return `The token needs scope ${either(scopes)}.`;
    }
    if (/more than one project/.test(words)) return "Unassign the runner from its other projects first.";
    if (/read-only/.test(words)) return "It takes no changes for now, as in maintenance. Run it again when it does.";
    // Any other reason has nothing to do with the role: a blocked account, a locked runner.
    if (!OF_ROLE.test(words)) return "";
    if (creates) {
        return "The token's user must be Owner of the group, Maintainer of the project, or administrator for instance runners.";
    }
    if (path === "/runners/all") return "The token's user must be an administrator to list instance runners.";
    if (/^\/(groups\/[^/]+\/)?runners/.test(path)) {
        return "The token's user must be Owner of the runner's group or Maintainer of its project.";
    }
    return "The token's user must be Maintainer or Owner there.";
}

export function explainNoAnswer(
    error: unknown,
    idempotent: boolean,
    timeout: number,
    proxy?: string,
): { words: string; remedy: string } {
    if (proxy === undefined && error instanceof Error && codeOf(error) === "UND_ERR_INVALID_ARG")
        return { words: `it was not asked: ${error.message}`, remedy: "Correct it in headers." };
    const { words, remedy } = explain(error, idempotent, timeout);
    if (proxy === undefined) return { words, remedy };
    return {
        words: `${words}, through the proxy ${proxy}`,
        remedy: `${remedy} Is the proxy meant, or does GitLab's host belong into NO_PROXY?`,
    };
}

/** What happened instead of an answer, by the error's code. */
const NO_ANSWER: readonly (readonly [code: RegExp, words: string, remedy: string])[] = [
    [
        /ERR_SSL_(WRONG_VERSION|PACKET_LENGTH|HTTP_REQUEST|RECORD)/,
        "what answers there speaks no TLS",
        "Write http:// in baseUrl, or the port at which it does.",
    ],
    [
        /^ERR_SSL.*(CERT|UNKNOWN_CA)/,
        "it does not take the client certificate, or wants one",
        "Correct clientCert and clientKey.",
    ],
    [
        /ERR_SSL|ERR_OSSL|EPROTO/,
        "TLS could not be agreed on",
        "Check baseUrl, and which versions of TLS GitLab, or a proxy before it, takes.",
    ],
    [/^(ENOTFOUND|EAI_AGAIN)$/, "its host name is not known", "Correct baseUrl, or the machine's DNS."],
    [/^(ERR_INVALID_URL|UND_ERR_INVALID_ARG)$/, "not an address", "Write it like http://proxy.example.org:3128."],
    [/^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH)$/, "no connection", "Check baseUrl and that GitLab is up."],
];

function explain(error: unknown, idempotent: boolean, timeout: number): { words: string; remedy: string } {
    const code = codeOf(error);
    if (isDistrust(code)) {
        return {
            words: `its TLS certificate is not trusted (${code})`,
            remedy: "Set cacertFile (the command: --cacert) to a file with the authority's PEM certificates, or insecure (--insecure) to true to trust any.",
        };
    }
    const [, words, remedy] = NO_ANSWER.find(([pattern]) => pattern.test(code)) ?? [];
    if (words !== undefined) return { words: `${words} (${code})`, remedy: remedy! };
    if (code === "UND_ERR_CONNECT_TIMEOUT")
        return { words: "no connection within 10 seconds", remedy: "Check baseUrl, firewall and proxy settings." };
    const isLate = code === "UND_ERR_HEADERS_TIMEOUT" || code === "UND_ERR_BODY_TIMEOUT";
    // A GraphQL query is a POST as well, and was sent several times.
    const unknownOutcome = idempotent ? "" : "Whether GitLab carried it out is not known, so it is not sent again. ";
    return {
        words: isLate ? `no answer within ${timeout / 1000} seconds` : `the connection was dropped (${code})`,
        remedy: `${unknownOutcome}Run it again${isLate ? " when GitLab is faster" : ""}.`,
    };
}

/** Whether there was no answer at all, as opposed to a mistake of ours. */
export function isConnectionError(error: unknown): boolean {
    return codeIn(error) !== undefined;
}

/** The code of an error or of its cause; otherwise its name. */
export function codeOf(error: unknown): string {
    return codeIn(error) ?? (error instanceof Error ? error.name : "unknown");
}

function codeIn(error: unknown): string | undefined {
    for (let cause = error; cause instanceof Error; cause = cause.cause) {
        const { code } = cause as NodeJS.ErrnoException;
        if (typeof code === "string") return code;
    }
    return undefined;
}
