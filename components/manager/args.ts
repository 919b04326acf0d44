import type * as pulumi from "@pulumi/pulumi";
import type { GlobalConfig, WorkerConfig } from "../../core/config-toml";
import type { Eventually } from "../common/eventual";
import type { Runner } from "../runner/runner";
import type { Placement } from "./placements";

/** One worker of a manager: a runner, and how to run its jobs. */
export interface Worker {
    /** The runner whose jobs this worker takes. */
    runner: Runner;
    /** Name in gitlab-runner's log. GitLab: `[[runners]] name`. @default - the runner's name */
    name?: string;
    /**
     * Keys of the `[[runners]]` table, spelt as GitLab documents them, without `token` and `id`, which come from the
     * runner.
     */
    config: Eventually<WorkerConfig>;
    /** Codes of known and accepted warnings about this worker. @default - none */
    silence?: string[];
}

/** What to declare about one runner manager. */
export interface RunnerManagerArgs {
    /**
     * Where the process finds its files: `{ directory }` on this machine, `{ ssh }` for a host, `{ docker }` to run it
     * in a container, or `{ kubernetes }` in a pod.
     */
    placement: Placement;
    /** Keys above the first `[[runners]]` table, spelt as GitLab documents them; at least `concurrent`. */
    config: Eventually<GlobalConfig>;
    /** The workers, in the order of their `[[runners]]` tables. */
    workers: Worker[];
    /**
     * GitLab's address as seen from the manager. GitLab: `[[runners]] url`. @default - gitlab:baseUrl without /api/v4/
     */
    gitlabUrl?: pulumi.Input<string | undefined>;
    /**
     * Content of `.runner_system_id`, by which GitLab recognises the manager: `s_` or `r_` and 12 letters or digits. A
     * running gitlab-runner keeps the one it started with, so set that one if you take the process over.
     * @default - derived from project, stack and name; it never changes
     */
    systemId?: string;
    /**
     * How long jobs may take to finish before their container or pod is removed or replaced, such as `90m`; with
     * `drainOnStop`, also how long a stopped unit may take to end. @default "2h"
     */
    drainTimeout?: string;
    /** Codes of known and accepted warnings about `config.toml`, as the warnings print them. @default - none */
    silence?: string[];
    /**
     * Whether the stack's state was lost: `up` then takes over the directory, or the containers and volumes on Docker, that
     * this manager has from before. Remove it after that `up`. @default false
     */
    stateLost?: boolean;
    /**
     * Whether `up`, once the files are in place, waits until GitLab has heard from the manager (every replica, under
     * each of its runners), and fails with the reason if that does not happen. `{ timeout: 5m }` waits longer than two
     * minutes. @default false
     */
    online?:
        | boolean
        | {
              /** How long `up` waits at most, such as `5m`. */
              timeout: string;
          };
}
