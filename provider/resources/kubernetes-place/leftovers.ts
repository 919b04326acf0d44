import { NAME_LABEL, OWNER_ANNOTATION } from "../../../core/cluster-objects";
import type { Props } from "../../../core/props";
import { isMap } from "../../../core/values";
import type { Call } from "../../handler";
import { ClusterApi } from "../../kubernetes/api";
import type { ClusterConnection } from "../../kubernetes/kubeconfig";
import type { Right } from "../../kubernetes/reach";

/** What Kubernetes takes for a name. Nothing else gets into a command that is printed to be pasted. */
const NAME = /^[a-z0-9][a-z0-9.-]{0,252}$/;
const OURS = `labelSelector=${encodeURIComponent(`${NAME_LABEL.key}=${NAME_LABEL.value}`)}`;

/**
 * Names what a manager that goes has left in its cluster. All that the state knows is gone by now; what an `up` had made when it was
 * killed is not in the state, and a StatefulSet among it runs on, with the manager's token. It may be wanted all the same, so it stays.
 */
export async function warnOfLeftovers(call: Call, { kubeconfig, context, rights }: Props): Promise<void> {
    let api: ClusterApi | undefined;
    try {
        api = ClusterApi.of({ kubeconfig, context } as ClusterConnection, process.env);
        if (api.cannotLogIn !== undefined) return;
        for (const right of (rights ?? []) as unknown as Right[]) {
            const names = await leftIn(api, right, `${call.owner}/${call.name}`);
            if (names.length === 0) continue;
            const { resource, namespace } = right;
            const those = names.join(" ");
            call.log.warn(
                `Of this manager there is still in namespace ${namespace}: ${resource} ${those}. The state does not know it: an up that was ` +
                    `killed may have made it. If nobody needs it: kubectl delete -n ${namespace} ${resource} ${those}`,
            );
        }
    } catch {
        // It is a look besides: what had to go is gone.
    } finally {
        await api?.close();
    }
}

async function leftIn(api: ClusterApi, { group, resource, namespace }: Right, owner: string): Promise<string[]> {
    const version =
        { "": "api/v1", "monitoring.coreos.com": "apis/monitoring.coreos.com/v1" }[group] ?? `apis/${group}/v1`;
    const { status, body } = await api.ask(
        `/${version}/namespaces/${encodeURIComponent(namespace)}/${resource}?${OURS}`,
    );
    const items = status === 200 && Array.isArray(body.items) ? (body.items as unknown[]) : [];
    return items.flatMap((item) => {
        const metadata = isMap(item) && isMap(item.metadata) ? item.metadata : {};
        const { name, annotations, deletionTimestamp } = metadata;
        const isLeft = isMap(annotations) && annotations[OWNER_ANNOTATION] === owner && deletionTimestamp === undefined;
        return isLeft && typeof name === "string" && NAME.test(name) ? [name] : [];
    });
}
