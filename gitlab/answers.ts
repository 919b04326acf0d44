import { attempt } from "../core/attempt";
import { isMap } from "../core/values";
import { wordsOf } from "./errors";
import { BEFORE_GITLAB, NOT_GITLAB, remedyFor } from "./remedies";
import { GRAPHQL } from "./request";
import type { Answer } from "./transport";

/** The target of a redirect; `undefined` for any other answer. */
export function redirectTarget(answer: Answer, from: URL): URL | undefined {
    const location = answer.header("location");
    return answer.status >= 300 && answer.status < 400 && URL.canParse(location, from.href)
        ? new URL(location, from)
        : undefined;
}

/** Milliseconds that GitLab asks to wait: `Retry-After` in seconds or as a date, or `RateLimit-ResetTime`. */
function retryAfter(answer: Answer): number | undefined {
    const text = answer.header("retry-after") || answer.header("ratelimit-resettime");
    if (text === "" || (answer.status !== 429 && answer.status !== 503)) return undefined;
    if (/^\d+$/.test(text)) return Number(text) * 1000;
    // JavaScript makes a date of almost anything: of "7 s" one that is long past.
    const until = text.endsWith(" GMT") ? Date.parse(text) : Number.NaN;
    return Number.isNaN(until) ? undefined : Math.max(0, until - Date.now());
}

/** The keys by which GitLab says why it says no. */
const REASONS = ["message", "error", "errors"];

/**
 * Whether an answer does not come from GitLab's API, which always answers in JSON, and always gives the reason for a
 * refusal.
 */
export function isOfStranger({ status, body }: Answer, path?: string): boolean {
    const json = attempt((): unknown => JSON.parse(body));
    const saysNo = status >= 400 && status < 500;
    if (!saysNo) return body !== "" && !isMap(json);
    // A token is judged before it comes to GraphQL.
    if (path === GRAPHQL && status !== 401) return !isGraphql(json);
    return !isMap(json) || !REASONS.some((key) => Object.hasOwn(json, key));
}

/** What any answer of GraphQL has: data, or the errors that are the reason why not. */
interface Graphql<T> {
    data?: T | null;
    errors?: { message: string }[];
}

/** Whether an answer is one of GraphQL, whatever it says. */
export function isGraphql<T>(json: unknown): json is Graphql<T> {
    if (!isMap(json)) return false;
    const { data, errors } = json;
    if (errors === undefined) return data !== undefined;
    return Array.isArray(errors) && errors.every((one) => isMap(one) && typeof one.message === "string");
}

/**
 * Why an answer is not the expected JSON, and what the user can do; `undefined` if it is. With `isStranger`, the answer
 * is not GitLab's: a proxy, an ingress that is being set up, or another program may also answer 404, which says nothing
 * about the resource.
 */
export function problemOf(
    answer: Answer,
    request: { method: string; path: string; url: URL; tokenSetBy?: string },
): { words: string; remedy: string; isStranger?: boolean } | undefined {
    const type = answer.header("content-type");
    if (answer.status >= 400) {
        const words = wordsOf(answer.body, type);
        const isStranger = answer.status !== 429 && answer.status < 500 && isOfStranger(answer, request.path);
        if (isStranger) return { words, remedy: BEFORE_GITLAB, isStranger };
        const wait = retryAfter(answer);
        const seconds = wait === undefined ? undefined : `${Math.ceil(wait / 1000)} s`;
        return { words, remedy: remedyFor(answer.status, { ...request, retryAfter: seconds }, words) };
    }
    if (answer.status >= 300) {
        const target = redirectTarget(answer, request.url);
        return {
            words: `it redirects ${target === undefined ? "elsewhere" : `to ${target.origin}${target.pathname}`}`,
            remedy: remedyForRedirect(request.url, target),
        };
    }
    if (answer.body === "" || attempt((): unknown => JSON.parse(answer.body)) !== undefined) return undefined;
    const what = type.includes("html") ? wordsOf(answer.body, type) : "something";
    return { words: `it answered with ${what} instead of JSON`, remedy: NOT_GITLAB };
}

/** If GitLab has moved, its new address ends in the same path. */
function remedyForRedirect(from: URL, to: URL | undefined): string {
    const rest = /\/api\/.*/.exec(from.pathname)?.[0];
    if (to !== undefined && to.origin !== from.origin && rest !== undefined && to.pathname.endsWith(rest)) {
        const base = `${to.origin}${to.pathname.slice(0, -rest.length)}/api/v4/`;
        return `If GitLab has moved there, baseUrl is ${base} now.`;
    }
    return "baseUrl must lead to GitLab's API itself, not to a sign-in page or a proxy before it.";
}

/**
 * Whether an answer of GraphQL has null as a list or an item. GitLab leaves out of a connection what the user may not
 * see; a null would be taken for "nothing there".
 */
export function hasBrokenList(value: unknown): boolean {
    if (Array.isArray(value)) return value.some(hasBrokenList);
    if (typeof value !== "object" || value === null) return false;
    return Object.entries(value).some(([key, item]) =>
        key === "nodes"
            ? !Array.isArray(item) || item.some((node) => !isMap(node) || hasBrokenList(node))
            : hasBrokenList(item),
    );
}

/** Statuses after which the same request may succeed. */
const RETRY_STATUSES = new Set([429, 500, 502, 503, 504]);
/** Longest accepted `Retry-After`, in milliseconds: beyond it, the error says how long GitLab asks to wait. */
const LONGEST_WAIT = 120_000;

/** Milliseconds to wait before a request with this answer is sent again; undefined if a retry does not help. */
export function waitAfter(answer: Answer, attempt: number): number | undefined {
    if (!RETRY_STATUSES.has(answer.status)) return undefined;
    const wait = retryAfter(answer) ?? backOff(attempt);
    return wait > LONGEST_WAIT ? undefined : wait;
}

/**
 * Milliseconds before the next attempt: 0.25 s, 0.5 s, 1 s, …, at most 8 s, spread so that many clients do not return
 * at once.
 */
export function backOff(attempt: number): number {
    return Math.min(8000, 250 * 2 ** attempt) * (0.75 + Math.random() / 2);
}
