import type { UncheckedConfig } from "../../../core/config-toml";
import { file, type Table, type WarningCase } from "./warning-case";

function autoscaler(limit: number, keys: Table): Table {
    return { executor: "instance", limit, autoscaler: { plugin: "own", ...keys } };
}

function policies(...tables: Table[]): UncheckedConfig {
    return file({}, [autoscaler(20, { max_instances: 20, policy: tables })]);
}

function pods(keys: Table): UncheckedConfig {
    return file({}, [{ executor: "kubernetes", limit: 20, kubernetes: { autoscaler: keys } }]);
}

/** Autoscalers that contradict themselves. */
export const AUTOSCALER_CASES: readonly WarningCase[] = [
    {
        code: "autoscaler-below-limit",
        path: "m.runners[0].autoscaler.max_instances",
        says: /allows 6 jobs \(2 on each of 3 instances\), below the limit of 7/,
        draws: file({}, [autoscaler(7, { capacity_per_instance: 2, max_instances: 3 })]),
        not: [
            file({}, [autoscaler(6, { capacity_per_instance: 2, max_instances: 3 })]),
            file({}, [autoscaler(7, { capacity_per_instance: 2, max_instances: 0 })]),
            file({}, [autoscaler(0, { capacity_per_instance: 1, max_instances: 1 })]),
        ],
    },
    {
        code: "capacity-above-use-count",
        path: "m.runners[0].autoscaler.capacity_per_instance",
        says: /is 4, but max_use_count removes an instance after 3 jobs/,
        draws: file({}, [autoscaler(4, { capacity_per_instance: 4, max_use_count: 3, max_instances: 4 })]),
        not: [
            file({}, [autoscaler(4, { capacity_per_instance: 4, max_use_count: 4, max_instances: 4 })]),
            file({}, [autoscaler(4, { capacity_per_instance: 4, max_use_count: 0, max_instances: 4 })]),
            file({}, [autoscaler(4, { max_use_count: 1, max_instances: 4 })]),
        ],
    },
    {
        code: "idle-count-out-of-reach",
        path: "m.runners[0].autoscaler.policy[1].idle_count",
        says: /is 9, but max_instances allows 8 jobs \(2 on each of 4 instances\): 1 of them can never take a job/,
        draws: file({}, [
            autoscaler(0, {
                capacity_per_instance: 2,
                max_instances: 4,
                policy: [{}, { periods: ["* 8-17 * * *"], idle_count: 9 }],
            }),
        ]),
        not: [
            file({}, [autoscaler(0, { capacity_per_instance: 2, max_instances: 4, policy: [{ idle_count: 8 }] })]),
            file({}, [autoscaler(0, { capacity_per_instance: 2, max_instances: 0, policy: [{ idle_count: 100 }] })]),
        ],
    },
    {
        code: "idle-count-out-of-reach",
        path: "m.runners[0].autoscaler.policy[0].idle_count",
        says: /is 6, but concurrent is 5: 1 of them/,
        draws: file({ concurrent: 5 }, [autoscaler(0, { max_instances: 9, policy: [{ idle_count: 6 }] })]),
        not: [file({ concurrent: 6 }, [autoscaler(0, { max_instances: 9, policy: [{ idle_count: 6 }] })])],
    },
    {
        code: "idle-count-out-of-reach",
        path: "m.runners[0].autoscaler.policy[0].idle_count",
        says: /is 6, but the worker's limit is 4: 2 of them/,
        draws: file({}, [autoscaler(4, { max_instances: 9, policy: [{ idle_count: 6 }] })]),
        not: [file({}, [autoscaler(6, { max_instances: 9, policy: [{ idle_count: 6 }] })])],
    },
    {
        code: "idle-count-out-of-reach",
        path: "m.runners[0].kubernetes.autoscaler.policy[0].idle_count",
        says: /is 6, but max_pause_pods is 5/,
        draws: pods({ max_pause_pods: 5, policy: [{ idle_count: 6 }] }),
        not: [pods({ max_pause_pods: 6, policy: [{ idle_count: 6 }] }), pods({ policy: [{ idle_count: 6 }] })],
    },
    {
        code: "scale-factor-limit-out-of-reach",
        path: "m.runners[0].autoscaler.policy[0].scale_factor_limit",
        says: /is 5, and idle_count keeps 5 ready anyway/,
        draws: policies({ idle_count: 5, scale_factor: 0.5, scale_factor_limit: 5 }),
        not: [
            policies({ idle_count: 4, scale_factor: 0.5, scale_factor_limit: 5 }),
            policies({ idle_count: 5, scale_factor: 0.5, scale_factor_limit: 0 }),
        ],
    },
    {
        code: "scale-factor-limit-out-of-reach",
        path: "m.runners[0].autoscaler.policy[0].scale_factor_limit",
        says: /is 5, but nothing is scaled without a scale_factor/,
        draws: policies({ scale_factor_limit: 5 }),
        not: [policies({ scale_factor: 0.1, scale_factor_limit: 5 })],
    },
    {
        code: "preemptive-without-idle",
        path: "m.runners[0].autoscaler.policy[0].preemptive_mode",
        says: /no job is taken while this policy holds/,
        draws: policies({ preemptive_mode: true, scale_factor: 1 }),
        not: [
            policies({ preemptive_mode: true, idle_count: 1 }),
            policies({ preemptive_mode: false }),
            policies({ idle_count: 1 }),
            pods({ policy: [{ preemptive_mode: true }] }),
        ],
    },
    {
        code: "policy-never-holds",
        path: "m.runners[0].autoscaler.policy[0].periods",
        says: /never matter, because m\.runners\[0\]\.autoscaler\.policy\[1\] holds whenever this policy would/,
        draws: policies({ periods: ["* 8-17 * * mon-fri"], idle_count: 3 }, { idle_count: 0 }),
        not: [
            policies({ idle_count: 0 }, { periods: ["* 8-17 * * mon-fri"], idle_count: 3 }),
            policies({ periods: ["* 8-17 * * mon-fri"], timezone: "UTC" }, { periods: ["* 8-17 * * mon-fri"] }),
            policies({ periods: ["* 8-17 * * mon-fri", "* * * * sun"] }, { periods: ["* * * * sun"] }),
        ],
    },
    {
        code: "policy-never-holds",
        path: "m.runners[0].kubernetes.autoscaler.policy[0].periods",
        says: /holds whenever this policy would/,
        draws: pods({ policy: [{ periods: ["* * * * sun"] }, { periods: ["* * * * SUN", "@daily"] }] }),
        not: [pods({ policy: [{ periods: ["* * * * sun"] }, { periods: ["* * * * sat"] }] })],
    },
];
