import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { baseName, type ProxyOptions, replicaNames } from "../container";

/** A Docker engine on which a runner manager runs in a container. */
export interface DockerPlacement {
    /** A Docker engine on which the manager runs in a container; `{}` is this machine's engine. */
    docker: DockerOptions;
}

/** How to reach an engine: the options of the docker provider, with the same defaults. */
export interface DockerConnectionOptions {
    /**
     * `unix:///path`, `tcp://host:2376` or `ssh://user@host`. A change moves the manager: a container starts on the new
     * engine, and the old one drains. @default - DOCKER_HOST, else this machine's engine
     */
    host?: string;
    /** Folder with `ca.pem`, `cert.pem` and `key.pem` for `tcp://`. @default - DOCKER_CERT_PATH */
    certPath?: string;
    /** PEM text of the engine's CA. @default - none */
    caMaterial?: pulumi.Input<string>;
    /** PEM text of the client certificate. @default - none */
    certMaterial?: pulumi.Input<string>;
    /** PEM text of the client's key; a secret. @default - none */
    keyMaterial?: pulumi.Input<string>;
    /** Additional `ssh` options, such as `["-i", "~/.ssh/ci"]`. @default - none */
    sshOpts?: string[];
    /** Credentials for registries from which the engine pulls the manager's image. @default - none */
    registryAuth?: {
        /** Address of the registry, such as `registry.example.org`. */
        address: string;
        /** User name. */
        username: pulumi.Input<string>;
        /** Password or token; a secret. */
        password: pulumi.Input<string>;
    }[];
}

/**
 * How to create a manager's container. A change replaces the container, which drains first, unless the option says
 * otherwise.
 */
export interface DockerOptions extends DockerConnectionOptions {
    /** The manager's image, pinned by tag or digest. @default - gitlab/gitlab-runner:alpine-v19.4.0 */
    image?: string;
    /**
     * An image with `/bin/sh` that writes into the volume, if the manager's image has no shell.
     * @default - the manager's image
     */
    writerImage?: string;
    /** Name of container and volume. @default - `<project>-<stack>-<manager>` */
    containerName?: string;
    /** Number of containers that serve the runners, each with its own identity. @default 1 */
    replicas?: number;
    /**
     * `drain-first`: the old container finishes its jobs, then the new one starts. `overlap`: the new one starts at
     * once, so no job waits; GitLab sees two managers for a while. @default "drain-first"
     */
    replacement?: Replacement;
    /** Memory limit, such as `512m` or `2g`; at least `6m`. Changes in place. @default - no limit */
    memory?: string;
    /** CPU limit, such as 1.5. @default - no limit */
    cpus?: number;
    /**
     * Environment of the gitlab-runner process; `""` sets an empty variable. `docker inspect` shows it: do not put
     * secrets here. @default - none
     */
    environment?: Record<string, pulumi.Input<string>>;
    /** Proxies for the gitlab-runner process; jobs get theirs from `environment` in `config.toml`. @default - none */
    proxy?: ProxyOptions;
    /**
     * Certificate authorities to trust: host to PEM text. gitlab-runner passes them on to jobs. Changes in place.
     * @default - none
     */
    certificates?: Record<string, pulumi.Input<string>>;
    /** Additional labels of the container. @default - none */
    labels?: Record<string, string>;
    /** Names of existing networks to connect to. @default - the engine's bridge */
    networks?: string[];
    /** Network mode, such as `host`. @default - the engine's bridge */
    networkMode?: string;
    /** Additional host names and their addresses, such as `{ "gitlab.local": "host-gateway" }`. @default - none */
    extraHosts?: Record<string, string>;
    /** DNS servers. @default - the engine's */
    dns?: string[];
    /**
     * Where to publish the metrics of `listen_address` on the engine's machine: a port, or `127.0.0.1:9252`.
     * @default - nowhere
     */
    publishMetrics?: number | string;
    /**
     * The Docker socket through which the docker executor starts jobs, as a path on the engine's machine. Anybody who
     * runs a job is effectively root there. `false` mounts none.
     * @default - /var/run/docker.sock, for docker workers without a `host` of their own
     */
    socket?: string | false;
    /**
     * Additional mounts, `source:target` or `source:target:ro`; the source is a volume or a path on the engine's
     * machine. @default - none
     */
    mounts?: string[];
    /**
     * User of the process, `uid:gid`, for images that do not run as root.
     * @default - the image's, with files owned by root
     */
    user?: string;
    /** Log rotation of the container. @default - 10m, 3 files */
    log?: {
        /** Size at which a new file starts. @default "10m" */
        maxSize?: string;
        /** Maximum number of files. @default 3 */
        maxFiles?: number;
    };
    /** Whether removing the manager also removes the cache volumes of its jobs. @default false */
    cleanup?: boolean;
    /**
     * Whether the container first runs `gitlab-runner fleeting install`, for the fleeting plugins that the workers
     * name, and keeps them in its volume. Requires the entrypoint of GitLab's images. @default false
     */
    fleetingInstall?: boolean;
    /** How long `up` waits until the process has loaded its configuration, at least `1s`. Changes in place. @default "60s" */
    loadTimeout?: string;
    /** Functions that change what is declared; not available in a stack config. @default - none */
    transform?: DockerTransforms;
}

/** What only a fleet declares about a manager on Docker. */
export interface StateLost {
    /** Whether the state was lost, so that what it left is taken over. */
    stateLost?: boolean;
}

/** How a new container takes over from the old one. */
export type Replacement = (typeof REPLACEMENTS)[number];

/** The ways in which a container can be replaced. */
export const REPLACEMENTS = ["drain-first", "overlap"] as const;

/**
 * Functions that receive the arguments of a resource and return those to declare. gitlab-fleet's name, volume and
 * labels are added afterwards.
 */
export interface DockerTransforms {
    /** The manager's container. */
    container?: (args: docker.ContainerArgs) => docker.ContainerArgs;
    /** The manager's image. */
    image?: (args: docker.RemoteImageArgs) => docker.RemoteImageArgs;
}

/** How many containers one manager may have. */
export const MOST_REPLICAS = 100;

/** Names of a manager's containers, which their volumes have too: one for each replica. */
export function containerNames(
    { containerName, replicas }: { containerName?: unknown; replicas?: unknown },
    owner: string,
    manager: string,
): string[] {
    return replicaNames(baseName(containerName, owner, manager), replicas, MOST_REPLICAS);
}
