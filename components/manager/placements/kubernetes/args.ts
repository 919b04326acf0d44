import type { CustomResourceArgs } from "@pulumi/kubernetes/apiextensions/customResource";
import type { StatefulSetArgs } from "@pulumi/kubernetes/apps/v1/statefulSet";
import type { SecretArgs } from "@pulumi/kubernetes/core/v1/secret";
import type { ServiceArgs } from "@pulumi/kubernetes/core/v1/service";
import type { ServiceAccountArgs } from "@pulumi/kubernetes/core/v1/serviceAccount";
import type { PodDisruptionBudgetArgs } from "@pulumi/kubernetes/policy/v1/podDisruptionBudget";
import type { RoleArgs } from "@pulumi/kubernetes/rbac/v1/role";
import type { RoleBindingArgs } from "@pulumi/kubernetes/rbac/v1/roleBinding";
import type * as pulumi from "@pulumi/pulumi";
import { baseName, replicaNames } from "../container";

/** A Kubernetes cluster on which a runner manager runs in a pod. */
export interface KubernetesPlacement {
    /** A Kubernetes cluster on which the manager runs in a pod. */
    kubernetes: KubernetesOptions;
}

/** How a cluster is reached: what the kubernetes provider takes, with the same defaults. */
export interface ClusterOptions {
    /** Path or text of a kubeconfig; a text with a login in it is a secret. @default - KUBECONFIG, else ~/.kube/config, else the pod that runs Pulumi */
    kubeconfig?: pulumi.Input<string>;
    /** Context of the kubeconfig. Another one is another cluster: the manager is made there, and the one here drains. @default - the current context */
    context?: string;
    /**
     * UID of the cluster's namespace kube-system: whoever's kubeconfig leads to another cluster is refused, from the first `up` on.
     * @default - that of the last `up`
     */
    cluster?: string;
}

/** How a manager's pod is made. Whatever is not marked otherwise makes the pod anew when it changes: it drains first. */
export interface KubernetesOptions extends ClusterOptions {
    /** Namespace of the manager, which must exist. */
    namespace: string;
    /** Name of everything that is made, at most 49 characters. @default - `<project>-<stack>-<manager>` */
    name?: string;
    /** Image of the manager, best by digest: `…@sha256:…`. @default - gitlab/gitlab-runner:alpine-v19.4.0 */
    image?: string;
    /** Names of Secrets with logins for the image's registry. @default - none */
    imagePullSecrets?: string[];
    /** How many pods serve the runners, each with a StatefulSet and an identity of its own. @default 1 */
    replicas?: number;
    /**
     * Namespaces in which jobs may run besides those that workers of the kubernetes executor name, for instance where
     * `namespace_overwrite_allowed` leads. @default - none
     */
    jobNamespaces?: string[];
    /**
     * An existing ServiceAccount of the namespace, with whatever rights the executor needs: no ServiceAccount, Role and
     * RoleBinding are made then. @default - one of its own
     */
    serviceAccount?: string;
    /** User and group of the process, `uid:gid`; `999:999` in GitLab's Ubuntu images. @default "100:65533" */
    user?: string;
    /** What the pod asks for and may use, by `cpu`, `memory` and so on. @default - none */
    resources?: {
        /** What a node must have free. */
        requests?: Record<string, string>;
        /** The most it may use. */
        limits?: Record<string, string>;
    };
    /** Labels that a node must have. @default - none */
    nodeSelector?: Record<string, string>;
    /** Taints of nodes that the pod bears, spelt as in a pod. @default - none */
    tolerations?: Record<string, unknown>[];
    /** Which nodes and neighbours it wants, spelt as in a pod. @default - none */
    affinity?: Record<string, unknown>;
    /** How pods are spread, spelt as in a pod; without a `labelSelector` of their own, this manager's. @default - none */
    topologySpreadConstraints?: Record<string, unknown>[];
    /** Name of an existing PriorityClass. @default - the cluster's */
    priorityClass?: string;
    /** Environment of the gitlab-runner process; `""` is an empty variable. Whoever may read pods reads it: no place for secrets. @default - none */
    environment?: Record<string, pulumi.Input<string>>;
    /** Proxies of the gitlab-runner process; jobs get theirs from `environment` of `config.toml`. The cluster's API is reached directly. @default - none */
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
    /** Labels of the pod and of everything that is made. @default - only ours */
    labels?: Record<string, string>;
    /** Annotations of the pod. @default - only ours */
    annotations?: Record<string, string>;
    /**
     * Whether the cluster sends the image's stop signal by itself (`lifecycle.stopSignal`, feature gate `ContainerStopSignals`).
     * Otherwise a hook of the image's `/bin/sh` sends SIGQUIT and waits. @default false
     */
    stopSignal?: boolean;
    /**
     * Whether each pod fetches the fleeting plugins that its workers name before gitlab-runner starts, by
     * `gitlab-runner fleeting install` in a container of its own. @default false
     */
    fleetingInstall?: boolean;
    /** Whether a Service leads to the metrics of `listen_address`. Changes in place. @default false */
    metrics?: boolean;
    /** A ServiceMonitor for the Prometheus operator, which must be there; `{}` is one. Changes in place. @default - none */
    serviceMonitor?: {
        /** Labels by which Prometheus finds it, for instance `{ "release": "prometheus" }`. */
        labels?: Record<string, string>;
        /** Time between two looks, for instance `30s`. @default - that of Prometheus */
        interval?: string;
    };
    /**
     * How long a changed file may take to reach the process: the kubelet looks about once a minute. With `online`, contact counts
     * from then on. Changes in place. @default "2m"
     */
    reloadDelay?: string;
    /** Last word on what is declared; not available in a stack's configuration. @default - none */
    transform?: KubernetesTransforms;
}

/** Functions that get what would be declared and return what is declared. */
export interface KubernetesTransforms {
    /** The StatefulSet of each replica. */
    statefulSet?: (args: StatefulSetArgs) => StatefulSetArgs;
    /** The Secret with `config.toml` and `.runner_system_id`, and that with certificates. */
    secret?: (args: SecretArgs) => SecretArgs;
    /** The manager's ServiceAccount. */
    serviceAccount?: (args: ServiceAccountArgs) => ServiceAccountArgs;
    /** The Role in each namespace where jobs run. */
    role?: (args: RoleArgs) => RoleArgs;
    /** The RoleBinding beside each Role. */
    roleBinding?: (args: RoleBindingArgs) => RoleBindingArgs;
    /** What limits how many pods of the manager may be evicted at once. */
    podDisruptionBudget?: (args: PodDisruptionBudgetArgs) => PodDisruptionBudgetArgs;
    /** The Service that leads to the metrics. */
    service?: (args: ServiceArgs) => ServiceArgs;
    /** The ServiceMonitor. */
    serviceMonitor?: (args: CustomResourceArgs) => CustomResourceArgs;
}

/** `gitlab-runner` of GitLab's Alpine images. */
export const DEFAULT_USER = "100:65533";

/** How long a changed Secret takes to be seen: the kubelet's minute, half of it more by chance, and gitlab-runner's own look. */
export const DEFAULT_RELOAD_DELAY = "2m";

/** How many pods one manager may have. */
export const MOST_REPLICAS = 99;

/** A name of an object as every kind of object takes it: DNS-1123, a label. */
export const DNS_LABEL = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

/**
 * The longest name of a StatefulSet whose pods can be made: they get a label of 63 characters at most, made of the name, a dash
 * and a hash of ten. What a replica's number takes is left free. https://github.com/kubernetes/kubernetes/issues/64023
 */
export const LONGEST_NAME = 63 - "-0123456789".length - `-${MOST_REPLICAS}`.length;

/** Names of a manager's StatefulSets and Secrets: one for each replica. */
export function statefulSetNames(
    { name, replicas }: { name?: unknown; replicas?: unknown },
    owner: string,
    manager: string,
): string[] {
    return replicaNames(baseName(name, owner, manager), replicas, MOST_REPLICAS);
}
