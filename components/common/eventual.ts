import * as pulumi from "@pulumi/pulumi";

/** Stands in for a value that was reported already, so that no second problem is made of it. */
export const UNREADABLE: unique symbol = Symbol("unreadable");

/** True when a value, or anything inside it, is not known yet: an output, a promise, or unreadable. */
export function isEventual(value: unknown): boolean {
    if (value === UNREADABLE) return true;
    if (typeof value !== "object" || value === null) return false;
    if (pulumi.Output.isInstance(value) || value instanceof Promise) return true;
    if (pulumi.Resource.isInstance(value)) return false;
    return (Array.isArray(value) ? value : Object.values(value)).some(isEventual);
}

/** True when a value, or anything inside it, was reported as unreadable. */
export function isUnreadable(value: unknown): boolean {
    if (value === UNREADABLE) return true;
    if (typeof value !== "object" || value === null) return false;
    if (pulumi.Output.isInstance(value) || value instanceof Promise || pulumi.Resource.isInstance(value)) return false;
    return (Array.isArray(value) ? value : Object.values(value)).some(isUnreadable);
}

/** Applies a function to a plain value now, and to an output in its chain. */
export function mapInput<T, U>(value: pulumi.Input<T>, toResult: (known: T) => U): pulumi.Input<U> {
    return isEventual(value)
        ? (pulumi.output(value).apply((known) => toResult(known as T)) as pulumi.Output<U>)
        : toResult(value as T);
}
