import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { baseName, replicaNames } from "../container";

/** A Docker engine on which a runner manager runs in a container. */
export interface DockerPlacement {
    /** A Docker engine on which the manager runs in a container; `{}` is the one of this machine. */
    docker: DockerOptions;
}

/** How to reach an engine: what the docker provider takes, with the same defaults. */
export interface DockerConnectionOptions {
    /**
     * `unix:///path`, `tcp://host:2376` or `ssh://user@host`. A change moves the manager: a container starts there, the
     * one here drains. @default - DOCKER_HOST, else the engine of this machine
     */
    host?: string;
    /** Folder with `ca.pem`, `cert.pem` and `key.pem` for `tcp://`. @default - DOCKER_CERT_PATH */
    certPath?: string;
    /** PEM text of the engine's authority. @default - none */
    caMaterial?: pulumi.Input<string>;
    /** PEM text of the client certificate. @default - none */
    certMaterial?: pulumi.Input<string>;
    /** PEM text of the client's key; a secret. @default - none */
    keyMaterial?: pulumi.Input<string>;
    /** Further options of `ssh`, such as `["-i", "~/.ssh/ci"]`. @default - none */
    sshOpts?: string[];
    /** Logins for registries from which the engine pulls the manager's image. @default - none */
    registryAuth?: {
        /** Address of the registry, for instance `registry.example.org`. */
        address: string;
        /** User name. */
        username: pulumi.Input<string>;
        /** Password or token; a secret. */
        password: pulumi.Input<string>;
    }[];
}

/** How a manager's container is made. Whatever is not marked otherwise replaces the container when it changes: it drains first. */
export interface DockerOptions extends DockerConnectionOptions {
    /** Image of the manager, pinned by tag or digest. @default - gitlab/gitlab-runner:alpine-v19.4.0 */
    image?: string;
    /** Image that writes into the volume, with `/bin/sh`; for manager images without a shell. @default - the manager's image */
    writerImage?: string;
    /** Name of container and volume. @default - `<project>-<stack>-<manager>` */
    containerName?: string;
    /** How many containers serve the runners, each with an identity of its own. @default 1 */
    replicas?: number;
    /**
     * `drain-first`: the old container finishes its jobs, then the new one starts. `overlap`: the new one starts at once,
     * so no job waits; GitLab sees two managers for a while. @default "drain-first"
     */
    replacement?: Replacement;
    /** Most memory, for instance `512m` or `2g`; at least `6m`. Changes in place. @default - no limit */
    memory?: string;
    /** Most processors, for instance 1.5. @default - no limit */
    cpus?: number;
    /** Environment of the gitlab-runner process; `""` is an empty variable. Shown by `docker inspect`: no place for secrets. @default - none */
    environment?: Record<string, pulumi.Input<string>>;
    /** Proxies of the gitlab-runner process; jobs get theirs from `environment` of `config.toml`. @default - none */
    proxy?: {
        /** For `http://` addresses. */
        http?: string;
        /** For `https://` addresses, such as GitLab's. */
        https?: string;
        /** Hosts that are reached directly, separated by commas. */
        no?: string;
    };
    /** Authorities to trust: PEM text by the host it is for. gitlab-runner hands it on to jobs. Changes in place. @default - none */
    certificates?: Record<string, pulumi.Input<string>>;
    /** Labels of the container. @default - only ours */
    labels?: Record<string, string>;
    /** Names of existing networks to join. @default - the engine's bridge */
    networks?: string[];
    /** Network mode, for instance `host`. @default - the engine's bridge */
    networkMode?: string;
    /** Further names: address by host name, for instance `{ "gitlab.local": "host-gateway" }`. @default - none */
    extraHosts?: Record<string, string>;
    /** Name servers. @default - the engine's */
    dns?: string[];
    /** Where the metrics of `listen_address` can be reached from outside: a port, or `127.0.0.1:9252`. @default - nowhere */
    publishMetrics?: number | string;
    /**
     * The Docker socket that jobs of the docker executor are started through, as a path on the engine's machine. Whoever
     * runs a job is as good as root there. `false` mounts none. @default - /var/run/docker.sock, for docker workers without a `host` of their own
     */
    socket?: string | false;
    /** Further mounts, `source:target` or `source:target:ro`; the source is a volume or a path on the engine's machine. @default - none */
    mounts?: string[];
    /** User of the process, `uid:gid`, for images that do not run as root. @default - the image's, files owned by root */
    user?: string;
    /** Rotation of the container's log. @default - 10m, 3 files */
    log?: {
        /** Size at which a new file begins. @default "10m" */
        maxSize?: string;
        /** How many files there are at most. @default 3 */
        maxFiles?: number;
    };
    /** Whether removing the manager also removes the cache volumes that its jobs left behind. @default false */
    cleanup?: boolean;
    /**
     * Whether the container fetches the fleeting plugins that its workers name before it starts, by `gitlab-runner fleeting install`,
     * and keeps them in its volume. For images that start as GitLab's own do. @default false
     */
    fleetingInstall?: boolean;
    /** How long `up` waits until the process has loaded its configuration, at least `1s`. Changes in place. @default "60s" */
    loadTimeout?: string;
    /** Last word on what is declared; not available in a stack's configuration. @default - none */
    transform?: DockerTransforms;
}

/** What only a fleet says of a manager on Docker. */
export interface StateLost {
    /** What another state has left is taken over: it was lost. */
    stateLost?: boolean;
}

/** How a new container takes over from the old one. */
export type Replacement = (typeof REPLACEMENTS)[number];

/** The ways in which a container can be replaced. */
export const REPLACEMENTS = ["drain-first", "overlap"] as const;

/** Functions that get what would be declared and return what is declared. Name, volume and labels of ours are added after them. */
export interface DockerTransforms {
    /** The manager's container. */
    container?: (args: docker.ContainerArgs) => docker.ContainerArgs;
    /** The image it is made from. */
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
