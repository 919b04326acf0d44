import type { StatefulSetArgs } from "@pulumi/kubernetes/apps/v1/statefulSet";
import * as pulumi from "@pulumi/pulumi";
import { isMap } from "../../../../core/values";
import type { KubernetesOptions } from "./args";
import { READ_AT_START } from "./pod";

/** Where a pod is: a change of these makes another pod. */
type Where = Pick<KubernetesOptions, "context" | "namespace">;

/**
 * Each property of the pod as JSON, under its Kubernetes name, for a preview to compare: it then shows which one
 * replaces the pod. The image stays as it is.
 */
export function comparable(
    args: StatefulSetArgs,
    { context, namespace }: Where,
): pulumi.Output<Record<string, string>> {
    return pulumi.output(args).apply((known) => {
        const { metadata = {}, spec = {} } = (known.spec?.template ?? {}) as { metadata?: object; spec?: object };
        const { annotations, ...labelled } = metadata as { annotations?: unknown };
        const { containers, initContainers, ...pod } = spec as { containers?: unknown; initContainers?: unknown };
        const [own, ...others] = Array.isArray(containers) ? (containers as unknown[]) : [];
        const { name: _, ...container } = isMap(own) ? own : {};
        const all = {
            ...{ context, namespace, name: known.metadata?.name },
            ...{ ...labelled, ...byWhatTheySay(annotations) },
            ...{ ...pod, ...container },
            initContainers: Array.isArray(initContainers)
                ? (initContainers as unknown[]).map((one) => withoutShared(one, container))
                : undefined,
            containers: others.length === 0 ? undefined : others,
        };
        return Object.fromEntries(
            Object.entries(all).flatMap(([key, value]) => (value === undefined ? [] : [[key, JSON.stringify(value)]])),
        );
    });
}

/** Our annotations represent keys of `config.toml`, and are shown under those names. */
function byWhatTheySay(annotations: unknown): Record<string, unknown> {
    const entries = Object.entries(isMap(annotations) ? annotations : {});
    const isOurs = ([key]: [string, unknown]) => Object.hasOwn(READ_AT_START, key);
    const theirs = entries.filter((entry) => !isOurs(entry));
    const ours = entries
        .filter(isOurs)
        .map(([key, value]) => [READ_AT_START[key as keyof typeof READ_AT_START], value]);
    return { annotations: theirs.length === 0 ? undefined : Object.fromEntries(theirs), ...Object.fromEntries(ours) };
}

/** An init container without the properties it shares with our container, so that their change shows once. */
function withoutShared(one: unknown, container: Record<string, unknown>): unknown {
    if (!isMap(one)) return one;
    const isShared = ([key, value]: [string, unknown]) => JSON.stringify(value) === JSON.stringify(container[key]);
    return Object.fromEntries(Object.entries(one).filter((entry) => !isShared(entry)));
}
