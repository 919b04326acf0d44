import type { WorkerConfig } from "../../core/config-toml";
import type { RegistryAccessArgs } from "../allowlist/args";
import type { Eventually } from "../common/eventual";
import type { ExclusiveArgs } from "../exclusive/args";
import type { RunnerManagerArgs } from "../manager/args";
import type { RunnerArgs } from "../runner/args";

/** A runner of a fleet, and how the managers that serve it run its jobs. */
export interface FleetRunnerArgs extends RunnerArgs {
    /**
     * Keys of the `[[runners]]` table, spelt as GitLab documents them.
     * @default - required if a manager serves the runner
     */
    config?: Eventually<WorkerConfig>;
    /** Codes of known and accepted warnings about this runner's table. @default - none */
    silence?: string[];
    /** The runner's previous name: it stays the same runner. Remove this after the next `up`. @default - none */
    renamedFrom?: string;
}

/** A runner manager of a fleet. */
export interface FleetManagerArgs extends Omit<RunnerManagerArgs, "workers" | "stateLost"> {
    /** Names of the runners it serves, in the order of the `[[runners]]` tables. */
    runners: string[];
    /** The manager's previous name: nothing is replaced. Remove this after the next `up`. @default - none */
    renamedFrom?: string;
}

/** Everything that one program declares, in the structure of the stack config. */
export interface FleetArgs {
    /** Runners by name. The name is the identity: another name is another runner. @default - none */
    runners?: Record<string, FleetRunnerArgs>;
    /** Runner managers by name. The name is the identity. @default - none */
    managers?: Record<string, FleetManagerArgs>;
    /**
     * Scopes in which the declared runners are to be the only ones of their kind, by a name of your choice.
     * @default - none
     */
    exclusive?: Record<string, ExclusiveArgs>;
    /** Who may pull, by the producer's full path or id. @default - none */
    registries?: Record<string, Omit<RegistryAccessArgs, "producer">>;
    /**
     * Whether the stack's state was lost: each runner adopts the one with its name in the marker, if there is one. That
     * runner keeps its id and history; its token is reset. Remove this after the next `up`. @default false
     */
    stateLost?: boolean;
}

/** The keys below `gitlab-fleet:` in a stack config. */
export interface FleetConfig extends FleetArgs {
    /**
     * Files in the same folder that several stacks share. Later files override earlier ones, and this file overrides
     * all. @default - none
     */
    extends?: string[];
    /** GitLab's previous address, if nothing else proves that it is the same GitLab. @default - none */
    movedFrom?: string;
}

/** The keys below `gitlab:` in a stack config: those of the published gitlab package. */
export interface GitLabConfig {
    /** Base URL of GitLab's REST API, with `/api/v4/`. @default - `GITLAB_BASE_URL`, else gitlab.com */
    baseUrl?: string;
    /**
     * Personal, group or project access token, or an OAuth access token. Set it with `pulumi config set --secret
     * gitlab:token`. A token in the environment variable `GITLAB_TOKEN` overrides it. @default - `GITLAB_TOKEN`
     */
    token?: string;
    /** Accept any TLS certificate. @default false */
    insecure?: boolean;
    /** File with certificates of additional authorities to trust. @default - none */
    cacertFile?: string;
    /** Additional headers for every request, by name. @default - none */
    headers?: Record<string, string>;
    /** PEM certificate file to present to GitLab, or to a proxy in front of it. @default - none */
    clientCert?: string;
    /** File with the PEM key for `clientCert`. @default - none */
    clientKey?: string;
    /** How often to retry a request that is safe to repeat. @default 4 */
    retries?: number;
    /** Check the token before anything else. @default false */
    earlyAuthCheck?: boolean;
    /** Only with the official plugin. @default - none */
    configFile?: string;
    /** Only with the official plugin. @default - none */
    context?: string;
    /** Only with the official plugin. @default - none */
    enableAutoCiSupport?: boolean;
    /**
     * Whether `preview` and `up` compare with GitLab; if `false`, only `refresh` does. Not in the official plugin.
     * @default true
     */
    compareWithGitlab?: boolean;
}
