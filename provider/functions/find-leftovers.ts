import { mapsIn, type Props, textsIn } from "../../core/props";
import { isMap } from "../../core/values";
import type { FunctionHandler } from "../handler";
import { ClusterApi } from "../kubernetes/api";
import { type OwnObject, ownObjects } from "../kubernetes/own-objects";
import type { Right } from "../kubernetes/reach";
import { outputsInState } from "../rpc/engine-state";

/**
 * What an `up` has made in a cluster before it was killed: objects with a name of this manager's, that say that they are this manager's
 * and made by this very state, and that are not in it. Nothing else is told, and where any of that is not known for certain, nothing.
 * One that the state knows by its name, with another UID, was made anew by somebody else, from a backup perhaps: the engine takes it for
 * there, and would not make it again.
 */
export const findLeftovers: FunctionHandler = async (_call, args) => {
    // What is wrong with the cluster is said by the resource that looks at it next.
    const found = await ClusterApi.using(args, (api) => objectsOf(api, args)).catch(() => []);
    if (found.length === 0) return { leftovers: [] };
    const known = await knownToState(args).catch(() => undefined);
    const left = known === undefined ? [] : found.filter((one) => !known.has(one.uid) && !known.has(placeOf(one)));
    return { leftovers: left.map(({ state: _, ...one }) => one) };
};

async function objectsOf(api: ClusterApi, { rights, owner, identity, names }: Props): Promise<OwnObject[]> {
    const named = new Set(textsIn(names));
    if (api.cannotLogIn !== undefined) return [];
    const looks = mapsIn<Right>(rights).map((right) => ownObjects((path) => api.ask(path), right, String(owner)));
    const found = (await Promise.all(looks)).flat();
    const hasPods = found.some(({ resource }) => resource === "statefulsets");
    return found.filter(({ resource, name, state }) => {
        // With a ServiceAccount the tokens end that its pods have. A killed up has made it before any pod.
        if (resource === "serviceaccounts" && hasPods) return false;
        return state === identity && named.has(name);
    });
}

/** UIDs and places of all objects that the state has; `undefined` where what was read is not the state with this identity. */
async function knownToState({ monitor, stack, identity }: Props): Promise<Set<unknown> | undefined> {
    const all = await stateOf(String(monitor), String(stack));
    if (typeof identity !== "string" || !all.some((outputs) => outputs.identity === identity)) return undefined;
    return new Set(
        all.flatMap(({ kind, metadata }) => {
            if (!isMap(metadata)) return [];
            const { uid, namespace, name } = metadata;
            return [uid, placeOf({ resource: `${String(kind).toLowerCase()}s`, namespace, name })];
        }),
    );
}

/** Where an object is in a cluster, whichever it is. */
function placeOf({ resource, namespace, name }: { resource: string; namespace: unknown; name: unknown }): string {
    return JSON.stringify([resource, namespace, name]);
}

const reading = new Map<string, ReturnType<typeof outputsInState>>();

/** All managers of a program ask at once, and the state is read once for them. */
function stateOf(monitor: string, stack: string): ReturnType<typeof outputsInState> {
    const key = `${monitor} ${stack}`;
    const all = reading.get(key) ?? outputsInState(monitor, stack).finally(() => reading.delete(key));
    reading.set(key, all);
    return all;
}
