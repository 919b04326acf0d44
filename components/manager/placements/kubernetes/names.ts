import { baseName, replicaNames } from "../container";
import { MOST_REPLICAS } from "./args";

/** A name of an object as every kind of object takes it: DNS-1123, a label. */
export const DNS_LABEL = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

/**
 * The longest name of a StatefulSet whose pods can be made: they get a label of 63 characters at most, made of the name, a dash
 * and a hash of ten. What a replica's number takes is left free. https://github.com/kubernetes/kubernetes/issues/64023
 */
export const LONGEST_NAME = 63 - "-0123456789".length - `-${MOST_REPLICAS}`.length;

/** Names of a manager's StatefulSets and Secrets: one for each replica. */
export function statefulSetNames(
    { name, replicas }: { name?: unknown; replicas?: unknown },
    owner: string,
    manager: string,
): string[] {
    return replicaNames(baseName(name, owner, manager), replicas, MOST_REPLICAS);
}
