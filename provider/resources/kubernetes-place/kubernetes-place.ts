import { mapIn, mapsIn, type Props, pick, textsIn, UNKNOWN } from "../../../core/props";
import { show } from "../../../core/values";
import { hashOf } from "../../../hosts/host";
import { updatesOf } from "../../compare";
import { NOTHING_OUTSIDE, settled } from "../../handler";
import { ClusterApi } from "../../kubernetes/api";
import type { ClusterConnection } from "../../kubernetes/kubeconfig";
import { type Place, pathOfOne } from "../../kubernetes/own-objects";
import { FIRST_NAMESPACE, type Look, lookAt, type Right } from "../../kubernetes/reach";
import { leftoversIn, removeLeftovers, warnOfLeftovers } from "./leftovers";

const NAMES = ["kubeconfig", "context", "cluster", "rights"];

/**
 * The cluster and the namespaces of a manager. Checks that they are reachable, exist and are open to this login, before
 * a runner of the manager is changed or gets another token. A preview does not contact them.
 */
export const kubernetesPlace = settled({
    // An environment may contain a password short enough to be guessed from a hash of the tried objects.
    secrets: ["kubeconfig", "tried"],
    notImported: NOTHING_OUTSIDE,

    async diff(_call, { state }, inputs) {
        const diff = updatesOf(NAMES, state, inputs);
        if (state.tried !== undefined || triedOf(inputs).length > 0) {
            if (state.tried !== hashOfTried(inputs)) diff.changes.statefulSets = "update";
        }
        if (state.missing === true) diff.changes.reachedAt = "update";
        // The update reports what is wrong: an error here would end the whole operation, and not only what waits for
        // this resource.
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
        for (const warning of warnings) call.log.warn(`The cluster says of what is made there: ${warning}`);
        if (why !== undefined) {
            throw new Error(`KubernetesPlace "${call.name}": ${why} Nothing was changed in GitLab for this manager.`);
        }
        await removeLeftovers(call, inputs);
        const before = moves(inputs, state) ? {} : mapIn(state.uids);
        return { ...known, uids: { ...before, ...uids }, reachedAt: new Date().toISOString() };
    },

    async read(call, id, state, inputs) {
        const { why } = await look(inputs, state);
        // The kubernetes provider would assume that every object of the other cluster is gone.
        if (why?.includes(ANOTHER)) call.log.warn(`${why} This refresh forgets what is on the other one.`);
        const missing = await isAnyMissing(inputs);
        return { id, state: missing ? { ...state, missing } : state, inputs };
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

async function isAnyMissing(inputs: Props): Promise<boolean> {
    const isMissing = async (api: ClusterApi) => {
        const answers = mapsIn<Place>(inputs.objects).map((one) => api.ask(pathOfOne(one)));
        return (await Promise.all(answers)).some(({ status }) => status === 404);
    };
    return ClusterApi.using(inputs, isMissing).catch(() => false);
}

/**
 * To the kubernetes provider, another context is another cluster, in which it recreates everything. Adding or removing
 * the context is not a change.
 */
function moves({ context }: Props, before: Props): boolean {
    return context !== undefined && before.context !== undefined && context !== before.context;
}

const ANOTHER = "is another one than";

/** Checks the cluster: it must be the former or the named one, and match the state. */
async function look(inputs: Props, state: Props, tried: readonly string[] = []): Promise<Look> {
    const { kubeconfig, context, rights, objects, waits } = inputs;
    const connection = { kubeconfig, context } as ClusterConnection;
    const all = [...tried, ...textsIn(inputs.secrets)];
    const made = waits === true ? undefined : mapsIn<Place>(objects);
    const found = await lookAt(connection, mapsIn<Right>(rights), process.env, all, made);
    const why = found.why ?? whyAnother(found, inputs, state) ?? whyNotAsKnown(inputs, state);
    return why === undefined ? found : { ...found, why };
}

/** The engine would try to create what exists, or to update what does not, and fail. */
function whyNotAsKnown(inputs: Props, state: Props): string | undefined {
    const taken = textsIn(inputs.taken).join("; ");
    if (taken !== "") {
        return (
            `In the cluster there already exists what this stack has not made: ${taken}. It is left alone: choose another ` +
            "placement.kubernetes.name, remove it, or bring it into the state with pulumi import."
        );
    }
    const gone = textsIn(inputs.gone).join("; ");
    // The engine recreates what a refresh found missing.
    if (gone === "" || state.missing === true) return undefined;
    return `The cluster no longer has ${gone}, which the state has. Run pulumi up --refresh: it recreates what is gone.`;
}

/** A context leads wherever the user's own kubeconfig says: its name alone proves nothing. */
function whyAnother({ server, uids }: Look, inputs: Props, before: Props): string | undefined {
    const own = uids[FIRST_NAMESPACE] ?? Object.values(uids)[0];
    if (own === undefined) return undefined;
    const { cluster: named } = inputs;
    if (named !== undefined && !Object.values(uids).includes(String(named))) {
        return `The cluster ${server} ${ANOTHER} placement.kubernetes.cluster names (got ${show(named)}, it has ${show(own)}). Choose the right context, or correct it.`;
    }
    const known = mapIn(before.uids);
    const shared = Object.keys(uids).filter((name) => Object.hasOwn(known, name));
    const judged = shared.includes(FIRST_NAMESPACE) ? [FIRST_NAMESPACE] : shared;
    const isSame = judged.every((name) => uids[name] === known[name]);
    if (moves(inputs, before)) {
        if (!isSame || judged.length === 0) return undefined;
        const [old, now] = [show(before.context), show(inputs.context)];
        return (
            `The context ${now} leads to the same cluster as ${old}, and another context moves a manager to another cluster. For a new ` +
            "name of the same one: take placement.kubernetes.context out for one up, with the kubeconfig's current context leading there, " +
            `and write ${now} after that. Nothing is restarted by it.`
        );
    }
    if (isSame || named !== undefined) return undefined;
    return (
        `The cluster ${server} ${ANOTHER} that of the last up (its namespace ${judged[0]} has another UID). Choose the right context, best by ` +
        "placement.kubernetes.context. A manager moves from one context to another, so write down that of the old cluster first, and run up. " +
        "If the old one is gone for good: pulumi refresh takes what was on it out of the state, and " +
        `placement.kubernetes.cluster: ${show(own)} goes on with this one.`
    );
}
