import type * as fleet from "@gitlab-fleet/sdk";
import type { CustomResourceArgs } from "@pulumi/kubernetes/apiextensions/customResource";
import type { StatefulSetArgs } from "@pulumi/kubernetes/apps/v1/statefulSet";
import type { SecretArgs } from "@pulumi/kubernetes/core/v1/secret";
import type { ServiceArgs } from "@pulumi/kubernetes/core/v1/service";
import type { PodDisruptionBudgetArgs } from "@pulumi/kubernetes/policy/v1/podDisruptionBudget";
import type { RoleBindingArgs } from "@pulumi/kubernetes/rbac/v1/roleBinding";
import type { input } from "@pulumi/kubernetes/types";
import * as pulumi from "@pulumi/pulumi";
import { NAME_LABEL, OWNER_ANNOTATION, STATE_ANNOTATION } from "../../../../core/cluster-objects";
import type { KubernetesOptions } from "./args";
import type { JobNamespace } from "./permissions";

/** What a manager's objects need to know about it. */
export interface Named {
    /** Name of the objects that a manager has once. */
    base: string;
    /** Names of its StatefulSets and their Secrets, one per replica. */
    statefulSets: readonly string[];
    /** `<project>/<stack>/<manager>`. */
    owner: string;
    /** Identity of the stack's state. */
    identity: pulumi.Input<string>;
    options: KubernetesOptions;
}

type Metadata = input.meta.v1.ObjectMeta;

/** Labels that every pod and object of a manager has. They select pods, so they never change. */
export function sharedLabels(base: string): Record<string, string> {
    return { [NAME_LABEL.key]: NAME_LABEL.value, "app.kubernetes.io/instance": base };
}

/** Labels of one replica: each StatefulSet has pods of its own. */
export function replicaLabels(base: string, index: number): Record<string, string> {
    return { ...sharedLabels(base), "gitlab-fleet.com/replica": String(index + 1) };
}

export function metadataOf({ base, owner, identity, options }: Named, more: Metadata = {}): Metadata {
    return {
        name: base,
        namespace: options.namespace,
        ...more,
        labels: { ...options.labels, ...sharedLabels(base), ...(more.labels as Record<string, string> | undefined) },
        annotations: { [OWNER_ANNOTATION]: owner, [STATE_ANNOTATION]: identity },
    };
}

export function certificatesName({ base }: Named): string {
    return `${base}-certificates`;
}

/** All objects of a manager, as a cluster's API names them. */
export function placesOf(named: Named, jobs: readonly JobNamespace[]): fleet.types.input.KubernetesObjectArgs[] {
    const { base, statefulSets, options } = named;
    const { namespace, certificates, serviceAccount, metrics, serviceMonitor } = options;
    const isOwn = serviceAccount === undefined;
    const group = "rbac.authorization.k8s.io";
    return [
        ...statefulSets.map((name) => ({ group: "", resource: "secrets", name })),
        ...(certificates === undefined ? [] : [{ group: "", resource: "secrets", name: certificatesName(named) }]),
        ...statefulSets.map((name) => ({ group: "apps", resource: "statefulsets", name })),
        { group: "policy", resource: "poddisruptionbudgets", name: base },
        ...(isOwn ? [{ group: "", resource: "serviceaccounts", name: base }] : []),
        ...(metrics === true || serviceMonitor !== undefined ? [{ group: "", resource: "services", name: base }] : []),
        ...(serviceMonitor === undefined
            ? []
            : [{ group: "monitoring.coreos.com", resource: "servicemonitors", name: base }]),
        ...(isOwn ? jobs : []).flatMap(({ namespace: where }) =>
            ["roles", "rolebindings"].map((resource) => ({ namespace: where, group, resource, name: base })),
        ),
    ].map((one) => ({ namespace, ...one }));
}

/** A StatefulSet with one pod, and so with one identity. */
export function statefulSetArgs(
    named: Named,
    { name, index, template }: { name: string; index: number; template: input.core.v1.PodTemplateSpec },
): StatefulSetArgs {
    const labels = replicaLabels(named.base, index);
    return {
        metadata: metadataOf(named, { name, labels }),
        spec: {
            replicas: 1,
            // With the other policy, a pod that never became ready (because of a wrong image, for instance) is not
            // replaced after the image is corrected.
            // https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback
            podManagementPolicy: "Parallel",
            serviceName: name,
            selector: { matchLabels: labels },
            template,
        },
    };
}

export function secretArgs(named: Named, name: string, files: Record<string, pulumi.Input<string>>): SecretArgs {
    const encoded = Object.entries(files).map(([file, text]) => [file, toBase64(text)]);
    return { metadata: metadataOf(named, { name }), type: "Opaque", data: pulumi.secret(Object.fromEntries(encoded)) };
}

export function certificatesArgs(named: Named): SecretArgs {
    const files = Object.entries(named.options.certificates ?? {}).map(([host, pem]) => [`${host}.crt`, pem]);
    return secretArgs(named, certificatesName(named), Object.fromEntries(files));
}

/** Returns the user's transformation of `plain`, or `plain` if there is none. */
export function transformed<Args>(transform: ((args: Args) => Args) | undefined, plain: Args): Args {
    return transform?.(plain) ?? plain;
}

export function roleBindingArgs(named: Named, namespace: string): RoleBindingArgs {
    const { base, options } = named;
    return {
        metadata: metadataOf(named, { namespace }),
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: base },
        subjects: [{ kind: "ServiceAccount", name: base, namespace: options.namespace }],
    };
}

/**
 * Allows the eviction of one pod of a manager at a time. An evicted pod drains like any pod that is stopped;
 * `maxUnavailable: 0` would only block the people who maintain the nodes.
 */
export function podDisruptionBudgetArgs(named: Named): PodDisruptionBudgetArgs {
    return {
        metadata: metadataOf(named),
        spec: {
            maxUnavailable: 1,
            selector: { matchLabels: sharedLabels(named.base) },
            unhealthyPodEvictionPolicy: "AlwaysAllow",
        },
    };
}

/** The Service through which the metrics of a manager's pods are found. */
export function serviceArgs(named: Named): ServiceArgs {
    return {
        metadata: metadataOf(named, { labels: { "gitlab-fleet.com/metrics": named.base } }),
        spec: {
            clusterIP: "None",
            selector: sharedLabels(named.base),
            ports: [{ name: "metrics", port: METRICS, targetPort: "metrics", protocol: "TCP" }],
        },
    };
}

/** GitLab's own port for the metrics of a runner manager. */
const METRICS = 9252;

/** The ServiceMonitor, which makes the Prometheus operator read the metrics. */
export function serviceMonitorArgs(named: Named): CustomResourceArgs {
    const { labels, interval } = named.options.serviceMonitor ?? {};
    return {
        apiVersion: "monitoring.coreos.com/v1",
        kind: "ServiceMonitor",
        metadata: metadataOf(named, { labels }),
        spec: {
            selector: { matchLabels: { "gitlab-fleet.com/metrics": named.base } },
            endpoints: [{ port: "metrics", ...(interval === undefined ? {} : { interval }) }],
        },
    };
}

function toBase64(text: pulumi.Input<string>): pulumi.Output<string> {
    return pulumi.output(text).apply((known) => Buffer.from(known).toString("base64"));
}
