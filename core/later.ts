/** Stands in for a value that was reported already, so that no second problem is made of it. */
export const UNREADABLE: unique symbol = Symbol("unreadable");

/** True for a value that only exists once resources do, an output or a promise, and for what was reported as unreadable. */
export function isKnownLater(value: unknown): boolean {
    if (typeof value === "symbol") return true;
    if (typeof value !== "object" || value === null) return false;
    return "__pulumiOutput" in value || value instanceof Promise;
}

/** True when a value, or anything inside it, is not known yet. */
export function isEventual(value: unknown): boolean {
    return holds(value, isKnownLater);
}

/** True when a value, or anything inside it, was reported as unreadable. */
export function isUnreadable(value: unknown): boolean {
    return holds(value, (item) => item === UNREADABLE);
}

function holds(value: unknown, test: (item: unknown) => boolean): boolean {
    if (test(value)) return true;
    // What hangs on a resource is not part of the value, and an output's own members are none of the user's.
    if (typeof value !== "object" || value === null || isKnownLater(value) || "__pulumiResource" in value) return false;
    return (Array.isArray(value) ? value : Object.values(value)).some((item) => holds(item, test));
}
