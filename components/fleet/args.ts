import type { WorkerConfig } from "../../core/config-toml";
import type { RegistryAccessArgs } from "../allowlist/args";
import type { Eventually } from "../common/eventual";
import type { ExclusiveArgs } from "../exclusive/args";
import type { RunnerManagerArgs } from "../manager/args";
import type { RunnerArgs } from "../runner/args";

/** A runner of a fleet, and how its jobs are run by the managers that serve it. */
export interface FleetRunnerArgs extends RunnerArgs {
    /** Keys of the `[[runners]]` table, spelt as GitLab documents them. @default - needed once a manager serves the runner */
    config?: Eventually<WorkerConfig>;
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

/** What stands below `gitlab-fleet:` in a stack's configuration. */
export interface FleetConfig extends FleetArgs {
    /**
     * Files beside this one with what several stacks have in common; later ones win over earlier ones, this one over all.
     * @default - none
     */
    extends?: string[];
    /** The address that GitLab had before, where nothing else proves that it is the same GitLab. @default - none */
    movedFrom?: string;
}

/** What stands below `gitlab:` in a stack's configuration: what the published gitlab package can be told. */
export interface GitLabConfig {
    /** Base of GitLab's REST API, with `/api/v4/`. @default - `GITLAB_BASE_URL`, else gitlab.com */
    baseUrl?: string;
    /**
     * Personal, group or project access token, or an OAuth access token. Set it with `pulumi config set --secret gitlab:token`.
     * A token in the environment's `GITLAB_TOKEN` wins over it. @default - `GITLAB_TOKEN`
     */
    token?: string;
    /** Accept any TLS certificate. @default false */
    insecure?: boolean;
    /** File with the certificates of further authorities to trust. @default - none */
    cacertFile?: string;
    /** Further headers of every request, by name. @default - none */
    headers?: Record<string, string>;
    /** File with the PEM certificate to show to GitLab, or to a proxy before it. @default - none */
    clientCert?: string;
    /** File with the PEM key of `clientCert`. @default - none */
    clientKey?: string;
    /** How often a request that may be repeated is sent again. @default 4 */
    retries?: number;
    /** Log in before anything else is done. @default false */
    earlyAuthCheck?: boolean;
    /** With the official plugin only. @default - none */
    configFile?: string;
    /** With the official plugin only. @default - none */
    context?: string;
    /** With the official plugin only. @default - none */
    enableAutoCiSupport?: boolean;
    /** Whether previews and ups compare with GitLab; `false`: only a refresh does. Our plugin alone knows it. @default true */
    compareWithGitlab?: boolean;
}
