import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { mapInput } from "../../../common/eventual";
import { DEFAULT_IMAGE, proxyVariables, withoutEmpty } from "../container";
import { healthCommand, OWN_METRICS } from "../health";
import type { Running } from "../running";
import type { Traits } from "../traits";
import { toListenAddress, toMebibytes, toMount, toPort } from "../units";
import type { DockerOptions } from "./args";

const SOCKET = "/var/run/docker.sock";

/** Where `gitlab-runner fleeting install` puts plugins: in the volume, so that a new container has them. */
const PLUGINS = "/etc/gitlab-runner/fleeting-plugins";

/**
 * What GitLab's images start, after fetching the plugins. Plugins that are already there are not fetched again, so
 * later starts need no registry. A container that cannot fetch one ends, and is restarted until it can.
 */
const INSTALLING: Pick<docker.ContainerArgs, "entrypoints" | "command"> = {
    entrypoints: [
        "/usr/bin/dumb-init",
        "/bin/sh",
        "-c",
        'gitlab-runner fleeting --config /etc/gitlab-runner/config.toml install && exec /entrypoint "$@"',
        "gitlab-runner",
    ],
    command: ["run", "--user=gitlab-runner", "--working-directory=/home/gitlab-runner"],
};

/**
 * The container of a manager's process, before the volume decides where it goes; the image is given by name. `name` is
 * its name before an overlap adds a second one. Pure: the same arguments give the same container.
 */
export function planContainer(
    name: string,
    options: DockerOptions,
    { drainTimeout, traits, scaling }: Omit<Running, "replicas">,
): docker.ContainerArgs {
    // On the host's network, only a declared address: another process may use our default one.
    const { networkMode, log = {}, mounts = [], extraHosts = {} } = options;
    const isOnHostsNetwork = networkMode === "host";
    const metrics = traits.listenAddress ?? (isOnHostsNetwork ? undefined : OWN_METRICS);
    const memory = toMebibytes(options.memory);
    const socket = socketOf(options, traits);
    const container: docker.ContainerArgs = {
        image: options.image ?? DEFAULT_IMAGE,
        hostname: isOnHostsNetwork ? undefined : toHostname(name),
        user: options.user,
        restart: "unless-stopped",
        mustRun: true,
        // gitlab-runner takes SIGQUIT for "no new jobs, finish those you have"; SIGTERM would abort them.
        stopSignal: "SIGQUIT",
        // How long the docker provider waits, regardless of the stop timeout.
        destroyGraceSeconds: drainTimeout,
        readOnly: true,
        tmpfs: { "/tmp": "rw,exec,nosuid,nodev,mode=1777,size=256m", "/run": "rw,nosuid,nodev,size=16m" },
        // Jobs that run inside need to change users; a manager that only talks to an engine needs no capability.
        capabilities: traits.runsJobsInside ? undefined : { drops: ["ALL"] },
        securityOpts: ["no-new-privileges:true"],
        memory,
        // Docker's own default, made explicit: a change of the memory alone would be refused.
        memorySwap: memory === undefined ? undefined : memory * 2,
        cpus: options.cpus === undefined ? undefined : String(options.cpus),
        logDriver: "json-file",
        logOpts: { "max-size": log.maxSize ?? "10m", "max-file": String(log.maxFiles ?? 3) },
        envs: environmentOf(options, metrics),
        // The health check is a shell command, and an image without a shell is why a writerImage is set.
        healthcheck: metrics === undefined || options.writerImage !== undefined ? undefined : healthcheckOf(metrics),
        ports: portsOf(options, metrics),
        volumes: [
            ...(socket === undefined ? [] : [{ hostPath: socket, containerPath: SOCKET }]),
            ...mounts.map((text) => toVolume(toMount(text)!)),
        ],
        networkMode,
        networksAdvanced: options.networks?.map((network) => ({ name: network })),
        hosts: Object.entries(extraHosts).map(([host, ip]) => ({ host, ip })),
        dns: options.dns,
        labels: labelsOf(options, traits, scaling),
        ...(options.fleetingInstall ? INSTALLING : {}),
    };
    return withoutEmpty(options.transform?.container?.(withoutEmpty(container)) ?? container);
}

function socketOf({ host, socket }: DockerOptions, traits: Traits): string | undefined {
    if (socket === false || !traits.usesSocket) return undefined;
    return socket ?? /^unix:\/\/(.+)$/.exec(host ?? "")?.[1] ?? SOCKET;
}

/** What a preview remarks about a container; undefined for most. */
export function remarkOn(options: DockerOptions, traits: Traits): string | undefined {
    const socket = socketOf(options, traits);
    if (socket === undefined) return undefined;
    return (
        `mounts the Docker socket ${socket} into its container: whoever runs a job there is effectively root on the ` +
        "engine's machine. Without it: give the worker an engine of its own (docker.host) or set placement.docker.socket to false."
    );
}

function environmentOf(
    { environment = {}, proxy = {}, fleetingInstall }: DockerOptions,
    metrics: string | undefined,
): pulumi.Input<string>[] {
    const proxies = proxyVariables(proxy).map(([name, value]) => `${name}=${value}`);
    const own = Object.entries(environment).map(([key, value]) => mapInput(value, (text) => `${key}=${text}`));
    // gitlab-runner binds its metrics port once, when it starts. As part of the container, a new address replaces it.
    const listen = metrics === undefined ? [] : [`LISTEN_ADDRESS=${metrics}`];
    const plugins = fleetingInstall ? [`FLEETING_PLUGIN_PATH=${PLUGINS}`] : [];
    return [...listen, ...plugins, ...proxies, ...own];
}

function healthcheckOf(metrics: string): docker.ContainerArgs["healthcheck"] {
    return {
        tests: ["CMD-SHELL", healthCommand(metrics)],
        interval: "30s",
        timeout: "10s",
        startPeriod: "30s",
        retries: 3,
    };
}

function portsOf(
    { publishMetrics, networkMode }: DockerOptions,
    metrics: string | undefined,
): docker.ContainerArgs["ports"] {
    const published = publishMetrics === undefined || networkMode === "host" ? undefined : toPort(publishMetrics);
    if (published === undefined || metrics === undefined) return undefined;
    return [{ internal: toListenAddress(metrics).port, external: published.port, ip: published.ip, protocol: "tcp" }];
}

function labelsOf(
    { labels = {} }: DockerOptions,
    { sessionServer }: Traits,
    scaling: pulumi.Input<string> | undefined,
): { label: string; value: pulumi.Input<string> }[] {
    // Read only when the process starts, like the metrics address, so a change must replace the container.
    const all = {
        ...labels,
        ...(sessionServer === undefined ? {} : { "com.gitlab-fleet.session-server": sessionServer }),
        ...(scaling === undefined ? {} : { "com.gitlab-fleet.autoscaler": scaling }),
    };
    return Object.entries(all).map(([label, value]) => ({ label, value }));
}

function toVolume({ source, target, readOnly }: { source: string; target: string; readOnly: boolean }) {
    const from = source.startsWith("/") ? { hostPath: source } : { volumeName: source };
    return { ...from, containerPath: target, readOnly };
}

/** Host names allow fewer characters than container names, and at most 63. */
function toHostname(name: string): string {
    return name
        .replace(/[^a-zA-Z0-9-]+/g, "-")
        .slice(0, 63)
        .replace(/^-+|-+$/g, "");
}
