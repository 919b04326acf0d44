import { type Props, sameValue, UNKNOWN } from "../../../core/props";
import type { Call, ResourceHandler } from "../../handler";
import type { ClusterConnection } from "../../kubernetes/kubeconfig";
import { type Right, whyNotReached } from "../../kubernetes/reach";
import { refuseImport } from "../../no-import";

/**
 * The cluster and the namespaces of a manager: reached, there, and open to this login, before a runner that it serves is changed or
 * gets another token. A preview asks nothing.
 */
export const kubernetesPlace: ResourceHandler = {
    secrets: ["kubeconfig"],

    check(news) {
        return { inputs: news, failures: [] };
    },

    async diff(_call, { state }, inputs) {
        const names = ["kubeconfig", "context", "rights"].filter((name) => !sameValue(state[name], inputs[name]));
        const changes: Record<string, "update"> = Object.fromEntries(names.map((name) => [name, "update" as const]));
        // What is wrong is said by the step: an error here would end the whole operation, and not only what waits for this.
        if (inputs.look === true && names.length === 0 && (await whyNot(inputs)) !== undefined) {
            changes.reachedAt = "update";
        }
        return { changes };
    },

    async create(call, inputs, preview) {
        return { id: call.name, state: await toState(call, inputs, preview) };
    },

    async read(_call, id, state, inputs) {
        refuseImport("KubernetesPlace", state);
        return { id, state, inputs };
    },

    update(call, _existing, inputs, preview) {
        return toState(call, inputs, preview);
    },

    async delete() {
        // Nothing was made.
    },
};

async function toState(call: Call, inputs: Props, preview: boolean): Promise<Props> {
    const { kubeconfig, context, rights } = inputs;
    const known = Object.fromEntries(
        Object.entries({ kubeconfig, context, rights }).filter(([, value]) => value !== undefined),
    ) as Props;
    if (preview) return { ...known, reachedAt: UNKNOWN };
    const why = await whyNot(inputs);
    if (why !== undefined) {
        throw new Error(`KubernetesPlace "${call.name}": ${why} Nothing was changed in GitLab for this manager.`);
    }
    return { ...known, reachedAt: new Date().toISOString() };
}

function whyNot({ kubeconfig, context, rights }: Props): Promise<string | undefined> {
    const connection = { kubeconfig, context } as ClusterConnection;
    return whyNotReached(connection, (rights ?? []) as unknown as Right[]);
}
