import type { Api, KubeObject } from "./api";

/**
 * Stands in for the controller of StatefulSets, as far as Pulumi waits for it: says of each that its pods are there and ready,
 * half a second after it was made or changed. Pods themselves are neither made nor run.
 */
export function sayReady(api: Api): void {
    const look = async () => {
        const { body } = await api.get<{ items: KubeObject[] }>("/apis/apps/v1/statefulsets");
        await Promise.all(
            body.items.filter(isBehind).map((each) => api.patch(statusOf(each), { status: rolledOut(each) })),
        );
    };
    const again = () => {
        // Nothing waits for it: it ends with the process.
        setTimeout(
            () =>
                look()
                    .catch(() => {})
                    .then(again),
            500,
        ).unref();
    };
    again();
}

const isBehind = ({ metadata, status }: KubeObject) => status?.observedGeneration !== metadata.generation;

const statusOf = ({ metadata }: KubeObject) =>
    `/apis/apps/v1/namespaces/${metadata.namespace}/statefulsets/${metadata.name}/status`;

function rolledOut({ metadata, spec }: KubeObject): Record<string, unknown> {
    const revision = `${metadata.name}-${metadata.generation}`;
    const { replicas } = spec;
    return {
        observedGeneration: metadata.generation,
        replicas,
        readyReplicas: replicas,
        availableReplicas: replicas,
        currentReplicas: replicas,
        updatedReplicas: replicas,
        currentRevision: revision,
        updateRevision: revision,
    };
}
