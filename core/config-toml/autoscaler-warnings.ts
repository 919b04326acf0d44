import { isKnownLater, isMap, memberOf } from "../values";
import { isKnownTable } from "./check-values";
import { isAlways } from "./periods";
import { isAutoscaled } from "./scaling-groups";
import { type FindUnwise, ofEach, positive, type Warn, type WarnedFile, type WarnedWorker } from "./unwise-file";

/** One `policy` table, and where it is. */
interface Policy {
    table: Record<string, unknown>;
    path: string;
    worker: WarnedWorker;
    /** `instances`: in `autoscaler`; `pods`: in `kubernetes.autoscaler`, whose pods hold nodes ready. */
    of: "instances" | "pods";
}

/**
 * Settings of an autoscaler that work but are seldom meant. The key is the code that silences the warning.
 * How policies are read:
 * https://docs.gitlab.com/runner/configuration/advanced-configuration/#the-runnersautoscalerpolicy-sections, and for
 * pods executors/kubernetes/autoscaler of gitlab-runner.
 */
export const AUTOSCALER_WARNINGS: Record<string, FindUnwise> = {
    "autoscaler-below-limit": ofEach(({ path, config }, warn) => {
        const { capacity, instances } = roomOf(config) ?? {};
        const limit = positive(config.limit);
        if (capacity === undefined || instances === undefined || limit === undefined) return;
        if (capacity * instances >= limit) return;
        warn(
            memberOf(path, "autoscaler", "max_instances"),
            `allows ${capacity * instances} jobs (${capacity} on each of ${instances} instances), below the limit of ${limit}: jobs are taken and then wait for an instance. Raise it, or lower limit.`,
        );
    }),
    "capacity-above-use-count": ofEach(({ path, config }, warn) => {
        if (!isKnownTable(config.autoscaler)) return;
        const capacity = positive(config.autoscaler.capacity_per_instance);
        const uses = positive(config.autoscaler.max_use_count);
        if (capacity === undefined || uses === undefined || capacity <= uses) return;
        warn(
            memberOf(path, "autoscaler", "capacity_per_instance"),
            `is ${capacity}, but max_use_count removes an instance after ${uses} ${plural(uses, "job")}: no more than that ever run on it at once. Raise max_use_count, or lower it.`,
        );
    }),
    "idle-count-out-of-reach": ofPolicies((policy, warn, file) => {
        const { table, path } = policy;
        const idle = positive(table.idle_count);
        const bound = boundOf(policy, file);
        if (idle === undefined || bound === undefined || idle <= bound.count) return;
        warn(
            memberOf(path, "idle_count"),
            `is ${idle}, but ${bound.why}: ${idle - bound.count} of them can never take a job. Lower it, or raise ${bound.raise}.`,
        );
    }),
    "scale-factor-limit-out-of-reach": ofPolicies(({ table, path }, warn) => {
        const limit = positive(table.scale_factor_limit);
        if (limit === undefined || isKnownLater(table.scale_factor)) return;
        const idle = positive(table.idle_count) ?? 0;
        if (positive(table.scale_factor) === undefined) {
            warn(
                memberOf(path, "scale_factor_limit"),
                `is ${limit}, but nothing is scaled without a scale_factor. Give one, or remove it.`,
            );
        } else if (limit <= idle) {
            warn(
                memberOf(path, "scale_factor_limit"),
                `is ${limit}, and idle_count keeps ${idle} ready anyway: scale_factor never has an effect. Raise it above idle_count, or remove both.`,
            );
        }
    }),
    "preemptive-without-idle": ofPolicies(({ table, path, of }, warn) => {
        if (of === "pods" || table.preemptive_mode !== true) return;
        if (isKnownLater(table.idle_count) || positive(table.idle_count) !== undefined) return;
        warn(
            memberOf(path, "preemptive_mode"),
            "is true with an idle_count of 0: jobs are asked for once an idle instance is there, and none is ever kept, so no job is taken while this policy holds. Set idle_count, or leave preemptive_mode out.",
        );
    }),
    "policy-never-holds": (file, warn) => {
        const policies = policiesOf(file);
        for (const [index, policy] of policies.entries()) {
            const over = policies
                .slice(index + 1)
                .filter(({ worker, of }) => worker === policy.worker && of === policy.of)
                .find((other) => covers(other.table, policy.table));
            if (over === undefined) continue;
            warn(
                memberOf(policy.path, "periods"),
                `never matter, because ${over.path} holds whenever this policy would, and of several the last one counts. Put what always holds first.`,
            );
        }
    },
};

function ofPolicies(find: (policy: Policy, warn: Warn, file: WarnedFile) => void): FindUnwise {
    return (file, warn) => {
        for (const policy of policiesOf(file)) find(policy, warn, file);
    };
}

/** How many jobs fit on each of a worker's instances, and how many instances there may be. */
function roomOf(config: Record<string, unknown>): { capacity: number; instances: number | undefined } | undefined {
    if (!isKnownTable(config.autoscaler)) return undefined;
    const { capacity_per_instance: capacity, max_instances: instances } = config.autoscaler;
    return { capacity: positive(capacity) ?? 1, instances: positive(instances) };
}

/** The setting that limits how many jobs can ever use idle capacity. For instances, too, `idle_count` counts jobs. */
function boundOf({ worker: { config }, of }: Policy, { global }: WarnedFile) {
    const { capacity = 1, instances } = roomOf(config) ?? {};
    const room = instances && capacity * instances;
    const autoscaler = isKnownTable(config.kubernetes) ? config.kubernetes.autoscaler : undefined;
    const pods = isKnownTable(autoscaler) ? positive(autoscaler.max_pause_pods) : undefined;
    const [limit, concurrent] = [positive(config.limit), positive(global.concurrent)];
    const why = `max_instances allows ${room} jobs (${capacity} on each of ${instances} instances)`;
    const bounds = [
        of === "pods"
            ? { count: pods, why: `max_pause_pods is ${pods}`, raise: "max_pause_pods" }
            : { count: room, why, raise: "max_instances" },
        { count: limit, why: `the worker's limit is ${limit}`, raise: "limit" },
        { count: concurrent, why: `concurrent is ${concurrent}`, raise: "concurrent" },
    ];
    const set = bounds.flatMap(({ count, ...bound }) => (count === undefined ? [] : [{ count, ...bound }]));
    return set.sort((a, b) => a.count - b.count)[0];
}

/** The policies of all workers that have not silenced the warning, in the order in which they are read. */
function policiesOf({ speaking }: WarnedFile): Policy[] {
    return speaking.flatMap((worker) => [
        ...(isAutoscaled(worker.config)
            ? policiesIn(worker.config.autoscaler, ["autoscaler"], worker, "instances")
            : []),
        ...(isKnownTable(worker.config.kubernetes)
            ? policiesIn(worker.config.kubernetes.autoscaler, ["kubernetes", "autoscaler"], worker, "pods")
            : []),
    ]);
}

function policiesIn(autoscaler: unknown, keys: string[], worker: WarnedWorker, of: Policy["of"]): Policy[] {
    if (!isKnownTable(autoscaler) || !Array.isArray(autoscaler.policy)) return [];
    return autoscaler.policy.flatMap((table, index) =>
        isMap(table) && !isKnownLater(table)
            ? [{ table, path: memberOf(worker.path, ...keys, "policy", index), worker, of }]
            : [],
    );
}

/** Whether one policy is active whenever another is, as far as that can be decided without a calendar. */
function covers(one: Record<string, unknown>, other: Record<string, unknown>): boolean {
    const [outer, inner] = [periodsOf(one), periodsOf(other)];
    if (outer === undefined) return false;
    if (outer.some(isAlways)) return true;
    if (inner === undefined || !isSameZone(one.timezone, other.timezone)) return false;
    return inner.every((period) => outer.includes(period));
}

/** A policy's periods, normalised. A policy without periods is always active. */
function periodsOf({ periods }: Record<string, unknown>): string[] | undefined {
    if (periods === undefined) return ["* * * * *"];
    if (!Array.isArray(periods) || !periods.every((period) => typeof period === "string")) return undefined;
    return periods.length === 0
        ? ["* * * * *"]
        : periods.map((period) => period.trim().toLowerCase().replace(/\s+/g, " "));
}

function isSameZone(one: unknown, other: unknown): boolean {
    return !isKnownLater(one) && !isKnownLater(other) && (one || "Local") === (other || "Local");
}

function plural(count: number, word: string): string {
    return count === 1 ? word : `${word}s`;
}
