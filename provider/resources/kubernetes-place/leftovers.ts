import { setTimeout as pause } from "node:timers/promises";
import { oneLine } from "../../../core/one-line";
import { mapsIn, type Props } from "../../../core/props";
import { show } from "../../../core/values";
import type { Call } from "../../handler";
import { ClusterApi } from "../../kubernetes/api";
import { type OwnObject, ownObjects, pathOfOne } from "../../kubernetes/own-objects";
import type { Right } from "../../kubernetes/reach";

/** In milliseconds: how long a cluster may take to delete what it has agreed to delete, and how often it is asked. */
const [LIMIT, STEP] = [120_000, 500];

/** Objects that a killed `up` created and no state knows. */
export function leftoversIn({ leftovers }: Props): OwnObject[] {
    return mapsIn<OwnObject>(leftovers);
}

/**
 * Removes objects that a killed `up` created, so that the engine can create them as declared: it cannot take over
 * existing ones. Pods continue without their StatefulSet, and the new one takes them over: a pod that is as declared
 * keeps running, with its jobs.
 */
export async function removeLeftovers(call: Call, inputs: Props): Promise<void> {
    const leftovers = leftoversIn(inputs);
    if (leftovers.length === 0) return;
    await ClusterApi.using(inputs, async (api) => {
        for (const one of leftovers) {
            const { resource, namespace, name } = one;
            const what = `${resource} ${show(name)} in namespace ${namespace}`;
            call.log.status(`Removing ${what}`);
            const { isRemoved, why } = await remove(api, one);
            if (why !== undefined) {
                throw new Error(
                    `KubernetesPlace "${call.name}": an up that was killed has made ${what}, and it could not be removed: ${why} ` +
                        `Remove it (kubectl delete -n ${namespace} ${resource} ${name}), and run pulumi up again. Nothing was changed in GitLab for this manager.`,
                );
            }
            const made = `An up that was killed had made ${what}: it is removed, and made as declared.`;
            if (isRemoved) call.log.info(made);
        }
    });
}

/** Removes an object: whether it was there and is gone now, or why it still exists. */
async function remove(api: ClusterApi, one: OwnObject): Promise<{ isRemoved: boolean; why?: string }> {
    const { uid, resource } = one;
    const path = pathOfOne(one);
    const { status, body } = await api.send(path, {
        method: "DELETE",
        body: {
            apiVersion: "v1",
            kind: "DeleteOptions",
            // https://kubernetes.io/docs/tasks/run-application/delete-stateful-set/
            propagationPolicy: resource === "statefulsets" ? "Orphan" : "Background",
            // An object that somebody else created in its place stays.
            preconditions: { uid },
        },
    });
    // A conflict: another object has the name now, and the engine will report that it exists.
    if (status === 404 || status === 409) return { isRemoved: false };
    if (status >= 300) {
        const words = oneLine(String(body.message ?? status), 500).replace(/[.\s]*$/, "");
        return { isRemoved: false, why: `${words}.` };
    }
    for (let waited = 0; waited < LIMIT; waited += STEP) {
        const found = await api.send(path);
        const metadata = found.body.metadata as { uid?: unknown } | undefined;
        if (found.status === 404 || (found.status === 200 && metadata?.uid !== uid)) return { isRemoved: true };
        await pause(STEP);
    }
    return { isRemoved: false, why: "the cluster has agreed, but it is still there after two minutes." };
}

/**
 * Names what a deleted manager has left in its cluster. Everything in the state is gone by now; objects of a killed
 * `up` are not in the state, and a StatefulSet among them keeps running with the manager's token. Somebody may want
 * them, so they stay.
 */
export async function warnOfLeftovers(call: Call, state: Props): Promise<void> {
    const look = async (api: ClusterApi) => {
        if (api.cannotLogIn !== undefined) return;
        for (const right of mapsIn<Right>(state.rights)) {
            const left = await ownObjects((path) => api.send(path), right, `${call.owner}/${call.name}`);
            if (left.length === 0) continue;
            const { resource, namespace } = right;
            const those = left.map(({ name }) => name).join(" ");
            call.log.warn(
                `Of this manager there is still in namespace ${namespace}: ${resource} ${those}. The state does not know it: an up that was ` +
                    `killed may have made it. If nobody needs it: kubectl delete -n ${namespace} ${resource} ${those}`,
            );
        }
    };
    // This check is optional: everything that had to go is already gone.
    await ClusterApi.using(state, look).catch(() => {});
}
