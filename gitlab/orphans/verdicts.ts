import type { Foreign } from "../../core/choices";
import { type Marker, parseMarker } from "../../core/marker";
import { oneLine } from "../../core/one-line";
import type { Reading } from "../clock";
import type { RunnerRecord } from "../runners";
import { type Claim, type Exceptions, isClaimed, isKept } from "./claims";

/** What a scope should contain. */
interface Declaration {
    /** `<project>/<stack>` in our markers. */
    owner: string;
    /** Identity of this state in our markers; without it, no marker proves that a runner is ours. */
    identity?: string;
    /** Whether the user says that the stack's state was lost: then every marker of `owner` is ours. */
    stateLost?: boolean;
    /** Ids of the declared runners. */
    ids: ReadonlySet<number>;
    claim: Claim;
    foreign: Foreign;
    /** Runners that are left alone whatever claims them. */
    keep?: Exceptions;
    /** GitLab's time in milliseconds since 1970. */
    now: number;
}

/** What happens to one runner that is not declared. */
export interface Verdict {
    runner: RunnerRecord;
    /**
     * `orphan`: left by a killed `up` of this state. `foreign`: claimed. `namesake`: its marker names this program and
     * stack, but nothing proves that it belongs to this state.
     */
    kind: "orphan" | "foreign" | "namesake";
    action: Foreign;
    /** Why it is only reported, although it would have been paused or deleted. */
    spared?: string;
}

/** Verdicts on all runners of a scope that are neither declared nor another stack's; oldest first. */
export function judge(runners: readonly RunnerRecord[], declaration: Declaration): Verdict[] {
    const others = runners.filter(({ id }) => !declaration.ids.has(id)).sort((a, b) => a.id - b.id);
    return others.flatMap((runner) => verdictOn(runner, declaration) ?? []);
}

/** Whether there is something to do: a paused runner need not be paused. */
export function needsAction({ action, runner }: Verdict): boolean {
    return action === "delete" || (action === "pause" && !runner.paused);
}

/** One verdict in words: id, description, status, last contact, and remarks. */
export function describe({ runner, kind, action, spared }: Verdict): string {
    const contact = runner.contactedAt === undefined ? "never contacted" : `last contact ${runner.contactedAt}`;
    const status = runner.status === "never_contacted" ? "" : `${runner.status}, `;
    const paused = action === "pause" && runner.paused ? ", paused" : "";
    const why = spared === undefined ? "" : `: ${spared}`;
    return `${kind} #${runner.id} "${oneLine(runner.description, 200)}" (${status}${contact}${paused})${why}`;
}

function verdictOn(runner: RunnerRecord, declaration: Declaration): Verdict | undefined {
    const { owner, claim, foreign, keep = {}, now } = declaration;
    const marker = parseMarker(runner.maintenanceNote);
    if ((marker !== undefined && marker.owner !== owner) || isKept(runner, keep)) return undefined;
    const isOrphan = marker !== undefined && isProved(marker, runner, declaration);
    if (!isOrphan && !isClaimed(runner, claim, now)) {
        return marker && { runner, kind: "namesake", action: "report", spared: whyNamesake(marker, declaration) };
    }
    const kind = isOrphan ? "orphan" : "foreign";
    const action = isOrphan ? "delete" : foreign;
    if (action !== "report" && (runner.projectCount ?? 1) > 1) {
        const spared = `serves ${runner.projectCount} projects, so unassign it there or delete it by hand`;
        return { runner, kind, action: "report", spared };
    }
    return { runner, kind, action };
}

/**
 * Whether a marker proves that a killed `up` of this state left the runner: it has this state's identity, and GitLab
 * has never heard from the runner, so nobody got its token.
 */
function isProved(marker: Marker, { contactedAt }: RunnerRecord, { identity, stateLost }: Declaration): boolean {
    // Declared by another state, which was lost. A marker with this state's identity does not count: this state has
    // adopted the runner, or knows it anyway.
    const isLost = stateLost === true && (marker.identity === undefined || marker.identity !== identity);
    return isLost || (marker.identity !== undefined && marker.identity === identity && contactedAt === undefined);
}

function whyNamesake({ identity, runner }: Marker, declaration: Declaration): string {
    const whose =
        identity !== undefined && identity === declaration.identity
            ? "an older copy of this stack's state may have known it"
            : `it may belong to another clone's stack ${declaration.owner}, or to a state of this one that was lost`;
    return `its marker names ${oneLine(runner, 200)} of ${declaration.owner}, but this state has never known it: ${whose}`;
}

/** Statuses that depend on the time since the last contact. */
const AGED_STATUSES: readonly string[] = ["stale", "offline"];

/**
 * Verdicts as far as the clocks allow. While the clocks disagree, a claim by age decides nothing: if it would delete or
 * pause a runner, this throws. Runners that are claimed for other reasons are judged as usual.
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

/** The part of a claim that does not depend on the time. */
function withoutAges(claim: Claim): Claim {
    const { offlineFor, statuses, ...rest } = claim;
    const timeless = statuses?.filter((status) => !AGED_STATUSES.includes(status));
    // If all parts must match, one unknown part means that nothing is claimed.
    return claim.match === "all" && offlineFor !== undefined ? {} : { ...rest, statuses: timeless };
}
