import { attempt } from "../core/attempt";
import { withoutTokens } from "../core/values";
import { GRAPHQL } from "./request";

export interface Failure {
    method: string;
    /** Path below `/api/v4`, or `/api/graphql`; without the query. */
    path: string;
    /** Address that was tried, without `/api/v4`; shown if there was no answer. */
    at?: string;
    /** HTTP status; absent if there was no answer. */
    status?: number;
    /**
     * Whether something other than GitLab's API answered, so that the status says nothing about the resource. @default
     * false
     */
    isStranger?: boolean;
    /** GitLab's words, or what happened instead of an answer. */
    words: string;
    remedy: string;
}

/** GitLab refused a request or did not answer it. The message never contains secrets. */
export class GitLabError extends Error {
    readonly method: string;
    readonly path: string;
    readonly status: number | undefined;
    readonly isStranger: boolean;
    readonly words: string;
    /** What the user can do; empty if nothing is known to help, as for an error of GraphQL. */
    readonly remedy: string;

    constructor(failure: Failure) {
        super(toMessage(failure));
        this.name = "GitLabError";
        this.method = failure.method;
        this.path = failure.path;
        this.status = failure.status;
        this.isStranger = failure.isStranger === true;
        this.words = failure.words;
        this.remedy = failure.remedy;
    }
}

/** A refusal that GraphQL expresses by an empty answer, or by errors of single mutations. */
export function refusedByGraphql(words: string, remedy: string, status = 403): GitLabError {
    return new GitLabError({ method: "POST", path: GRAPHQL, status, words, remedy });
}

export function isAnswered(error: unknown, ...statuses: number[]): error is GitLabError {
    if (!(error instanceof GitLabError) || error.status === undefined || error.isStranger) return false;
    return statuses.includes(error.status);
}

/** Whether GitLab answered 404: the only answer that means "gone". */
export function isNotFound(error: unknown): error is GitLabError {
    return isAnswered(error, 404);
}

/** Whether a query was refused in this form, so that another API is worth a try, which has its own answer. */
export function isRefusal(error: unknown): boolean {
    return isBarred(error) || isOwnRefusal(error);
}

/** The same for callers without an alternative: the refusal must come from GitLab itself. */
function isOwnRefusal(error: unknown): boolean {
    if (!(error instanceof GitLabError) || error.isStranger) return false;
    return (error.status ?? 500) < 500 && !isAnswered(error, 401, 429);
}

/** Whether something in front of GitLab blocks GraphQL queries, as firewalls do that take them for an attack. */
function isBarred(error: unknown): boolean {
    return error instanceof GitLabError && error.isStranger && error.path === GRAPHQL;
}

/** For `catch`: turns errors of one kind into undefined and rethrows all others. */
function unless(isKind: (error: unknown) => boolean): (error: unknown) => undefined {
    return (error) => {
        if (!isKind(error)) throw error;
    };
}

/** For `catch`: undefined if GitLab answered 404. */
export const unlessNotFound = unless(isNotFound);

/** For `catch`: undefined if the resource is not visible or gone. */
export const unlessHidden = unless((error) => isAnswered(error, 403, 404));

/** For `catch`: undefined if another API is worth a try. */
export const unlessRefusal = unless(isRefusal);

/** For `catch`: undefined if GitLab itself does not have or show it. */
export const unlessOwnRefusal = unless(isOwnRefusal);

/**
 * For `catch`: undefined if GitLab refuses to tell (401, 403, or an error of GraphQL, which comes with 200), or cannot
 * be asked.
 */
export const unlessRefused = unless((error) => isBarred(error) || isAnswered(error, 200, 401, 403));

/** For `catch`: undefined if GitLab does not tell, for whatever reason. */
export const unlessUntold = unless((error) => error instanceof GitLabError);

function toMessage({ method, path, at, status, words, remedy }: Failure): string {
    const sentence = /[.!?]$/.test(words) ? words : `${words}.`;
    const what = status === undefined ? "did not answer" : status >= 500 ? "failed at" : "refused";
    const code = status === undefined ? "" : ` (${status})`;
    const who = status === undefined && at !== undefined ? `GitLab at ${at}` : "GitLab";
    return `${who} ${what} ${method} ${path}${code}: ${sentence}${remedy === "" ? "" : ` ${remedy}`}`;
}

/** GitLab's own words from the body of an error, in any of its four envelopes, plain text or HTML. */
export function wordsOf(body: string, contentType: string): string {
    const text = body.trim();
    if (contentType.includes("html") || /^<(!doctype|html)/i.test(text)) {
        const title = /<title>([^<]*)<\/title>/i.exec(text)?.[1]?.trim();
        return title ? `an HTML page, "${title}"` : "an HTML page";
    }
    const words = attempt(() => wordsOfJson(JSON.parse(text))) ?? text;
    return words === "" ? "no reason given" : words;
}

function wordsOfJson(json: unknown): string {
    if (typeof json !== "object" || json === null) return String(json);
    const { message, error, error_description, scope, errors } = json as Record<string, unknown>;
    if (typeof error === "string" && typeof error_description === "string") {
        return `${error}: ${error_description}${typeof scope === "string" && scope !== "" ? ` (scope: ${scope})` : ""}`;
    }
    return flatten(message ?? error ?? errors ?? json);
}

/** `{"tags_list": ["can not be empty"]}` becomes `tags_list can not be empty`. */
function flatten(value: unknown): string {
    if (Array.isArray(value)) return value.map(flatten).join(", ");
    if (typeof value === "object" && value !== null) {
        return Object.entries(value)
            .map(([key, item]) =>
                ["error", "message", "base"].includes(key) ? flatten(item) : `${key} ${flatten(item)}`,
            )
            .join("; ");
    }
    return String(value);
}

/** A text on one line, cut where it is long. Secrets are taken out before: of one that is cut in two nobody knows the first half. */
export function shorten(text: string): string {
    const line = text.replace(/\s+/g, " ");
    return line.length > 500 ? `${line.slice(0, 500)}…` : line;
}

/** Removes secrets from a text: the given ones, and everything that looks like a GitLab token. */
export function scrub(text: string, secrets: readonly string[]): string {
    const long = secrets.filter((secret) => secret.length > 3);
    return withoutTokens(long.reduce((clean, secret) => clean.replaceAll(secret, "[secret]"), text));
}
