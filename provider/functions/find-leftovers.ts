import { OWNER_ANNOTATION } from "../../core/cluster-objects";
import { mapsIn, type Props } from "../../core/props";
import { isMap, show } from "../../core/values";
import type { FunctionHandler } from "../handler";
import { ClusterApi } from "../kubernetes/api";
import { type OwnObject, ownObjects, type Place, pathOfOne } from "../kubernetes/own-objects";
import { outputsInState } from "../rpc/engine-state";

/**
 * Finds where a cluster differs from the state, for the objects of one manager. Returns nothing unless all of it is
 * known for certain. If the state knows an object's name with another UID, somebody else has recreated it, perhaps from
 * a backup: to the engine it is the same object, and the engine updates it.
 *
 * - `leftovers`: created by a killed `up` of this state for this manager, and missing in the state;
 * - `gone`: in the state, but no longer in the cluster. The engine would try to update them, and fail;
 * - `taken`: somebody else's. The engine would try to create them, and fail.
 */
export const findLeftovers: FunctionHandler = async (_call, args) => {
    const [seen, known] = await Promise.all([
        // The resource that looks at the cluster next reports what is wrong with it.
        ClusterApi.using(args, (api) => lookFor(api, args)).catch(() => undefined),
        knownToState(args).catch(() => undefined),
    ]);
    if (seen === undefined || known === undefined) return { leftovers: [], gone: [], taken: [] };
    const { own, others, missing } = seen;
    const isKnown = (one: Place & { uid?: string }) => known.uids.has(one.uid) || known.places.has(placeOf(one));
    return {
        leftovers: own.filter((one) => !isKnown(one)).map(({ state: _, ...one }) => one),
        gone: known.isWhole ? missing.filter(isKnown).map(inWords) : [],
        taken: others
            .filter((one) => !isKnown(one))
            .map((one) => `${inWords(one)}${one.owner === undefined ? "" : ` (marked as ${show(one.owner)})`}`),
    };
};

interface Seen {
    /** Our objects, if they may be removed. */
    own: OwnObject[];
    /** All other existing objects. */
    others: (Place & { uid: string; owner?: string })[];
    missing: Place[];
}

async function lookFor(api: ClusterApi, { objects, owner, identity }: Props): Promise<Seen | undefined> {
    if (api.cannotLogIn !== undefined) return undefined;
    const places = mapsIn<Place>(objects);
    const rights = [...new Map(places.map(({ name: _, ...right }) => [JSON.stringify(right), right])).values()];
    const looks = rights.map((right) => ownObjects((path) => api.ask(path), right, String(owner)));
    const found = (await Promise.all(looks)).flat();
    const hasPods = found.some(({ resource }) => resource === "statefulsets");
    const named = new Set(places.map(placeOf));
    const own = found.filter((one) => {
        // Deleting a ServiceAccount invalidates the tokens of its pods. A killed up has created it before any pod.
        if (one.resource === "serviceaccounts" && hasPods) return false;
        return one.state === identity && named.has(placeOf(one));
    });
    const listed = new Set(own.map(placeOf));
    const seen: Seen = { own, others: [], missing: [] };
    const looked = places.filter((one) => !listed.has(placeOf(one)));
    const answers = await Promise.all(looked.map(async (one) => ({ one, ...(await api.ask(pathOfOne(one))) })));
    for (const { one, status, body } of answers) {
        const metadata = isMap(body.metadata) ? body.metadata : {};
        if (status === 404) seen.missing.push(one);
        // An object under deletion will soon be gone; if not, the engine reports that it exists.
        if (status !== 200 || typeof metadata.uid !== "string" || metadata.deletionTimestamp !== undefined) continue;
        const { [OWNER_ANNOTATION]: whose } = isMap(metadata.annotations) ? metadata.annotations : {};
        seen.others.push({ ...one, uid: metadata.uid, ...(typeof whose === "string" ? { owner: whose } : {}) });
    }
    return seen;
}

interface Known {
    uids: Set<unknown>;
    /** Where the state has its objects. */
    places: Set<string>;
    /**
     * Whether the manager was last created completely in this context. During a move, both contexts have its objects.
     */
    isWhole: boolean;
}

/** What the state knows of clusters; `undefined` if what was read is not the state with this identity. */
async function knownToState({ monitor, stack, identity, objects, context }: Props): Promise<Known | undefined> {
    const all = await stateOf(String(monitor), String(stack));
    if (typeof identity !== "string" || !all.some((outputs) => outputs.identity === identity)) return undefined;
    const found = all.flatMap(({ kind, metadata }) => (isMap(metadata) ? [{ kind, ...metadata } as Named] : []));
    const own = new Set(mapsIn<Place>(objects).map(({ namespace, name }) => `${namespace}/${name}`));
    const pods = all.flatMap(({ place, pod }) => (isMap(pod) && own.has(String(place)) ? [pod] : []));
    const now = context === undefined ? undefined : JSON.stringify(context);
    return {
        uids: new Set(found.map(({ uid }) => uid)),
        places: new Set(
            found.map(({ kind, ...one }) => placeOf({ ...one, resource: `${String(kind).toLowerCase()}s` })),
        ),
        isWhole: pods.every((pod) => pod.context === now),
    };
}

/** An object in the kubernetes provider's outputs. */
interface Named {
    kind: string;
    uid: string;
    namespace: string;
    name: string;
}

/** An object's place, regardless of the cluster. */
function placeOf({ resource, namespace, name }: { resource: string; namespace: string; name: string }): string {
    return JSON.stringify([resource, namespace, name]);
}

function inWords({ resource, namespace, name }: Place): string {
    return `${resource} ${show(name)} in namespace ${namespace}`;
}

const reading = new Map<string, ReturnType<typeof outputsInState>>();

/** All managers of a program ask at once, so the state is read once for all of them. */
function stateOf(monitor: string, stack: string): ReturnType<typeof outputsInState> {
    const key = `${monitor} ${stack}`;
    const all = reading.get(key) ?? outputsInState(monitor, stack).finally(() => reading.delete(key));
    reading.set(key, all);
    return all;
}
