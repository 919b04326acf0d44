import type { Reading } from "../clock";
import type { RunnerRecord } from "../runners";
import type { Claim } from "./claims";
import { type Declaration, judge, needsAction, type Verdict } from "./verdicts";

/** Statuses that GitLab gives by the time since the last contact. */
const AGED_STATUSES: readonly string[] = ["stale", "offline"];

/**
 * Verdicts as the clocks allow. While they disagree, a claim by age decides nothing: where a runner would be deleted or
 * paused for it, that is an error, and what is claimed otherwise is judged as always.
 */
export function judgeInTime(
    label: string,
    clock: Reading,
    runners: readonly RunnerRecord[],
    declaration: Omit<Declaration, "now">,
    warn: (text: string) => void,
): Verdict[] {
    if (clock.doubt === undefined) return judge(runners, { ...declaration, now: clock.now });
    const perhaps = judge(runners, { ...declaration, now: clock.latest });
    const surely = judge(runners, { ...declaration, claim: withoutAges(declaration.claim), now: clock.guess });
    const sure = new Set(surely.filter(needsAction).map(({ runner }) => runner.id));
    const atStake = perhaps.filter((verdict) => needsAction(verdict) && !sure.has(verdict.runner.id));
    if (atStake.length > 0) {
        const [first] = atStake;
        const count = atStake.length === 1 ? "a runner" : `${atStake.length} runners`;
        throw new Error(
            `${label}: would ${first!.action} ${count} for the time since the last contact (#${first!.runner.id} first), and that time is not known. ` +
                `${clock.doubt} Or claim by something else than offlineFor, stale and offline.`,
        );
    }
    if (perhaps.length > 0) warn(clock.doubt);
    return perhaps;
}

/** The part of a claim that holds whatever time it is. */
export function withoutAges(claim: Claim): Claim {
    const { offlineFor, statuses, ...rest } = claim;
    const timeless = statuses?.filter((status) => !AGED_STATUSES.includes(status));
    // Where all parts are needed, one that is not known leaves nothing.
    if (claim.match === "all" && (offlineFor !== undefined || timeless?.length === 0)) return {};
    return { ...rest, ...(timeless === undefined ? {} : { statuses: timeless }) };
}
