import type { ExecutorName, GlobalTable, TomlValue, WorkerTable } from "./types.generated";

/** Keys that are newer than the gitlab-runner this project knows, written into the file as they are. */
export type ExtraTable = { [key: string]: TomlValue };

/** The top of config.toml: every key but `[[runners]]`, spelt as gitlab-runner spells them. */
export interface GlobalConfig extends Omit<GlobalTable, "runners" | "concurrent"> {
    /** Jobs at once over all workers, at least 1. Without it gitlab-runner takes 1, which is seldom meant: so it is required. */
    concurrent: number;
    /** Keys newer than our gitlab-runner; nested tables are merged into the known ones. @default - none */
    extra?: ExtraTable;
}

/** One `[[runners]]` table as a user writes it. What GitLab hands out (token, id, expiry) has no place here. */
export interface WorkerConfig
    extends Omit<WorkerTable, "token" | "id" | "token_obtained_at" | "token_expires_at" | "executor"> {
    /** Where jobs run. Decides which sections (`docker`, `kubernetes`, …) are needed. */
    executor: ExecutorName;
    /** Name in logs and in `gitlab-runner list`. @default - the worker's name, which is its runner's where nothing else is said */
    name?: string;
    /** Address of GitLab as the manager reaches it. @default - that of the manager's other workers: its `gitlabUrl` */
    url?: string;
    /** Keys newer than our gitlab-runner; nested tables are merged into the known ones. @default - none */
    extra?: ExtraTable;
}

/** What is known about the runner in GitLab that a worker serves. Only warnings look at it. */
export interface RunnerFacts {
    /** The runner takes jobs without tags. GitLab: `run_untagged`. @default - nothing is assumed */
    runUntagged?: boolean;
    /** Longest job in seconds. GitLab: `maximum_timeout`. @default - nothing is assumed */
    maximumTimeout?: number;
    /** Several projects send it jobs: instance and group runners, or a project runner that was shared. @default - nothing is assumed */
    shared?: boolean;
}

/** What policies look at besides. */
export interface ServedFacts extends RunnerFacts {
    /** `not_protected` or `ref_protected`, whose jobs are those of protected branches and tags. GitLab: `access_level`. @default - nothing is assumed */
    accessLevel?: string;
}

/** One worker: a `[[runners]]` table together with the identity GitLab gave its runner. */
export interface WorkerEntry {
    /** Name of the worker, unique within the file. */
    name: string;
    /** Address of GitLab, without `/api/v4`. */
    url: string;
    /** Authentication token. Secret. */
    token: string;
    /** The runner's id in GitLab; gitlab-runner shows it in messages. @default - left out */
    id?: number;
    /** Everything else of the table. */
    config: WorkerConfig;
    /** Facts for warnings; never rendered. @default - none */
    runner?: RunnerFacts;
    /** Life of the token (ISO 8601), written only where gitlab-runner is to rotate it by itself. @default - left out */
    expiry?: { obtainedAt: string; expiresAt: string };
}

/** One config.toml. */
export interface ManagerConfig {
    /** The top of the file. */
    global: GlobalConfig;
    /** The workers, in the order they are written. */
    workers: WorkerEntry[];
}

/** A ManagerConfig before it is checked: parts may be missing, unknown yet, or wrong. */
export interface UncheckedConfig {
    /** The top of the file, as the user wrote it. */
    global: unknown;
    /** The workers; tokens need not exist yet. */
    workers: readonly UncheckedWorker[];
}

/** A worker before it is checked. */
export interface UncheckedWorker {
    /** Name of the worker. */
    name: string;
    /** Address of GitLab, when it is known already. */
    url?: unknown;
    /** Authentication token, when it is known already. */
    token?: unknown;
    /** The table, as the user wrote it. */
    config: unknown;
    /** Facts for warnings. */
    runner?: RunnerFacts;
    /** Codes of warnings that are known and accepted for this worker. */
    silence?: readonly string[];
}
