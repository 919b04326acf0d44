import { mapIn, mapsIn, type Props, pick, textsIn, UNKNOWN, type Value } from "../../../core/props";
import { show } from "../../../core/values";
import { hashOf } from "../../../hosts/host";
import { updatesOf } from "../../compare";
import { NOTHING_OUTSIDE, settled } from "../../handler";
import type { ClusterConnection } from "../../kubernetes/kubeconfig";
import { FIRST_NAMESPACE, type Look, lookAt, type Right } from "../../kubernetes/reach";
import { leftoversIn, removeLeftovers, warnOfLeftovers } from "./leftovers";

const NAMES = ["kubeconfig", "context", "cluster", "rights"];

/**
 * The cluster and the namespaces of a manager: reached, there, and open to this login, before a runner that it serves is changed or
 * gets another token. A preview asks nothing.
 */
export const kubernetesPlace = settled({
    // An environment may hold a password, which is short enough to be found by the hash of what was tried.
    secrets: ["kubeconfig", "tried"],
    notImported: NOTHING_OUTSIDE,

    async diff(_call, { state }, inputs) {
        const diff = updatesOf(NAMES, state, inputs);
        if (state.tried !== undefined || triedOf(inputs).length > 0) {
            if (state.tried !== hashOfTried(inputs)) diff.changes.statefulSets = "update";
        }
        // What is wrong is said by the step: an error here would end the whole operation, and not only what waits for this.
        if (inputs.look === true && Object.keys(diff.changes).length === 0) {
            const hasToAct = leftoversIn(inputs).length > 0 || (await look(inputs, state)).why !== undefined;
            if (hasToAct) diff.changes.reachedAt = "update";
        }
        return diff;
    },

    idOf: ({ name }) => name,

    async settle(call, inputs, preview, state = {}) {
        const known: Props = { ...pick(inputs, NAMES), tried: hashOfTried(inputs) };
        if (preview) return { ...known, reachedAt: UNKNOWN };
        const { why, uids, warnings } = await look(inputs, state, triedOf(inputs));
        for (const warning of warnings) call.log.warn(`The cluster says of the StatefulSet: ${warning}`);
        if (why !== undefined) {
            throw new Error(`KubernetesPlace "${call.name}": ${why} Nothing was changed in GitLab for this manager.`);
        }
        await removeLeftovers(call, inputs);
        return { ...known, uids: { ...mapIn(state.uids), ...uids }, reachedAt: new Date().toISOString() };
    },

    async read(call, id, state, inputs) {
        const { why } = await look(inputs, state);
        // The kubernetes provider would take every object of the other cluster for gone.
        if (why?.includes(ANOTHER)) call.log.warn(`${why} This refresh forgets what is on the other one.`);
        return { id, state, inputs };
    },

    async delete(call, _id, state) {
        await warnOfLeftovers(call, state);
    },
});

/** StatefulSets as JSON, as far as they are known. */
function triedOf({ statefulSets }: Props): string[] {
    return textsIn(statefulSets);
}

function hashOfTried(inputs: Props): string {
    return hashOf(triedOf(inputs).join("\n")).slice(0, 16);
}

const ANOTHER = "is another one than";

/** A look at the cluster, which must be the one that it was, or that is named. */
async function look(inputs: Props, state: Props, tried: readonly string[] = []): Promise<Look> {
    const { kubeconfig, context, cluster, rights } = inputs;
    const connection = { kubeconfig, context } as ClusterConnection;
    const found = await lookAt(connection, mapsIn<Right>(rights), process.env, tried);
    const why = found.why ?? whyAnother(found, cluster, state.context === context ? state.uids : undefined);
    return why === undefined ? found : { ...found, why };
}

/** A context leads whoever uses it where their own kubeconfig says: the name alone proves nothing. */
function whyAnother({ server, uids }: Look, named: Value | undefined, before: Value | undefined): string | undefined {
    const own = uids[FIRST_NAMESPACE] ?? Object.values(uids)[0];
    if (own === undefined) return undefined;
    if (named !== undefined) {
        if (Object.values(uids).includes(String(named))) return undefined;
        return `The cluster ${server} ${ANOTHER} placement.kubernetes.cluster names (got ${show(named)}, it has ${show(own)}). Choose the right context, or correct it.`;
    }
    const known = mapIn(before);
    const shared = Object.keys(uids).filter((name) => Object.hasOwn(known, name));
    const judged = shared.includes(FIRST_NAMESPACE) ? [FIRST_NAMESPACE] : shared;
    if (judged.every((name) => uids[name] === known[name])) return undefined;
    return (
        `The cluster ${server} ${ANOTHER} that of the last up (its namespace ${judged[0]} has another UID). Choose the right context, best by ` +
        "placement.kubernetes.context. If the old one is gone for good: pulumi refresh takes what was on it out of the state, and " +
        `placement.kubernetes.cluster: ${show(own)} goes on with this one.`
    );
}
