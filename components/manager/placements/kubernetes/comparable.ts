import type { StatefulSetArgs } from "@pulumi/kubernetes/apps/v1/statefulSet";
import * as pulumi from "@pulumi/pulumi";
import { isMap } from "../../../../core/values";
import type { KubernetesOptions } from "./args";

/** Where a pod is: another one of these is another pod. */
type Where = Pick<KubernetesOptions, "context" | "namespace">;

/**
 * Each property of the pod as JSON, by the name that Kubernetes has for it: a preview compares them, and says which one makes the
 * pod anew. The image stands as it is.
 */
export function comparable(
    args: StatefulSetArgs,
    { context, namespace }: Where,
): pulumi.Output<Record<string, string>> {
    return pulumi.output(args).apply((known) => {
        const { metadata = {}, spec = {} } = (known.spec?.template ?? {}) as { metadata?: object; spec?: object };
        const { containers, ...pod } = spec as { containers?: unknown };
        const [own, ...others] = Array.isArray(containers) ? (containers as unknown[]) : [];
        const { name: _, ...container } = isMap(own) ? own : {};
        const more = others.length === 0 ? {} : { containers: others };
        const all = { context, namespace, name: known.metadata?.name, ...metadata, ...pod, ...container, ...more };
        return Object.fromEntries(
            Object.entries(all).flatMap(([key, value]) => (value === undefined ? [] : [[key, JSON.stringify(value)]])),
        );
    });
}
