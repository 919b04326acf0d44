import type * as pulumi from "@pulumi/pulumi";
import type { GlobalConfig, WorkerConfig } from "../../core/config-toml";
import type { Eventually } from "../common/eventual";
import type { Runner } from "../runner/runner";
import type { Placement } from "./placements";

/** One worker of a manager: a runner, and how its jobs are run. */
export interface Worker {
    /** The runner whose jobs this worker takes. */
    runner: Runner;
    /** Name in gitlab-runner's log. GitLab: `[[runners]] name`. @default - the runner's name */
    name?: string;
    /** Keys of the `[[runners]]` table, spelt as GitLab documents them; without `token` and `id`, which come from the runner. */
    config: Eventually<WorkerConfig>;
    /** Codes of warnings about this worker that are known and accepted. @default - none */
    silence?: string[];
}

/** What to declare about one runner manager. */
export interface RunnerManagerArgs {
    /** Where the process finds its files: `{ directory }` of this machine, `{ ssh }` for a host, `{ docker }` to run it in a container, or `{ kubernetes }` in a pod. */
    placement: Placement;
    /** Keys above the first `[[runners]]` table, spelt as GitLab documents them; `concurrent` at least. */
    config: Eventually<GlobalConfig>;
    /** The workers, in the order of their `[[runners]]` tables. */
    workers: Worker[];
    /** GitLab's address as the manager reaches it. GitLab: `[[runners]] url`. @default - gitlab:baseUrl without /api/v4/ */
    gitlabUrl?: pulumi.Input<string | undefined>;
    /**
     * Content of `.runner_system_id`, by which GitLab knows the manager: `s_` or `r_` and 12 letters or digits. A gitlab-runner
     * that runs keeps the one that it was started with, so one that is taken over as it is needs its own.
     * @default - made from project, stack and name: the same for ever
     */
    systemId?: string;
    /**
     * How long jobs may take to end before their container or pod is removed or replaced, such as `90m`, or, with `drainOnStop`, before
     * a unit that somebody stops has to end. @default "2h"
     */
    drainTimeout?: string;
    /** Codes of warnings about `config.toml` that are known and accepted, as the warning prints them. @default - none */
    silence?: string[];
    /**
     * Whether `up` waits, after the files are in place, until GitLab has heard from the manager, every replica of it,
     * under each of its runners, and fails with the reason when it does not. `{ timeout: 5m }` waits longer than two minutes.
     * @default false
     */
    online?:
        | boolean
        | {
              /** How long `up` waits at most, such as `5m`. */
              timeout: string;
          };
}
