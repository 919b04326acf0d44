import { type Problem, warning } from "../problems";
import { firstOf, isKnownLater, memberOf } from "../values";
import { AUTOSCALER_WARNINGS } from "./autoscaler-warnings";
import { isKnownTable } from "./check-values";
import type { UncheckedConfig } from "./types";
import { type FindUnwise, ofEach, positive } from "./unwise-file";
import { findUnexpanded, findUnexpandedInWorker } from "./variables";

// One entry per warning; its key is the code that silences it.
const WARNINGS: Record<string, FindUnwise> = {
    "concurrent-below-limits": ({ global, globalPath, workers }, warn) => {
        const limits = workers.reduce((total, { config }) => total + (positive(config.limit) ?? 0), 0);
        const concurrent = positive(global.concurrent);
        if (concurrent === undefined || concurrent >= limits) return;
        warn(
            memberOf(globalPath, "concurrent"),
            `is ${concurrent}, but the workers' limits add up to ${limits}: they will never all be used. Raise it, or lower the limits.`,
        );
    },
    "request-concurrency-above-limit": ofEach(({ path, config }, warn) => {
        const limit = positive(config.limit);
        const requests = positive(config.request_concurrency);
        if (limit === undefined || requests === undefined || requests <= limit) return;
        warn(
            memberOf(path, "request_concurrency"),
            `is ${requests}, above the limit of ${limit} jobs: each request for a job takes one of the limit's slots, so no more than ${limit} can be open at once. Lower it to the limit.`,
        );
    }),
    // A request for a job takes one of the limit's slots (commands/multi.go: acquireBuild comes before acquireRequest).
    // So a worker with limit 1 never sends two requests at once, whatever request_concurrency is, and loses nothing by
    // it.
    "long-polling": ({ workers, speaking }, warn) => {
        if (workers.length < 2) return;
        const slow = speaking.filter(
            ({ config }) => (positive(config.request_concurrency) ?? 1) === 1 && positive(config.limit) !== 1,
        );
        if (slow.length === 0) return;
        const explicit = slow.some(({ config }) => config.request_concurrency !== undefined);
        const names = slow.map(({ name }) => name);
        warn(
            memberOf(slow[0]!.path, "request_concurrency"),
            `is 1${explicit ? "" : ", its default,"} for ${firstOf(names, 5)} on a manager with ${workers.length} workers: GitLab holds a request for jobs up to 50 seconds (long polling), and meanwhile nothing else is asked for. Set it to 2 or more.`,
        );
    },
    "privileged-untagged": ofEach(({ path, config, facts }, warn) => {
        const section = privilegedSection(config);
        if (section === undefined || facts.runUntagged !== true) return;
        warn(
            memberOf(path, section, "privileged"),
            "is true on a runner that takes untagged jobs: every job of every project it serves becomes root on the host. Set runUntagged to false and give it tags.",
        );
    }),
    "privileged-docker-socket": ofEach(({ path, config }, warn) => {
        if (privilegedSection(config) !== "docker" || !mountsSocket(config.docker)) return;
        warn(
            memberOf(path, "docker", "privileged"),
            "is true together with a mounted Docker socket: a job can take over the host and every other job on it. Drop one of the two.",
        );
    }),
    "pull-policy-shared": ({ speaking }, warn) => {
        for (const { path, config, facts } of speaking) {
            if (facts.shared !== true) continue;
            for (const section of ["docker", "kubernetes"]) {
                const table = config[section];
                if (!isKnownTable(table) || ![table.pull_policy].flat().includes("if-not-present")) continue;
                warn(
                    memberOf(path, section, "pull_policy"),
                    "holds if-not-present on a runner that several projects share: a job can use a private image that another project's job has pulled, without access to it. Use always.",
                );
            }
        }
    },
    "check-interval-short": ({ global, globalPath }, warn) => {
        const interval = positive(global.check_interval);
        if (interval === undefined || interval >= 3) return;
        warn(
            memberOf(globalPath, "check_interval"),
            `is ${interval}: every worker asks GitLab that often, and GitLab may answer 429. Use 3 seconds or more.`,
        );
    },
    "cache-without-credentials": ofEach(({ path, config }, warn) => {
        const lack = isKnownTable(config.cache) ? lackOfCache(config.cache) : undefined;
        if (lack !== undefined) warn(memberOf(path, "cache", lack[0]), lack[1]);
    }),
    ...AUTOSCALER_WARNINGS,
    "unexpanded-variable": ({ global, globalPath, speaking }, warn) => {
        const found = [
            ...findUnexpanded(global, globalPath),
            ...speaking.flatMap(({ config, path }) => findUnexpandedInWorker(config, path)),
        ];
        for (const { path, text, why } of found) warn(path, `holds ${text}, but ${why}. Write the value itself.`);
    },
};

/** Codes of all warnings about `config.toml`, with which you can silence them. */
export const WARNING_CODES: readonly string[] = Object.keys(WARNINGS);

/** Codes of the warnings about a placement and about a stack's file, which you can silence in the same way. */
export const PLACEMENT_CODES: readonly string[] = [
    "unexpanded-environment",
    "image-not-pinned",
    "drain-timeout-too-short",
    "plugin-not-installed",
    "no-authority",
    "other-stack",
];

/** Warnings about settings that work but are seldom meant, each with how to silence it. */
export function findWarnings(
    config: UncheckedConfig,
    globalPath: string,
    workerPath: (index: number) => string,
): Problem[] {
    const workerPaths = config.workers.map((_, index) => workerPath(index));
    return findUnwise(config, globalPath, workerPath).map((unwise) => ({
        ...unwise,
        message: `${unwise.message} ${howToAccept(unwise.code, unwise.path, workerPaths)}`,
    }));
}

/** Warnings about settings that work but are seldom meant. */
export function findUnwise(
    config: UncheckedConfig,
    globalPath: string,
    workerPath: (index: number) => string,
): (Problem & { code: string })[] {
    const workers = config.workers.map((worker, index) => ({
        name: worker.name,
        path: workerPath(index),
        config: isKnownTable(worker.config) ? worker.config : {},
        facts: worker.runner ?? {},
        silence: worker.silence ?? [],
    }));
    const global = isKnownTable(config.global) ? config.global : {};
    const found: ReturnType<typeof findUnwise> = [];
    for (const [code, find] of Object.entries(WARNINGS)) {
        const speaking = workers.filter(({ silence }) => !silence.includes(code));
        find({ global, globalPath, workers, speaking }, (path, message) =>
            found.push({ ...warning(path, message), code }),
        );
    }
    return found;
}

function howToAccept(code: string, path: string, workerPaths: readonly string[]): string {
    const ofWorker = workerPaths.some((worker) => path.startsWith(worker));
    return `To accept it, add ${code} to the manager's silence${ofWorker ? ", or to that of the runner alone" : ""}.`;
}

/** The section of a worker's table that makes its jobs' containers privileged; undefined if none does. */
export function privilegedSection(config: Record<string, unknown>): string | undefined {
    return ["docker", "kubernetes"].find(
        (section) => isKnownTable(config[section]) && config[section].privileged === true,
    );
}

/** Whether a worker's `docker` section mounts the Docker engine's socket into jobs. */
export function mountsSocket(docker: unknown): boolean {
    if (!isKnownTable(docker) || !Array.isArray(docker.volumes)) return false;
    return docker.volumes.some((volume) => typeof volume === "string" && /(^|\/)docker\.sock(:|$)/.test(volume));
}

/** Cache stores: whether a store has its credentials, and the consequence if not. */
const STORES: Record<string, { logsIn(store: Record<string, unknown>): boolean; lack: string }> = {
    s3: {
        logsIn: ({ AuthenticationType: type, RoleARN, AccessKey, SecretKey }) =>
            type === "iam" || isKnownLater(type) || RoleARN !== undefined || areGiven(AccessKey, SecretKey),
        lack: "has no AccessKey and SecretKey: GitLab Runner then uses whatever role the manager's machine has, and without one jobs run without their cache. Give both, or set AuthenticationType: iam.",
    },
    gcs: {
        logsIn: ({ CredentialsFile, AccessID, PrivateKey }) =>
            areGiven(CredentialsFile) || areGiven(AccessID, PrivateKey),
        lack: "has neither CredentialsFile nor AccessID with PrivateKey: gitlab-runner then uses the machine's own account, and without one jobs run without their cache. Give one of the two.",
    },
    azure: {
        logsIn: ({ AccountName, AccountKey }) => areGiven(AccountName, AccountKey),
        lack: "has no AccountName with AccountKey: gitlab-runner then uses the machine's own identity, and without one jobs run without their cache. Give both.",
    },
};

/** Which key of a cache is missing, and the consequence. */
function lackOfCache(cache: Record<string, unknown>): [key: string, message: string] | undefined {
    const { Type: type } = cache;
    if (typeof type !== "string" || !Object.hasOwn(STORES, type)) return undefined;
    const [store, { logsIn, lack }] = [cache[type], STORES[type]!];
    if (store === undefined) {
        const remedy = `Add [runners.cache.${type}].`;
        return [type, `is missing, although Type is ${type}: jobs run without their cache. ${remedy}`];
    }
    return !isKnownTable(store) || logsIn(store) ? undefined : [type, lack];
}

function areGiven(...values: unknown[]): boolean {
    return values.every((value) => value !== undefined && value !== null && value !== "");
}
