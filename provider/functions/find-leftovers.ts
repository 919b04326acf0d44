import { OWNER_ANNOTATION } from "../../core/cluster-objects";
import { mapsIn, type Props } from "../../core/props";
import { isMap, show } from "../../core/values";
import type { FunctionHandler } from "../handler";
import { ClusterApi } from "../kubernetes/api";
import { type OwnObject, ownObjects, type Place, pathOfOne } from "../kubernetes/own-objects";
import { outputsInState } from "../rpc/engine-state";

/**
 * Where a cluster is not as the state has it, of the objects that a manager is made of. Where any of that is not known for certain,
 * nothing is told. An object that the state knows by its name, with another UID, was made anew by somebody else, from a backup
 * perhaps: the engine takes it for there, and changes that one.
 *
 * - `leftovers`: made by an `up` that was killed, for this manager and by this very state, which does not have them;
 * - `gone`: in the state, and no longer in the cluster. The engine would change them, and fail;
 * - `taken`: somebody else's. The engine would make them, and fail.
 */
export const findLeftovers: FunctionHandler = async (_call, args) => {
    const [seen, known] = await Promise.all([
        // What is wrong with the cluster is said by the resource that looks at it next.
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
    /** Ours, as far as they may be removed. */
    own: OwnObject[];
    /** What is there, and not among those. */
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
        // With a ServiceAccount the tokens end that its pods have. A killed up has made it before any pod.
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
        // What is being removed will be gone, or the engine says that it is there.
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
    /** Whether the manager was last made in this context, to its end. On the way to another one its objects are there and here. */
    isWhole: boolean;
}

/** What of clusters the state has; `undefined` where what was read is not the state with this identity. */
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

/** An object as the kubernetes provider's outputs have it. */
interface Named {
    kind: string;
    uid: string;
    namespace: string;
    name: string;
}

/** Where an object is in a cluster, whichever it is. */
function placeOf({ resource, namespace, name }: { resource: string; namespace: string; name: string }): string {
    return JSON.stringify([resource, namespace, name]);
}

function inWords({ resource, namespace, name }: Place): string {
    return `${resource} ${show(name)} in namespace ${namespace}`;
}

const reading = new Map<string, ReturnType<typeof outputsInState>>();

/** All managers of a program ask at once, and the state is read once for them. */
function stateOf(monitor: string, stack: string): ReturnType<typeof outputsInState> {
    const key = `${monitor} ${stack}`;
    const all = reading.get(key) ?? outputsInState(monitor, stack).finally(() => reading.delete(key));
    reading.set(key, all);
    return all;
}
