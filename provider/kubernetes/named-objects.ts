import { isMap, show } from "../../core/values";
import type { ClusterApi } from "./api";
import { type Place, pathOfOne } from "./own-objects";

/** An object that must exist before a pod can run, and how the pod names it. */
interface Named {
    /** In words: `ServiceAccount "ci"`. */
    said: string;
    path: string;
    /** Whether the pod may run without it. */
    spare: boolean;
}

/** Properties that name an object of the pod's namespace, anywhere in a pod. */
const REFERENCES: Readonly<Record<string, { resource: string; kind: string }>> = Object.fromEntries(
    (
        [
            ["secrets", "Secret", "secret", "secretRef", "secretKeyRef"],
            ["configmaps", "ConfigMap", "configMap", "configMapRef", "configMapKeyRef"],
            ["persistentvolumeclaims", "PersistentVolumeClaim", "persistentVolumeClaim"],
        ] as const
    ).flatMap(([resource, kind, ...keys]) => keys.map((key) => [key, { resource, kind }])),
);

/** The objects of a cluster that the pods of a StatefulSet need. */
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
        // An image that needs no login is pulled without a secret.
        ...pulling.flatMap((secret) => own("Secret", "secrets", textIn(secret, "name"), true)),
        // Volumes of a class that does not exist may have been created by hand.
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

/** The missing objects. */
export interface Missing {
    /** The pod would not run without these. */
    needed: string[];
    /** The pod may run without these. */
    spare: string[];
}

/**
 * What pods of these StatefulSets need and the cluster lacks, except what is `made` with them. An object that this
 * login may not see may exist.
 */
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
