import { iso } from "../../../core/durations";
import { keptFor } from "../../../core/kept-for";
import type { GitLab } from "../../../gitlab/client";
import { tryToken } from "../../../gitlab/runner-tokens";

/** Who rotates a runner's token: `pulumi up`, or the gitlab-runner process itself. */
export type Rotation = "pulumi" | "runner";

/** What the state knows of a token. Times are milliseconds since 1970. */
interface KnownToken {
    present: boolean;
    obtainedAt?: number;
    /** `undefined`: never. */
    expiresAt?: number;
    /** A reset was sent, and its answer never came. */
    uncertain: boolean;
}

/** Everything that decides whether a token stays. Times are milliseconds since 1970, by GitLab's clock. */
export interface TokenCase {
    /** `undefined` while the clocks disagree: then nothing is decided by age. */
    now?: number;
    known: KnownToken;
    rotation: Rotation;
    /** How long before its expiry a token is reset, in milliseconds; `undefined`: a quarter of its lifetime. */
    rotateBefore?: number;
    /** Whether `rotationTrigger` has changed since the token was obtained. */
    triggered: boolean;
    /** When the current token expires according to GitLab; `undefined`: never. */
    expiresAt?: number;
    /** Whether `expiresAt` could be read; a token without read access cannot. */
    expiryKnown: boolean;
    /** Whether GitLab accepts the token; `undefined` if it was not tried. */
    works?: boolean;
}

export type TokenDecision =
    | { action: "keep" }
    /** The token is good, but the state does not record that yet. */
    | { action: "note" }
    /** Another token is current by now: find it, or issue a new one. */
    | { action: "recover"; reason: string }
    /** Issue a new token. */
    | { action: "reset"; reason: string };

export function decideOnToken(it: TokenCase): TokenDecision {
    const { known } = it;
    if (!known.present) return { action: "recover", reason: "there is none yet" };
    if (it.triggered) return { action: "reset", reason: "rotationTrigger changed" };
    if (it.works === false && isOver(it, it.expiresAt))
        return { action: "reset", reason: `it died ${iso(it.expiresAt!)}` };
    const moved = it.expiryKnown && !sameSecond(it.expiresAt, known.expiresAt);
    const doubt = whyNotCurrent(it, moved);
    if (doubt !== undefined) return { action: "recover", reason: doubt };
    const end = it.expiryKnown ? it.expiresAt : known.expiresAt;
    if (end !== undefined && isOver(it, end)) return { action: "reset", reason: `it died ${iso(end)}` };
    if (it.rotation === "pulumi" && end !== undefined && isOver(it, end - rotateBeforeOf(it, end))) {
        return { action: "reset", reason: `it dies ${iso(end)}` };
    }
    return known.uncertain || moved ? { action: "note" } : { action: "keep" };
}

/** Why another token may be current. One that works is, whatever else speaks against it. */
function whyNotCurrent(it: TokenCase, moved: boolean): string | undefined {
    if (it.works) return undefined;
    if (it.works === false) return `GitLab refuses it: ${whoReset(it)}`;
    if (it.known.uncertain) return "the answer to its last reset was lost";
    return moved ? `its end moved in GitLab: ${whoReset(it)}` : undefined;
}

function whoReset({ rotation }: TokenCase): string {
    return rotation === "runner"
        ? "gitlab-runner has rotated it, or it was reset by somebody else"
        : "it was reset by somebody else";
}

/** Whether a time has passed, according to a trusted clock. */
function isOver({ now }: TokenCase, time: number | undefined): boolean {
    return now !== undefined && time !== undefined && time <= now;
}

function rotateBeforeOf({ rotateBefore, known }: TokenCase, end: number): number {
    if (rotateBefore !== undefined) return rotateBefore;
    // A token whose start is unknown, or was recorded by a wrong clock, is reset a quarter of a month before its
    // expiry.
    const life = known.obtainedAt === undefined ? 0 : end - known.obtainedAt;
    return life > 0 ? life / 4 : 7.5 * 24 * 3600_000;
}

/** GraphQL returns times in whole seconds, REST in milliseconds. */
export function sameSecond(a: number | undefined, b: number | undefined): boolean {
    if (a === undefined || b === undefined) return a === b;
    return Math.floor(a / 1000) === Math.floor(b / 1000);
}

/** In a stack of a thousand runners, trying each token would be most of a preview's requests. */
const MOST_TRIES = 8;

const triesOf = keptFor<GitLab, { count: number; answers: Map<string, Promise<boolean | undefined>> }>(() => ({
    count: 0,
    answers: new Map(),
}));

/**
 * Whether GitLab accepts a token; `undefined` if it cannot be asked. Without a reason for doubt, at most 8 are tried in
 * one operation. In larger fleets, a changed expiry and a lost answer still are reasons.
 */
export function tokenWorks(gitlab: GitLab, token: string, inDoubt: boolean): Promise<boolean | undefined> {
    const done = triesOf(gitlab);
    if (!inDoubt) {
        const known = done.answers.get(token);
        if (known !== undefined) return known;
        if (done.count >= MOST_TRIES) return Promise.resolve(undefined);
        done.count++;
    }
    const answer = tryToken(gitlab, token).then((verdict) => (verdict === "unknown" ? undefined : verdict === "works"));
    done.answers.set(token, answer);
    return answer;
}
