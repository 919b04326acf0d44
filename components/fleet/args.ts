import type * as pulumi from "@pulumi/pulumi";
import type { WorkerConfig } from "../../core/config-toml";
import type { RegistryAccessArgs } from "../allowlist/args";
import type { ExclusiveArgs } from "../exclusive/args";
import type { RunnerManagerArgs } from "../manager/args";
import type { RunnerArgs } from "../runner/args";

/** A runner of a fleet, and how its jobs are run by the managers that serve it. */
export interface FleetRunnerArgs extends RunnerArgs {
    /** Keys of the `[[runners]]` table, spelt as GitLab documents them. Needed once a manager serves the runner. @default - none */
    config?: pulumi.Input<WorkerConfig>;
    /** Codes of warnings about this runner's table that are known and accepted. @default - none */
    silence?: string[];
    /** The name it had before; it stays the same runner then. Remove it after the next `up`. @default - none */
    renamedFrom?: string;
}

/** A runner manager of a fleet. */
export interface FleetManagerArgs extends Omit<RunnerManagerArgs, "workers"> {
    /** Names of the runners it serves, in the order of the `[[runners]]` tables. */
    runners: string[];
    /** The name it had before; nothing is replaced then. Remove it after the next `up`. @default - none */
    renamedFrom?: string;
}

/** Everything one program declares, as it stands in a stack's configuration. */
export interface FleetArgs {
    /** Runners by name. The name is an identity: another name is another runner. @default - none */
    runners?: Record<string, FleetRunnerArgs>;
    /** Runner managers by name. The name is an identity. @default - none */
    managers?: Record<string, FleetManagerArgs>;
    /** Scopes in which the declared runners shall be the only ones of their kind, by a name of your choice. @default - none */
    exclusive?: Record<string, ExclusiveArgs>;
    /** Who may pull, by the producer's full path or id. @default - none */
    registries?: Record<string, Omit<RegistryAccessArgs, "producer">>;
    /**
     * Whether the stack's state was lost: each runner adopts the one that bears its name in the marker, where there is one.
     * Its id and history stay, its token is reset. Remove it after the next `up`. @default false
     */
    stateLost?: boolean;
}
