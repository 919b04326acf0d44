import type { Contact } from "../core/diagnosis/facts";
import { isDistrust } from "../core/distrust";
import { addressOf } from "../core/runner-url";
import { redirectTarget } from "./answers";
import { wordsOf } from "./errors";
import { codeOf } from "./remedies";
import { toTime } from "./runner-tokens";
import { type Answer, Transport } from "./transport";

export interface Reached {
    contact: Contact;
    /** Its clock minus ours, in milliseconds; absent if the answer had no time. */
    clockSkew?: number;
}

export interface ContactOptions {
    /** PEM certificates of additional authorities. */
    cacert?: string;
    /** Longest wait for an answer, in milliseconds. @default 10000 */
    timeout?: number;
    /** This machine's clock, in milliseconds since 1970. */
    now?: () => number;
}

/**
 * Requests GitLab's version from the address in a worker's `url`, without any token: GitLab answers 401 in JSON,
 * anything else answers differently.
 */
export async function contactGitLab(url: string, options: ContactOptions = {}): Promise<Reached> {
    const base = apiBaseOf(url);
    if (base === undefined) return { contact: { kind: "invalid-url" } };
    const config = { baseUrl: base, insecure: false, cacert: options.cacert };
    const transport = new Transport(config, options.timeout ?? 10_000, new AbortController().signal);
    try {
        const target = new URL(`${base}version`);
        const answer = await transport.send("GET", target, { accept: "application/json" }, undefined);
        return {
            contact: contactOf(answer, target),
            clockSkew: skewOf(answer, (options.now ?? Date.now)()),
        };
    } catch (error) {
        const code = codeOf(error);
        return { contact: isDistrust(code) ? { kind: "tls", code } : { kind: "silence", code } };
    } finally {
        await transport.close();
    }
}

/** The header has whole seconds and took its time to arrive: differences of less than two seconds mean nothing. */
function skewOf(answer: Answer, now: number): number | undefined {
    const date = toTime(answer.header("date"));
    if (date === undefined) return undefined;
    const skew = date - now;
    return Math.abs(skew) < 2000 ? 0 : skew;
}

/** Base of the API for a worker's `url`, as gitlab-runner derives it; undefined if it is not a URL. */
export function apiBaseOf(url: string): string | undefined {
    const address = addressOf(url);
    return /^https?:\/\//i.test(address) && URL.canParse(address) ? `${address}/api/v4/` : undefined;
}

function contactOf(answer: Answer, from: URL): Contact {
    const { status, body } = answer;
    if (status >= 300 && status < 400) {
        const to = redirectTarget(answer, from);
        return { kind: "redirect", to: to === undefined ? answer.header("location") : `${to.origin}${to.pathname}` };
    }
    const type = answer.header("content-type");
    // GitLab also answers 404 in JSON for a wrong path; its version never answers 404, only 401 without a login.
    if (type.includes("json") && status !== 404) return { kind: "gitlab" };
    if (status >= 500) return { kind: "silence", code: `HTTP ${status}` };
    return { kind: "stranger", status, what: type.includes("html") ? wordsOf(body, type) : "no version" };
}
