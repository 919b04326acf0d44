import type { GitLab } from "../gitlab/client";
import { tryToken } from "../gitlab/runner-tokens";

/** A manager that works asks for jobs at least once a minute, long polling included. */
const FRESH = 5 * 60_000;
/** In a stack of a thousand runners, trying each token would be most of a preview's requests. */
const MOST_TRIES = 25;

const tries = new WeakMap<GitLab, { count: number; answers: Map<string, Promise<boolean | undefined>> }>();

/** What speaks for a token without asking. */
export interface Proof {
    /** Last contact of any manager under the runner, in milliseconds since 1970. */
    contactedAt?: number;
    /** When the token was obtained. */
    obtainedAt?: number;
    /** Ask whatever speaks for it: there is reason to doubt. */
    certain: boolean;
}

/**
 * Whether GitLab takes a token; `undefined` when it was not asked or cannot be. A runner that was heard from just now
 * needs no asking, and no more than 25 are asked about without a reason to doubt in one operation.
 */
export function tokenWorks(gitlab: GitLab, token: string, proof: Proof): Promise<boolean | undefined> {
    let done = tries.get(gitlab);
    if (done === undefined) {
        done = { count: 0, answers: new Map() };
        tries.set(gitlab, done);
    }
    if (!proof.certain) {
        const { contactedAt = 0, obtainedAt = 0 } = proof;
        if (contactedAt > obtainedAt && gitlab.now() - contactedAt < FRESH) return Promise.resolve(undefined);
        const known = done.answers.get(token);
        if (known !== undefined) return known;
        if (done.count >= MOST_TRIES) return Promise.resolve(undefined);
        done.count++;
    }
    const answer = ask(gitlab, token);
    done.answers.set(token, answer);
    return answer;
}

async function ask(gitlab: GitLab, token: string): Promise<boolean | undefined> {
    const verdict = await tryToken(gitlab, token);
    return verdict === "unknown" ? undefined : verdict === "works";
}
