import { ROTATIONS } from "../../../core/choices";
import { durationToMilliseconds, findDurationProblems, iso, span } from "../../../core/durations";
import { keptFor } from "../../../core/kept-for";
import { parseMarker } from "../../../core/marker";
import { oneLine } from "../../../core/one-line";
import { findChoiceProblems, type Problem } from "../../../core/problems";
import { hasUnknown, type Props, pick, UNKNOWN } from "../../../core/props";
import type { GitLab } from "../../../gitlab/client";
import { type Reading, roughly } from "../../../gitlab/clock";
import { GitLabError, unlessRefused, unlessUntold } from "../../../gitlab/errors";
import { problemsOfId, toRunnerId } from "../../../gitlab/ids";
import { readRunner } from "../../../gitlab/runner-reads";
import { readTokenFacts, resetToken, type TokenFacts, toTime } from "../../../gitlab/runner-tokens";
import { type RunnerRecord, scopeOf } from "../../../gitlab/runners";
import { type Comparison, compare } from "../../compare";
import { type Call, isImport, PartialFailure, type ResourceHandler } from "../../handler";
import { readRotated } from "../config-toml/rotated-tokens";
import { CREATED_AT, isKnownRunner } from "../user-runner/standing";
import { directoriesOf, refuseUnreached } from "./places";
import { sayEndUntold, warnOfShortLife } from "./say-life";
import { decideOnToken, type Rotation, type TokenCase, type TokenDecision, tokenWorks } from "./token-life";

const COMPARISONS: Record<string, Comparison> = {
    runnerId: { replace: true },
    rotation: { absent: "pulumi" },
    rotateBefore: {},
    rotationTrigger: {},
};

/**
 * The token of one runner: renewed before it expires, recovered if lost, and reset in place if there is no other way.
 * Deleted with its runner.
 */
export const runnerToken: ResourceHandler = {
    secrets: ["token", "issuedToken"],

    check: problemsOf,

    async diff(call, existing, inputs) {
        const diff = compare(COMPARISONS, existing, inputs);
        if (diff.changes.runnerId !== undefined || hasUnknown(inputs.runnerId)) return diff;
        const decision = await decide(call, existing.state, inputs, await lookUp(call, inputs));
        if (decision.action === "keep") return diff;
        diff.changes.token = existing.state.token === undefined ? "add" : "update";
        if (decision.action === "note") return diff;
        const why = withSpan(call, decision.reason);
        call.log.warn(`The token of runner ${String(inputs.runnerId)} will be renewed: ${why}.`);
        return diff;
    },

    async create(call, inputs, preview) {
        const id = String(inputs.runnerId);
        if (preview) {
            await sayLost(call, inputs);
            return { id: "", state: { ...settingsOf(inputs), token: UNKNOWN, obtainedAt: UNKNOWN } };
        }
        // A token that is new to the state goes into config.toml, whether it is created here or was created before.
        await refuseUnreached(call, inputs);
        return { id, state: await firstToken(call, inputs) };
    },

    async read({ gitlab }, id, state, inputs) {
        const record = await readRunner(gitlab, toRunnerId("RunnerToken", id), scopeOf(inputs));
        if (record === undefined) return undefined;
        // Nobody can read a token back, so the next `up` renews an imported one.
        return isImport(state) ? { id, state: { runnerId: id }, inputs: { runnerId: id } } : { id, state, inputs };
    },

    async update(call, { state, oldInputs }, inputs, preview) {
        const kept: Props = { ...pick(state, ["token", "obtainedAt", "expiresAt", CREATED_AT]), ...settingsOf(inputs) };
        const record = await lookUp(call, inputs);
        const decision = await decide(call, state, inputs, record);
        if (decision.action === "keep" || decision.action === "note") return { ...kept, ...facts(call, record, kept) };
        if (preview) return { ...kept, token: UNKNOWN, obtainedAt: UNKNOWN, expiresAt: UNKNOWN };
        return {
            ...settingsOf(inputs),
            [CREATED_AT]: kept[CREATED_AT],
            ...(await renew(call, inputs, decision, kept, oldInputs)),
        };
    },

    /** Somebody wanted it replaced, which may be meant for the token. */
    async leave({ gitlab, log }, id) {
        if (!issuedIn(gitlab).has(id)) return;
        log.warn(`Runner ${id} keeps its token, which was not replaced. For another one, change rotationTrigger.`);
    },
};

/** Ids of the runners that have the token which they were made with. */
const issuedIn = keptFor<GitLab, Set<string>>(() => new Set());

function problemsOf({ runnerId, rotation, rotateBefore }: Props): Problem[] {
    return [
        ...problemsOfId("runnerId", runnerId),
        ...findChoiceProblems(rotation, ROTATIONS, "rotation"),
        ...findDurationProblems(rotateBefore, "rotateBefore", "7d, 12h or 1d12h"),
    ];
}

/**
 * A preview says that an existing runner, such as an adopted one, gets another token: somebody may still use the old
 * one.
 */
async function sayLost(call: Call, inputs: Props): Promise<void> {
    const { runnerId, rotation } = inputs;
    if (hasUnknown(runnerId ?? UNKNOWN) || isIssued(inputs)) return;
    const written =
        rotation === "runner" ? "takes over the one that gitlab-runner has rotated in its config.toml, " : "";
    call.log.warn(
        `The token of runner ${String(runnerId)} is not known here: up ${written}resets it, or reads it again within an hour of the runner's ` +
            `creation. Once it is reset, whatever still has the old one gets no more jobs.${await askAboutRename(call, inputs)}`,
    );
}

/** If the runner belongs to this stack under another name, its token is known there. */
async function askAboutRename({ gitlab, name, owner }: Call, inputs: Props): Promise<string> {
    const id = toRunnerId("RunnerToken", String(inputs.runnerId));
    const record = await readRunner(gitlab, id, scopeOf(inputs)).catch(unlessUntold);
    const marker = parseMarker(record?.maintenanceNote ?? "");
    if (marker === undefined || marker.owner !== owner || marker.runner === name) return "";
    const former = oneLine(marker.runner, 200);
    return ` Its marker says that it is runner ${former} of this stack: to keep the token under the new name, write renamedFrom: ${former} at runner ${name}.`;
}

/** The first token that the state knows of a runner: the one it was created with, or another. */
async function firstToken(call: Call, inputs: Props): Promise<Props> {
    const state = settingsOf(inputs);
    let decision: TokenDecision = { action: "recover", reason: "there is none yet" };
    if (isIssued(inputs)) {
        const record = await lookUp(call, inputs);
        Object.assign(state, { token: inputs.issuedToken, ...facts(call, record, {}) });
        decision = await decide(call, state, inputs, record, { certain: true });
        if (decision.action === "keep" || decision.action === "note") {
            issuedIn(call.gitlab).add(String(inputs.runnerId));
            return state;
        }
    }
    return { ...state, ...(await renew(call, inputs, decision, state)) };
}

function isIssued({ issuedToken }: Props): boolean {
    return typeof issuedToken === "string" && issuedToken !== "";
}

/** Decides by what GitLab says now. With `certain`, the token is tried even if nothing speaks against it. */
async function decide(
    call: Call,
    state: Props,
    inputs: Props,
    record: RunnerRecord | undefined,
    { certain = false } = {},
): Promise<TokenDecision> {
    const { gitlab, log } = call;
    const id = Number(inputs.runnerId);
    if (record === undefined) {
        log.warn(`Runner ${id} is gone from GitLab. Run pulumi up --refresh, which recreates it.`);
        return { action: "keep" };
    }
    refuseAnother(call, record, state);
    const clock = gitlab.clock();
    const it: TokenCase = {
        now: clock.doubt === undefined ? clock.now : undefined,
        known: {
            present: typeof state.token === "string" && state.token !== "",
            obtainedAt: toTime(state.obtainedAt as string | undefined),
            expiresAt: toTime(state.expiresAt as string | undefined),
            uncertain: state.uncertain === true,
        },
        rotation: (inputs.rotation ?? "pulumi") as Rotation,
        rotateBefore: typeof inputs.rotateBefore === "string" ? durationToMilliseconds(inputs.rotateBefore) : undefined,
        triggered: (inputs.rotationTrigger ?? "") !== (state.rotationTrigger ?? ""),
        expiresAt: toTime(record.tokenExpiresAt),
        expiryKnown: record.tokenExpiresAt !== undefined,
    };
    const decision = decideOnToken(it);
    warnOfShortLife(call, it);
    sayEndUntold(call, it, id);
    if (decision.action === "reset" || !it.known.present) return decision;
    const inDoubt = certain || decision.action === "recover";
    const tried = { ...it, works: await tokenWorks(gitlab, String(state.token), inDoubt) };
    warnOfDoubt(call, tried, id, clock);
    return decideOnToken(tried);
}

/** A token is kept that would be reset for its age if the clocks agreed: the user must not think that all is well. */
function warnOfDoubt({ log }: Call, it: TokenCase, id: number, clock: Reading): void {
    if (clock.doubt === undefined || decideOnToken({ ...it, now: clock.latest }).action !== "reset") return;
    if (decideOnToken(it).action === "recover") return;
    const end = it.expiryKnown ? it.expiresAt : it.known.expiresAt;
    log.warn(
        `The token of runner ${id} dies ${iso(end!)}. Whether that is near is not known, so it is not reset for it. ${clock.doubt}`,
    );
}

/** Refuses a runner that has got our runner's id since GitLab was restored from a backup: it keeps its token. */
function refuseAnother({ name }: Call, record: RunnerRecord, state: Props): void {
    const createdAt = state[CREATED_AT];
    if (typeof createdAt !== "string" || isKnownRunner(record, { createdAt })) return;
    throw new Error(
        `RunnerToken "${name}": runner ${record.id} in GitLab is another one now: "${record.description}", made ` +
            `${record.createdAt}; the one in the state was made ${createdAt}. Its token is left as it is. ` +
            "Run pulumi up --refresh, which lets go of it and recreates the runner.",
    );
}

/** The runner with its token's expiry; `undefined` if it is gone. */
async function lookUp({ gitlab }: Call, inputs: Props): Promise<RunnerRecord | undefined> {
    const id = Number(inputs.runnerId);
    const scope = scopeOf(inputs);
    const record = await readRunner(gitlab, id, scope);
    if (record === undefined || record.tokenExpiresAt !== undefined || scope !== undefined) return record;
    const found = await readTokenFacts(gitlab, id).catch(unlessRefused);
    if (found === undefined) return record;
    return { ...record, tokenExpiresAt: found.expiresAt === undefined ? null : iso(found.expiresAt) };
}

/**
 * The new token: read back from the process that rotated it, recovered while GitLab still shows it, or reset. If the
 * manager is moving to another place, its process has written at the place of the last inputs.
 */
async function renew(
    call: Call,
    inputs: Props,
    decision: TokenDecision,
    kept: Props,
    oldInputs: Props = {},
): Promise<Props> {
    const { gitlab, log } = call;
    const id = Number(inputs.runnerId);
    let made: Props = {};
    if (decision.action === "recover") {
        const written = [inputs, oldInputs].filter(({ rotation }) => rotation === "runner");
        const rotated = await readRotated(gitlab, id, written.flatMap(directoriesOf));
        if (rotated !== undefined) {
            log.info(`Took over the token that gitlab-runner has rotated (${rotated.path}).`);
            return toState(rotated.token, rotated.obtainedAt ?? roughly(gitlab.clock()), rotated.expiresAt);
        }
        const found = await readTokenFacts(gitlab, id, { withToken: true }).catch(unlessRefused);
        if (found?.ephemeralToken !== undefined) {
            log.info(`Recovered the token of runner ${id}: GitLab shows it to its creator for an hour.`);
            return {
                ...toState(found.ephemeralToken, found.createdAt ?? roughly(gitlab.clock()), found.expiresAt),
                ...madeAt(found),
            };
        }
        made = madeAt(found);
    }
    await refuseUnreached(call, inputs);
    try {
        const { token, expiresAt } = await resetToken(gitlab, id);
        log.info(
            `Reset the token of runner ${id}${expiresAt === undefined ? "" : `; it lives until ${iso(expiresAt)}`}.`,
        );
        return { ...made, ...toState(token, roughly(gitlab.clock()), expiresAt) };
    } catch (error) {
        if (!(error instanceof GitLabError) || (error.status !== undefined && error.status < 500)) throw error;
        // GitLab may have reset it: the next `up` must not trust the old token.
        throw new PartialFailure(String(id), { ...kept, uncertain: true }, error.message, error);
    }
}

/** GitLab's facts about a token that stays. */
function facts({ gitlab }: Call, record: Partial<RunnerRecord> = {}, kept: Props): Props {
    const { createdAt, tokenExpiresAt = kept.expiresAt } = record;
    const made = toTime(createdAt);
    return {
        obtainedAt: kept.obtainedAt ?? iso(made ?? roughly(gitlab.clock())),
        expiresAt: typeof tokenExpiresAt === "string" ? iso(toTime(tokenExpiresAt)!) : undefined,
        ...madeAt({ createdAt: made }),
    };
}

/** The creation time identifies the runner if its id should ever belong to another one. */
function madeAt(facts: TokenFacts | undefined): Props {
    return facts?.createdAt === undefined ? {} : { [CREATED_AT]: iso(facts.createdAt) };
}

function settingsOf(inputs: Props): Props {
    return pick(inputs, Object.keys(COMPARISONS));
}

function toState(token: string, obtainedAt: number, expiresAt: number | undefined): Props {
    return { token, obtainedAt: iso(obtainedAt), expiresAt: expiresAt === undefined ? undefined : iso(expiresAt) };
}

function withSpan({ gitlab }: Call, reason: string): string {
    const end = toTime(/dies (\S+Z)/.exec(reason)?.[1]);
    return end === undefined ? reason : `${reason} (in ${span(end - roughly(gitlab.clock()))})`;
}
