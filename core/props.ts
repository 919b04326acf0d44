import { isMap, UNKNOWN } from "./values";

export { UNKNOWN };

/** What a property may contain once the wire format's markers are removed. */
export type Value = null | boolean | number | string | typeof UNKNOWN | Value[] | { [key: string]: Value | undefined };

/** Properties of one resource or one call, by name. An `undefined` property counts as absent. */
export type Props = { [key: string]: Value | undefined };

export function isUnknown(value: unknown): value is typeof UNKNOWN {
    return value === UNKNOWN;
}

/** Whether the value is unknown or contains something unknown. */
export function hasUnknown(value: unknown): boolean {
    if (typeof value !== "object" || value === null) return value === UNKNOWN;
    return (Array.isArray(value) ? value : Object.values(value)).some(hasUnknown);
}

/** Whether both values are equal; absent properties and the order of keys do not matter. */
export function sameValue(a: unknown, b: unknown): boolean {
    if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return Object.is(a, b);
    if (Array.isArray(a) || Array.isArray(b)) {
        return (
            Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => sameValue(item, b[i]))
        );
    }
    const left = a as Record<string, unknown>;
    const right = b as Record<string, unknown>;
    return [...new Set([...Object.keys(left), ...Object.keys(right)])].every((key) => sameValue(left[key], right[key]));
}

/** Whether both lists have the same members, regardless of order and repetition. */
export function sameSet<T>(a: readonly T[], b: readonly T[]): boolean {
    const left = new Set(a);
    const right = new Set(b);
    return left.size === right.size && [...left].every((item) => right.has(item));
}

/** The value if it is a text; otherwise undefined. */
export function textOf(value: Value | undefined): string | undefined {
    return typeof value === "string" ? value : undefined;
}

/** The properties with these names, as far as they are present. */
export function pick(props: Props, names: readonly string[]): Props {
    return Object.fromEntries(names.flatMap((name) => (props[name] === undefined ? [] : [[name, props[name]]])));
}

export function defined(props: Props): Props {
    return pick(props, Object.keys(props));
}

/** The value if it is a map; otherwise an empty map. */
export function mapIn(value: Value | undefined): Props {
    return isMap(value) ? value : {};
}

/** The maps in a list, without those that are not known yet. `T` is their type in the schema. */
export function mapsIn<T = Props>(value: Value | undefined): T[] {
    return Array.isArray(value) ? (value.filter(isMap) as T[]) : [];
}

/** The ids in a list, without duplicates and those that are not known yet. */
export function idsIn(value: Value | undefined): number[] {
    return Array.isArray(value) ? [...new Set(value.filter((item) => !isUnknown(item)).map(Number))] : [];
}

/** The texts in a list, without those that are not known yet. */
export function textsIn(value: Value | undefined): string[] {
    return Array.isArray(value) ? value.filter((item) => !isUnknown(item)).map(String) : [];
}
