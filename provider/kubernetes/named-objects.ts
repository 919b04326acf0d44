import { isMap, show } from "../../core/values";
import type { ClusterApi } from "./api";
import { type Place, pathOfOne } from "./own-objects";

/** What has to be there before a pod can run, and in which way a pod names it. */
interface Named {
    /** In words: `ServiceAccount "ci"`. */
    said: string;
    path: string;
    /** Whether the pod may run without it. */
    spare: boolean;
}

/** Properties of a pod, wherever in it they stand, whose map names an object of its namespace. */
const REFERENCES: Readonly<Record<string, { resource: string; kind: string }>> = Object.fromEntries(
    (
        [
            ["secrets", "Secret", "secret", "secretRef", "secretKeyRef"],
            ["configmaps", "ConfigMap", "configMap", "configMapRef", "configMapKeyRef"],
            ["persistentvolumeclaims", "PersistentVolumeClaim", "persistentVolumeClaim"],
        ] as const
    ).flatMap(([resource, kind, ...keys]) => keys.map((key) => [key, { resource, kind }])),
);

/** What of a cluster the pod of a StatefulSet needs. */
function namedBy(statefulSet: Record<string, unknown>): Named[] {
    const namespace = textIn(statefulSet.metadata, "namespace");
    const template = isMap(statefulSet.spec) ? statefulSet.spec.template : undefined;
    const pod = isMap(template) && isMap(template.spec) ? template.spec : {};
    const own = (kind: string, resource: string, name: unknown, spare = false): Named[] =>
        typeof name !== "string" || namespace === undefined
            ? []
            : [
                  {
                      said: `${kind} ${show(name)} in namespace ${namespace}`,
                      path: pathOfOne({ group: "", resource, namespace, name }),
                      spare,
                  },
              ];
    const shared = (kind: string, path: string, name: unknown, spare = false): Named[] =>
        typeof name === "string"
            ? [{ said: `${kind} ${show(name)}`, path: `/apis/${path}/${encodeURIComponent(name)}`, spare }]
            : [];
    const inParts = (value: unknown, key = ""): Named[] => {
        if (Array.isArray(value)) return value.flatMap((item) => inParts(item));
        if (!isMap(value)) return [];
        const reference = Object.hasOwn(REFERENCES, key) ? REFERENCES[key] : undefined;
        const name = value.name ?? value.secretName ?? value.claimName;
        return [
            ...(reference === undefined || value.optional === true
                ? []
                : own(reference.kind, reference.resource, name)),
            ...Object.entries(value).flatMap(([below, item]) => inParts(item, below)),
        ];
    };
    const pulling = Array.isArray(pod.imagePullSecrets) ? pod.imagePullSecrets : [];
    const claims = isMap(statefulSet.spec) ? statefulSet.spec.volumeClaimTemplates : undefined;
    return [
        ...own("ServiceAccount", "serviceaccounts", pod.serviceAccountName),
        ...shared("PriorityClass", "scheduling.k8s.io/v1/priorityclasses", pod.priorityClassName),
        ...shared("RuntimeClass", "node.k8s.io/v1/runtimeclasses", pod.runtimeClassName),
        // An image that needs no login is pulled without.
        ...pulling.flatMap((secret) => own("Secret", "secrets", textIn(secret, "name"), true)),
        // Volumes of a class that nobody has described may have been made by hand.
        ...(Array.isArray(claims) ? claims : []).flatMap((claim: unknown) =>
            shared(
                "StorageClass",
                "storage.k8s.io/v1/storageclasses",
                textIn(isMap(claim) && claim.spec, "storageClassName"),
                true,
            ),
        ),
        ...inParts(pod),
    ];
}

/** What a look for those has found. */
export interface Missing {
    /** Without which the pod would not run. */
    needed: string[];
    /** Without which it may. */
    spare: string[];
}

/** What pods of these StatefulSets need and the cluster does not have, but for what is `made` with them. What may not be looked at may be there. */
export async function missingFor(
    api: ClusterApi,
    statefulSets: readonly Record<string, unknown>[],
    made: readonly Place[],
): Promise<Missing> {
    const ours = new Set(made.map(pathOfOne));
    const named = new Map(statefulSets.flatMap(namedBy).map((one) => [one.path, one]));
    const all = [...named.values()].filter(({ path }) => !ours.has(path));
    const answers = await Promise.all(all.map(async (one) => ({ ...one, ...(await api.ask(one.path)) })));
    const missing = answers.filter(({ status }) => status === 404);
    const words = (those: typeof missing) => those.map(({ said }) => said);
    return { needed: words(missing.filter(({ spare }) => !spare)), spare: words(missing.filter(({ spare }) => spare)) };
}

function textIn(value: unknown, key: string): string | undefined {
    const text = isMap(value) ? value[key] : undefined;
    return typeof text === "string" ? text : undefined;
}
