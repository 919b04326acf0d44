import { NAME_LABEL, OWNER_ANNOTATION, STATE_ANNOTATION } from "../../core/cluster-objects";
import { isMap } from "../../core/values";
import type { Answered } from "./api";
import type { Right } from "./reach";

/** An object of a cluster, whether it is there or not. */
export interface Place extends Right {
    name: string;
}

export interface OwnObject extends Place {
    /** No other object has it, before or after. */
    uid: string;
    /** Identity of the state that has made it; absent where an older version did. */
    state?: string;
}

/** What Kubernetes takes for a name. Nothing else gets into a command that is printed to be pasted. */
const NAME = /^[a-z0-9][a-z0-9.-]{0,252}$/;
const OURS = `labelSelector=${encodeURIComponent(`${NAME_LABEL.key}=${NAME_LABEL.value}`)}`;

/** Path of all objects of a kind in a namespace. */
export function pathOf({ group, resource, namespace }: Right): string {
    const version =
        { "": "api/v1", "monitoring.coreos.com": "apis/monitoring.coreos.com/v1" }[group] ?? `apis/${group}/v1`;
    return `/${version}/namespaces/${encodeURIComponent(namespace)}/${resource}`;
}

export function pathOfOne({ name, ...right }: Place): string {
    return `${pathOf(right)}/${encodeURIComponent(name)}`;
}

/** Objects of a kind that are there, say that they are the owner's, and are not being removed. */
export async function ownObjects(
    ask: (path: string) => Promise<Answered>,
    right: Right,
    owner: string,
): Promise<OwnObject[]> {
    const { status, body } = await ask(`${pathOf(right)}?${OURS}`);
    const items = status === 200 && Array.isArray(body.items) ? (body.items as unknown[]) : [];
    return items.flatMap((item) => {
        const metadata = isMap(item) && isMap(item.metadata) ? item.metadata : {};
        const { name, uid, deletionTimestamp } = metadata;
        const annotations = isMap(metadata.annotations) ? metadata.annotations : {};
        const isOwn = annotations[OWNER_ANNOTATION] === owner && deletionTimestamp === undefined;
        if (!isOwn || typeof name !== "string" || !NAME.test(name)) return [];
        const state = annotations[STATE_ANNOTATION];
        return [{ ...right, name, uid: String(uid), ...(typeof state === "string" ? { state } : {}) }];
    });
}
