import type { input } from "@pulumi/kubernetes/types";
import * as pulumi from "@pulumi/pulumi";
import { CONFIG_DIRECTORY, DEFAULT_IMAGE, HOME, proxyVariables, TEMPORARY, withoutEmpty } from "../container";
import { healthCommand, isLoopback, OWN_METRICS } from "../health";
import type { Running } from "../running";
import { toListenAddress } from "../units";
import { DEFAULT_USER, type KubernetesOptions } from "./args";

/** What a pod is built from. All values have been checked. */
export interface PodInput extends Omit<Running, "replicas"> {
    /** Name of the StatefulSet and of the Secret with its files. */
    name: string;
    /** Name of the optional Secret with certificates. */
    certificates: string;
    serviceAccount: string;
    /** Whether the process uses the cluster's API. */
    asksCluster: boolean;
    options: KubernetesOptions;
    /** Labels of the pod, by which the disruption budget and the Service find it. */
    labels: Record<string, string>;
    /** The labels that every pod of the manager has. */
    shared: Record<string, string>;
}

const CONFIG_FILE = `${CONFIG_DIRECTORY}/config.toml`;
const CONTAINER = "gitlab-runner";
const INSTALLER = "fleeting-install";
/** Directory of fleeting plugins. It is read-only for the process, and so for jobs that run in the same pod. */
const PLUGINS = "/opt/fleeting-plugins";
const METRICS_PORT = "metrics";

/** Sections that gitlab-runner only reads when it starts, by the annotation through which a change replaces the pod. */
export const READ_AT_START = {
    "gitlab-fleet.com/session-server": "[session_server]",
    "gitlab-fleet.com/autoscaler": "[runners.autoscaler]",
} as const;

type PodTemplate = input.core.v1.PodTemplateSpec;
type Container = input.core.v1.Container;

/** The pod of a manager. Pure: the same arguments give the same template. Keys that are reloaded do not affect it. */
export function podTemplate(pod: PodInput): PodTemplate {
    const { options, traits, drainTimeout } = pod;
    const [uid, gid] = (options.user ?? DEFAULT_USER).split(":").map(Number) as [number, number | undefined];
    const group = gid ?? uid;
    return withoutEmpty({
        metadata: withoutEmpty({
            labels: pod.labels,
            annotations: {
                ...options.annotations,
                ...withoutEmpty<Record<keyof typeof READ_AT_START, pulumi.Input<string> | undefined>>({
                    "gitlab-fleet.com/session-server": traits.sessionServer,
                    "gitlab-fleet.com/autoscaler": pod.scaling,
                }),
            } as Record<string, pulumi.Input<string>>,
        }),
        spec: withoutEmpty({
            serviceAccountName: pod.serviceAccount,
            automountServiceAccountToken: pod.asksCluster,
            // gitlab-runner does not use the addresses of its neighbours.
            enableServiceLinks: false,
            terminationGracePeriodSeconds: drainTimeout,
            os: options.stopSignal === true ? { name: "linux" } : undefined,
            securityContext: {
                runAsNonRoot: true,
                runAsUser: uid,
                runAsGroup: group,
                // The kubelet makes this group the owner of the Secret's files.
                fsGroup: group,
                seccompProfile: { type: "RuntimeDefault" },
            },
            imagePullSecrets: options.imagePullSecrets?.map((name) => ({ name })),
            nodeSelector: options.nodeSelector,
            tolerations: options.tolerations as input.core.v1.Toleration[] | undefined,
            affinity: options.affinity as input.core.v1.Affinity | undefined,
            topologySpreadConstraints: options.topologySpreadConstraints?.map((each) => ({
                labelSelector: { matchLabels: pod.shared },
                ...each,
            })) as input.core.v1.TopologySpreadConstraint[] | undefined,
            priorityClassName: options.priorityClass,
            initContainers: options.fleetingInstall === true ? [installerOf(pod)] : undefined,
            containers: [containerOf(pod)],
            volumes: [
                // Readable by the group alone: 0440.
                { name: "config", secret: { secretName: pod.name, defaultMode: 0o440 } },
                // Always mounted, so that the first certificate does not replace the pod.
                {
                    name: "certificates",
                    secret: { secretName: pod.certificates, defaultMode: 0o440, optional: true },
                },
                { name: "home", emptyDir: {} },
                { name: "tmp", emptyDir: {} },
                ...(options.fleetingInstall === true ? [{ name: "plugins", emptyDir: {} }] : []),
            ],
        }),
    });
}

/**
 * Fetches the plugins that `config.toml` names, in every new pod. If it fails, it is retried until it succeeds, and its
 * last output is in the pod's status.
 */
function installerOf(pod: PodInput): Container {
    return withoutEmpty({
        ...sharedByContainers(pod),
        name: INSTALLER,
        args: ["fleeting", "--config", CONFIG_FILE, "install"],
        terminationMessagePolicy: "FallbackToLogsOnError",
        volumeMounts: [...MOUNTS, { name: "plugins", mountPath: PLUGINS }],
    });
}

function containerOf(pod: PodInput): Container {
    const { options } = pod;
    const metrics = metricsOf(pod);
    const probe = isLoopback(metrics)
        ? { exec: { command: ["/bin/sh", "-c", healthCommand(metrics)] } }
        : { httpGet: { path: "/metrics", port: METRICS_PORT } };
    return withoutEmpty({
        ...sharedByContainers(pod),
        name: CONTAINER,
        args: ["run", "--config", CONFIG_FILE, "--working-directory", HOME],
        ports: isLoopback(metrics)
            ? undefined
            : [{ name: METRICS_PORT, containerPort: toListenAddress(metrics).port, protocol: "TCP" }],
        lifecycle: lifecycleOf(options),
        startupProbe: { ...probe, periodSeconds: 5, timeoutSeconds: 10, failureThreshold: 24 },
        livenessProbe: { ...probe, periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 3 },
        volumeMounts: [
            ...MOUNTS,
            ...(options.fleetingInstall === true ? [{ name: "plugins", mountPath: PLUGINS, readOnly: true }] : []),
        ],
    });
}

/** What all containers share: they run gitlab-runner with as few rights as possible. */
function sharedByContainers(pod: PodInput): Omit<Container, "name"> {
    const { options } = pod;
    return {
        image: options.image ?? DEFAULT_IMAGE,
        // The process is the container's PID 1, so that signals reach it.
        command: ["gitlab-runner"],
        env: environmentOf(options, metricsOf(pod)),
        resources: options.resources,
        securityContext: {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"] },
            readOnlyRootFilesystem: true,
        },
    };
}

const MOUNTS = [
    { name: "config", mountPath: CONFIG_DIRECTORY, readOnly: true },
    { name: "home", mountPath: HOME },
    // Where gitlab-runner looks for certificate authorities unless it runs as root. commands/config_unix.go
    { name: "certificates", mountPath: `${HOME}/.gitlab-runner/certs`, readOnly: true },
    { name: "tmp", mountPath: TEMPORARY },
];

function metricsOf({ traits }: PodInput): string {
    return traits.listenAddress ?? OWN_METRICS;
}

/** gitlab-runner takes SIGQUIT for "no new jobs, finish those you have"; the kubelet's SIGTERM would abort them. */
function lifecycleOf({ stopSignal }: KubernetesOptions): input.core.v1.Lifecycle {
    if (stopSignal === true) return { stopSignal: "SIGQUIT" };
    // The hook ends when the process and its container do; SIGTERM follows only then, or after the grace period.
    return { preStop: { exec: { command: ["/bin/sh", "-c", "kill -QUIT 1; while :; do sleep 1; done"] } } };
}

function environmentOf(
    { environment = {}, proxy, fleetingInstall }: KubernetesOptions,
    metrics: string,
): input.core.v1.EnvVar[] {
    // The kubelet fills in the address of the cluster's API, which must be reached without a proxy.
    const direct = proxy && [...(proxy.no === undefined ? [] : [proxy.no]), "$(KUBERNETES_SERVICE_HOST)"].join(",");
    const proxies = proxyVariables({ ...proxy, no: direct }).map(([name, value]) => ({ name, value }));
    const own = inOrderOfUse(environment).map(([name, value]) => ({ name, value: pulumi.output(value) }));
    return [
        { name: "HOME", value: HOME },
        // gitlab-runner binds its metrics port once, when it starts. As part of the pod, a new address replaces it.
        { name: "LISTEN_ADDRESS", value: metrics },
        ...(fleetingInstall === true ? [{ name: "FLEETING_PLUGIN_PATH", value: PLUGINS }] : []),
        ...proxies,
        ...own,
    ];
}

/** Variables, each after those it refers to: the kubelet expands `$(NAME)` only if the variable comes earlier. */
function inOrderOfUse<T>(variables: Record<string, T>): [string, T][] {
    const [seen, placed] = [new Set<string>(), [] as [string, T][]];
    const place = (name: string): void => {
        if (seen.has(name) || !Object.hasOwn(variables, name)) return;
        seen.add(name);
        const value = variables[name]!;
        if (typeof value === "string") for (const [, other] of value.matchAll(/\$\(([^)]+)\)/g)) place(other!);
        placed.push([name, value]);
    };
    Object.keys(variables).forEach(place);
    return placed;
}
