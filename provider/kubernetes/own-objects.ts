import { NAME_LABEL, OWNER_ANNOTATION, STATE_ANNOTATION } from "../../core/cluster-objects";
import { isMap } from "../../core/values";
import type { Answered } from "./api";
import type { Right } from "./reach";

/** The place of an object in a cluster, whether the object exists or not. */
export interface Place extends Right {
    name: string;
}

export interface OwnObject extends Place {
    /** Unique for all time. */
    uid: string;
    /** Identity of the state that created it; absent if an older version did. */
    state?: string;
}

/** A valid name in Kubernetes. Nothing else gets into a command that is printed for pasting. */
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

/** Existing objects of a kind that name the owner and are not being deleted. */
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
