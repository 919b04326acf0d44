import { setTimeout as delay } from "node:timers/promises";
import { diagnoseWorker } from "../../../core/diagnosis/diagnose";
import type { ManagerSeen, WorkerFacts } from "../../../core/diagnosis/facts";
import { durationToMilliseconds, findDurationProblems, iso, span } from "../../../core/durations";
import type { Problem } from "../../../core/problems";
import { type Props, pick, textOf, UNKNOWN, type Value } from "../../../core/props";
import { kindOfToken } from "../../../core/token-kinds";
import { type Reading, roughly } from "../../../gitlab/clock";
import { isNotFound } from "../../../gitlab/errors";
import { problemsOfId } from "../../../gitlab/ids";
import { readManagers } from "../../../gitlab/runner-facts";
import { tryToken } from "../../../gitlab/runner-tokens";
import type { RunnerDetails } from "../../../gitlab/types";
import { type Comparison, compare } from "../../compare";
import { type Call, isImport, settled } from "../../handler";

const COMPARISONS: Record<string, Comparison> = {
    runnerId: { replace: true },
    systemId: { replace: true },
    configHash: {},
    instance: {},
    timeout: {},
    reloadDelay: {},
};
const SECOND = 1000;
/** 2 s between two checks, so that a manager that asks every 3 s is noticed at once. */
const PERIOD = 2 * SECOND;

/** Waits until GitLab has heard from a manager under a runner. */
export const managerOnline = settled({
    secrets: ["token"],

    check: problemsOf,

    diff: (_call, existing, inputs) => compare(COMPARISONS, existing, inputs),

    idOf: (_call, { runnerId, systemId }) => `${String(runnerId)}/${String(systemId)}`,

    async settle(call, inputs, preview, state) {
        const { runnerId, systemId, timeout, reloadDelay } = inputs;
        const known = pick(inputs, Object.keys(COMPARISONS));
        if (preview) return { ...known, contactedAt: UNKNOWN };
        const { gitlab, log } = call;
        // A new process starts with the delivered files; a running one contacts GitLab with the old files before it has
        // noticed them.
        const runsOn = state && state.configHash !== inputs.configHash && state.instance === inputs.instance;
        if (runsOn && typeof reloadDelay === "string") {
            log.status(`Waiting ${reloadDelay} until the process of ${call.name} has its new files`);
            await delay(durationToMilliseconds(reloadDelay)!);
        }
        const limit = durationToMilliseconds(textOf(timeout) ?? "2m")!;
        const began = performance.now();
        let since: number | undefined;
        for (;;) {
            const managers = await listManagers(call, String(runnerId));
            const own = managers.find((manager) => manager.systemId === systemId);
            since ??= fromNowOn(gitlab.clock(), own);
            if (own?.contactedAt !== undefined && own.contactedAt >= since) {
                return { ...known, contactedAt: iso(own.contactedAt) };
            }
            const waited = performance.now() - began;
            if (waited + PERIOD > limit) throw new Error(await explain(call, inputs, managers, limit));
            const ago = own?.contactedAt && `${span(roughly(gitlab.clock()) - own.contactedAt)} ago`;
            const last = ago === undefined ? "never heard from yet" : `last heard from ${ago}`;
            const whom = `${String(systemId)} under runner ${String(runnerId)}`;
            log.status(`Waiting for ${whom}: ${seconds(waited)} of ${seconds(limit)}, ${last}`);
            await delay(PERIOD);
        }
    },

    async read({ gitlab }, id, state, inputs) {
        const [, runnerId, systemId] = /^([1-9]\d*)\/([^/]+)$/.exec(id) ?? [];
        if (runnerId === undefined || systemId === undefined) {
            throw new Error(
                `ManagerOnline: the id must be <runner id>/<system id> (got "${id}"). For instance: 42/r_0123456789ab.`,
            );
        }
        if (!isImport(state)) return { id, state, inputs };
        const found = (await readManagers(gitlab, runnerId)).find((manager) => manager.systemId === systemId);
        if (found === undefined) return undefined;
        const known = { runnerId, systemId };
        return { id, state: { ...known, contactedAt: found.contactedAt && iso(found.contactedAt) }, inputs: known };
    },
});

function problemsOf({ timeout, reloadDelay, runnerId }: Props): Problem[] {
    const durations = Object.entries<Value | undefined>({ timeout, reloadDelay });
    return [
        ...problemsOfId("runnerId", runnerId),
        ...durations.flatMap(([name, value]) => findDurationProblems(value, name, "2m or 90s")),
    ];
}

/** Only contact from now on counts: before, the manager may have had other files. */
function fromNowOn(clock: Reading, own: ManagerSeen | undefined): number {
    return clock.doubt === undefined ? clock.now - SECOND : (own?.contactedAt ?? 0) + 1;
}

async function listManagers({ gitlab, name }: Call, runnerId: string): Promise<ManagerSeen[]> {
    try {
        return await readManagers(gitlab, runnerId);
    } catch (error) {
        if (!isNotFound(error)) throw error;
        throw new Error(
            `ManagerOnline "${name}": runner ${runnerId} was deleted in GitLab. Run pulumi up --refresh, which recreates it.`,
        );
    }
}

/** Why GitLab has not heard from the manager, as far as GitLab and the token tell. */
async function explain({ gitlab, name }: Call, inputs: Props, managers: ManagerSeen[], limit: number): Promise<string> {
    const token = textOf(inputs.token);
    const verdict = token === undefined ? "unknown" : await tryToken(gitlab, token);
    const details = await gitlab.get<RunnerDetails>(`/runners/${String(inputs.runnerId)}`);
    const facts: WorkerFacts = {
        now: roughly(gitlab.clock()),
        url: "",
        token: { kind: kindOfToken(token ?? "glrt-"), length: token?.length ?? 0 },
        tokenWorks: verdict === "unknown" ? undefined : verdict === "works",
        runner: {
            id: details.id,
            paused: details.paused,
            runUntagged: details.run_untagged,
            tags: details.tag_list,
            managers,
        },
        runnerId: details.id,
        systemId: String(inputs.systemId),
    };
    const errors = diagnoseWorker(facts).filter(({ severity }) => severity === "error");
    const reasons = errors.map(({ says, advice }) => `${says} ${advice}`).join(" ");
    return `ManagerOnline "${name}": GitLab did not hear from ${String(inputs.systemId)} under runner ${details.id} within ${seconds(limit)}. ${reasons}`;
}

function seconds(ms: number): string {
    return `${Math.round(ms / SECOND)} s`;
}
