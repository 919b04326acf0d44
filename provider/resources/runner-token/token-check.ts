import { keptFor } from "../../../core/kept-for";
import type { GitLab } from "../../../gitlab/client";
import { tryToken } from "../../../gitlab/runner-tokens";

/** In a stack of a thousand runners, trying each token would be most of a preview's requests. */
const MOST_TRIES = 8;

const triesOf = keptFor<GitLab, { count: number; answers: Map<string, Promise<boolean | undefined>> }>(() => ({
    count: 0,
    answers: new Map(),
}));

/**
 * Whether GitLab takes a token; `undefined` when it cannot be asked. Without a reason to doubt, no more than 8 are
 * asked about in one operation. In larger fleets a moved end of life and a lost answer still are reasons.
 */
export function tokenWorks(gitlab: GitLab, token: string, inDoubt: boolean): Promise<boolean | undefined> {
    const done = triesOf(gitlab);
    if (!inDoubt) {
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
