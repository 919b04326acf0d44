import type { ExecutorName, GlobalTable, TomlValue, WorkerTable } from "./types.generated";

/** Keys that are newer than the known gitlab-runner version, written to the file unchanged. */
export type ExtraTable = { [key: string]: TomlValue };

/** The top of `config.toml`: every key except `[[runners]]`, spelt as gitlab-runner spells it. */
export interface GlobalConfig extends Omit<GlobalTable, "runners" | "concurrent"> {
    /**
     * Maximum number of jobs at once over all workers, at least 1. It is required: gitlab-runner's default of 1 is
     * rarely intended.
     */
    concurrent: number;
    /**
     * Keys newer than the known gitlab-runner version; nested tables are merged into the known ones. @default - none
     */
    extra?: ExtraTable;
}

/** One `[[runners]]` table as you write it, without what GitLab issues (token, id, expiry). */
export interface WorkerConfig
    extends Omit<WorkerTable, "token" | "id" | "token_obtained_at" | "token_expires_at" | "executor"> {
    /** Where jobs run. Determines which sections (`docker`, `kubernetes`, …) are needed. */
    executor: ExecutorName;
    /** Name in logs and in `gitlab-runner list`. @default - the worker's name, by default its runner's */
    name?: string;
    /** GitLab's address as seen from the manager. @default - that of the manager's other workers: its `gitlabUrl` */
    url?: string;
    /**
     * Keys newer than the known gitlab-runner version; nested tables are merged into the known ones. @default - none
     */
    extra?: ExtraTable;
}

/** What is known about the runner that a worker serves. Only warnings use it. */
export interface RunnerFacts {
    /** Whether the runner takes jobs without tags. GitLab: `run_untagged`. @default - nothing is assumed */
    runUntagged?: boolean;
    /** Maximum job timeout in seconds. GitLab: `maximum_timeout`. @default - nothing is assumed */
    maximumTimeout?: number;
    /**
     * Whether several projects send it jobs: instance and group runners, and project runners that are shared.
     * @default - nothing is assumed
     */
    shared?: boolean;
}

/** What policies need in addition. */
export interface ServedFacts extends RunnerFacts {
    /**
     * `not_protected`, or `ref_protected` to take only jobs of protected branches and tags. GitLab: `access_level`.
     * @default - nothing is assumed
     */
    accessLevel?: string;
}

/** One worker: a `[[runners]]` table with the identity that GitLab gave its runner. */
export interface WorkerEntry {
    /** Name of the worker, unique within the file. */
    name: string;
    /** Address of GitLab, without `/api/v4`. */
    url: string;
    /** Authentication token. Secret. */
    token: string;
    /** The runner's id in GitLab; gitlab-runner shows it in messages. @default - left out */
    id?: number;
    /** All other keys of the table. */
    config: WorkerConfig;
    /** Facts for warnings; never rendered. @default - none */
    runner?: RunnerFacts;
    /** Lifetime of the token (ISO 8601), written only if gitlab-runner itself rotates the token. @default - left out */
    expiry?: { obtainedAt: string; expiresAt: string };
}

/** One `config.toml`. */
export interface ManagerConfig {
    /** The top of the file. */
    global: GlobalConfig;
    /** The workers, in the order in which they are written. */
    workers: WorkerEntry[];
}

/** A ManagerConfig before it is checked: parts may be missing, not known yet, or wrong. */
export interface UncheckedConfig {
    /** The top of the file, as the user wrote it. */
    global: unknown;
    /** The workers; their tokens need not exist yet. */
    workers: readonly UncheckedWorker[];
}

/** A worker before it is checked. */
export interface UncheckedWorker {
    /** Name of the worker. */
    name: string;
    /** Address of GitLab, if it is known already. */
    url?: unknown;
    /** Authentication token, if it is known already. */
    token?: unknown;
    /** The table, as the user wrote it. */
    config: unknown;
    /** Facts for warnings. */
    runner?: RunnerFacts;
    /** Codes of known and accepted warnings about this worker. */
    silence?: readonly string[];
}
