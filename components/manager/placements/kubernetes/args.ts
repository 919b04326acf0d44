import type { CustomResourceArgs } from "@pulumi/kubernetes/apiextensions/customResource";
import type { StatefulSetArgs } from "@pulumi/kubernetes/apps/v1/statefulSet";
import type { SecretArgs } from "@pulumi/kubernetes/core/v1/secret";
import type { ServiceArgs } from "@pulumi/kubernetes/core/v1/service";
import type { ServiceAccountArgs } from "@pulumi/kubernetes/core/v1/serviceAccount";
import type { PodDisruptionBudgetArgs } from "@pulumi/kubernetes/policy/v1/podDisruptionBudget";
import type { RoleArgs } from "@pulumi/kubernetes/rbac/v1/role";
import type { RoleBindingArgs } from "@pulumi/kubernetes/rbac/v1/roleBinding";
import type * as pulumi from "@pulumi/pulumi";
import { baseName, type ProxyOptions, replicaNames } from "../container";

/** A Kubernetes cluster on which a runner manager runs in a pod. */
export interface KubernetesPlacement {
    /** A Kubernetes cluster on which the manager runs in a pod. */
    kubernetes: KubernetesOptions;
}

/** How to reach a cluster: the options of the kubernetes provider, with the same defaults. */
export interface ClusterOptions {
    /**
     * Path or text of a kubeconfig; a text that contains credentials is a secret.
     * @default - KUBECONFIG, else ~/.kube/config, else the pod that runs Pulumi
     */
    kubeconfig?: pulumi.Input<string>;
    /**
     * Context of the kubeconfig. If it leads to another cluster, the manager is created there, and the old one drains.
     * @default - the current context
     */
    context?: string;
    /**
     * UID of the cluster's namespace kube-system. Kubeconfigs that lead to another cluster are refused, from the first
     * `up` on. @default - that of the last `up`
     */
    cluster?: string;
}

/** How to create a manager's pod. A change recreates the pod, which drains first, unless the option says otherwise. */
export interface KubernetesOptions extends ClusterOptions {
    /** Namespace of the manager. It must exist. */
    namespace: string;
    /** Name of all created objects, at most 49 characters. @default - `<project>-<stack>-<manager>` */
    name?: string;
    /** The manager's image, best by digest: `…@sha256:…`. @default - gitlab/gitlab-runner:alpine-v19.4.0 */
    image?: string;
    /** Names of Secrets with credentials for the image's registry. @default - none */
    imagePullSecrets?: string[];
    /** Number of pods that serve the runners, each with its own StatefulSet and identity. @default 1 */
    replicas?: number;
    /**
     * Namespaces in which jobs may run in addition to those that kubernetes workers name, such as those that
     * `namespace_overwrite_allowed` allows. @default - none
     */
    jobNamespaces?: string[];
    /**
     * An existing ServiceAccount in the namespace, with all rights that the executor needs. Then no ServiceAccount,
     * Role or RoleBinding is created. @default - a new one
     */
    serviceAccount?: string;
    /** User and group of the process, `uid:gid`; `999:999` in GitLab's Ubuntu images. @default "100:65533" */
    user?: string;
    /** Resource requests and limits of the pod: `cpu`, `memory` and so on. @default - none */
    resources?: {
        /** What a node must have free. */
        requests?: Record<string, string>;
        /** What the pod may use. */
        limits?: Record<string, string>;
    };
    /** Labels that a node must have. @default - none */
    nodeSelector?: Record<string, string>;
    /** Node taints that the pod tolerates, spelt as in a pod. @default - none */
    tolerations?: Record<string, unknown>[];
    /** Node and pod affinity, spelt as in a pod. @default - none */
    affinity?: Record<string, unknown>;
    /**
     * How pods are spread, spelt as in a pod. If `labelSelector` is missing, it selects this manager's pods.
     * @default - none
     */
    topologySpreadConstraints?: Record<string, unknown>[];
    /** Name of an existing PriorityClass. @default - the cluster's */
    priorityClass?: string;
    /**
     * Environment of the gitlab-runner process; `""` sets an empty variable. Anybody who may read pods can read it: do
     * not put secrets here. @default - none
     */
    environment?: Record<string, pulumi.Input<string>>;
    /**
     * Proxies for the gitlab-runner process; jobs get theirs from `environment` in `config.toml`. The cluster's API is
     * reached directly. @default - none
     */
    proxy?: ProxyOptions;
    /**
     * Certificate authorities to trust: host to PEM text. gitlab-runner passes them on to jobs. Changes in place.
     * @default - none
     */
    certificates?: Record<string, pulumi.Input<string>>;
    /** Additional labels of the pod and of all created objects. @default - none */
    labels?: Record<string, string>;
    /** Additional annotations of the pod. @default - none */
    annotations?: Record<string, string>;
    /**
     * Whether the cluster itself sends the image's stop signal (`lifecycle.stopSignal`, feature gate
     * `ContainerStopSignals`). Otherwise a hook that uses the image's `/bin/sh` sends SIGQUIT and waits. @default false
     */
    stopSignal?: boolean;
    /**
     * Whether each pod runs `gitlab-runner fleeting install` in a separate container before gitlab-runner starts, for
     * the fleeting plugins that the workers name. @default false
     */
    fleetingInstall?: boolean;
    /** Whether to create a Service for the metrics of `listen_address`. Changes in place. @default false */
    metrics?: boolean;
    /**
     * A ServiceMonitor for the Prometheus operator, which must be installed; `{}` creates one. Changes in place.
     * @default - none
     */
    serviceMonitor?: {
        /** Labels by which Prometheus finds it, such as `{ "release": "prometheus" }`. */
        labels?: Record<string, string>;
        /** Scrape interval, such as `30s`. @default - that of Prometheus */
        interval?: string;
    };
    /**
     * How long a changed file may take to reach the process: the kubelet checks about once a minute. `online` counts
     * contact only after this time. Changes in place. @default "2m"
     */
    reloadDelay?: string;
    /** Functions that change what is declared; not available in a stack config. @default - none */
    transform?: KubernetesTransforms;
}

/** Functions that receive the arguments of a resource and return those to declare. */
export interface KubernetesTransforms {
    /** The StatefulSet of each replica. */
    statefulSet?: (args: StatefulSetArgs) => StatefulSetArgs;
    /** The Secret with `config.toml` and `.runner_system_id`, and the Secret with certificates. */
    secret?: (args: SecretArgs) => SecretArgs;
    /** The manager's ServiceAccount. */
    serviceAccount?: (args: ServiceAccountArgs) => ServiceAccountArgs;
    /** The Role in each namespace where jobs run. */
    role?: (args: RoleArgs) => RoleArgs;
    /** The RoleBinding for each Role. */
    roleBinding?: (args: RoleBindingArgs) => RoleBindingArgs;
    /** The limit on how many of the manager's pods may be evicted at once. */
    podDisruptionBudget?: (args: PodDisruptionBudgetArgs) => PodDisruptionBudgetArgs;
    /** The Service for the metrics. */
    service?: (args: ServiceArgs) => ServiceArgs;
    /** The ServiceMonitor. */
    serviceMonitor?: (args: CustomResourceArgs) => CustomResourceArgs;
}

/** `gitlab-runner` in GitLab's Alpine images. */
export const DEFAULT_USER = "100:65533";

/**
 * How long it takes until a process sees a changed Secret: the kubelet's minute, up to half of it more by chance, and
 * gitlab-runner's own check.
 */
export const DEFAULT_RELOAD_DELAY = "2m";

/** How many pods one manager may have. */
export const MOST_REPLICAS = 99;

/** A name that every kind of object accepts: a DNS-1123 label. */
export const DNS_LABEL = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

/**
 * The longest name of a StatefulSet whose pods can be created. They get a label of at most 63 characters: the name, a
 * dash and a hash of ten. This leaves room for a replica's number.
 * https://github.com/kubernetes/kubernetes/issues/64023
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
