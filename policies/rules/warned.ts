import { findUnwise } from "../../core/config-toml/warnings";
import { memberOf } from "../../core/values";
import { type Finding, type Level, type ManagerFacts, type Rule, rule } from "./rule";

/**
 * Warnings of a preview that are policies, too. A policy has a level, and its exemptions end. What `silence` accepts is
 * judged nevertheless.
 */
const WARNED: Record<string, { level: Level; title: string; reason: string; fix: string }> = {
    "privileged-untagged": {
        level: "mandatory",
        title: "No privileged worker takes untagged jobs.",
        reason: "Every job of every project that the runner serves becomes root on the host, without having asked for it.",
        fix: "Set `runUntagged: false` on the runner, and give it tags.",
    },
    "privileged-docker-socket": {
        level: "mandatory",
        title: "No privileged worker mounts the Docker socket.",
        reason: "A job can take over the host and all other jobs on it in two ways.",
        fix: "Remove one of the two.",
    },
    "pull-policy-shared": {
        level: "advisory",
        title: "No shared runner uses images that other projects have pulled.",
        reason: "With `if-not-present`, a job can use a private image that it has no access to, once another project has pulled it.",
        fix: "Set `pull_policy: always`.",
    },
    "concurrent-below-limits": {
        level: "advisory",
        title: "A manager's `concurrent` is at least the sum of its workers' limits.",
        reason: "Capacity for jobs is paid for, or promised, but never used.",
        fix: "Raise `concurrent`, or lower the limits.",
    },
    "request-concurrency-above-limit": {
        level: "advisory",
        title: "A worker requests no more jobs at once than it may run.",
        reason: "Each request counts towards `limit`, so the higher number has no effect.",
        fix: "Lower `request_concurrency` to `limit`.",
    },
    "long-polling": {
        level: "advisory",
        title: "No worker among several sends only one request at a time.",
        reason: "GitLab holds a job request for up to 50 seconds, and meanwhile jobs for other workers wait.",
        fix: "Set `request_concurrency` to 2 or more.",
    },
    "autoscaler-below-limit": {
        level: "advisory",
        title: "An autoscaler has room for as many jobs as its worker takes.",
        reason: "The worker takes jobs that then wait for an instance, while another runner could have run them.",
        fix: "Raise `max_instances`, or lower `limit`.",
    },
};

/** Policies that are also warnings of a preview. */
export const WARNED_RULES: readonly Rule[] = Object.entries(WARNED).map(([code, words]) =>
    rule({ name: code, about: "manager", ...words, find: (manager) => findWarned(code, manager) }),
);

function findWarned(code: string, { name, global, workers }: ManagerFacts): Finding[] {
    const workerPath = (index: number) => memberOf("workers", workers[index]!.name);
    return findUnwise({ global, workers }, "config", workerPath)
        .filter((found) => found.code === code)
        .map(({ path, message }) => {
            const of = workers.filter((_, index) => isBelow(path, workerPath(index))).map((worker) => worker.name);
            return { names: [...of, name], path, message, saysHow: true };
        });
}

function isBelow(path: string, above: string): boolean {
    return path.startsWith(above) && /^([.[]|$)/.test(path.slice(above.length));
}
