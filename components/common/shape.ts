import { error, type Problem } from "../../core/problems";
import { isKnownLater, isMap, memberOf, show, UNREADABLE } from "../../core/values";
import { type Kind as Named, remedyFor } from "../../core/wrong-type";

/** A value as far as it can be read, and what is wrong with its shape. */
export interface Read<T> {
    /** The value; `UNREADABLE` stands for what has the wrong shape or is missing, so that nothing else is said about it. */
    value: T;
    problems: Problem[];
}

/** Reads a value that stands at a path. What is an output passes: its shape is known later. */
export type Kind = (value: unknown, path: string) => Read<unknown>;

/** The kind of each argument; the compiler finds one that is missing. */
export type Shape<T> = { [Key in keyof Required<T>]: Kind };

/** What the rules look at in any shape. */
export const anything: Kind = (value) => ({ value, problems: [] });
export const text = one((value) => typeof value === "string", "a text");
export const flag = one((value) => typeof value === "boolean", "true or false");
export const number = one((value) => typeof value === "number", "a number");

/** A list, whose entries are of one kind and not missing. */
export function listOf(kind: Kind): Kind {
    const isList = one(Array.isArray, "a list", "Write [a, b].");
    return (value, path) => {
        const list = isList(value, path);
        if (!Array.isArray(list.value)) return list;
        const items = list.value.map((item, index) => needed("a value", kind)(item, memberOf(path, index)));
        return { value: items.map((item) => item.value), problems: items.flatMap(({ problems }) => problems) };
    };
}

/** A map by names of the user's choice, whose entries are of one kind. */
export function mapOf(kind: Kind): Kind {
    return (value, path) => inMap(value, path, (name) => (item) => kind(item, memberOf(path, name)));
}

/** A map with the keys of a shape. Other keys are left to the rules. */
export function shaped<T>(shape: Shape<T>): Kind {
    return (value, path) => {
        const read = inMap(value, path, (key) => (item) => {
            const kind = Object.hasOwn(shape, key) ? shape[key as keyof T] : anything;
            return kind(item, memberOf(path, key));
        });
        if (!isMap(read.value) || isKnownLater(read.value)) return read;
        // Of what is missing, too, the kind knows whether it may be.
        for (const key of Object.keys(shape)) {
            if (Object.hasOwn(read.value, key)) continue;
            const missing = shape[key as keyof T](undefined, memberOf(path, key));
            if (missing.problems.length === 0) continue;
            read.value[key] = missing.value;
            read.problems.push(...missing.problems);
        }
        return read;
    };
}

/** A value that must be there; `example` says what to write. */
export function needed(example: string, kind: Kind): Kind {
    return (value, path) => {
        if (value !== undefined) return kind(value, path);
        return { value: UNREADABLE, problems: [error(path, `is missing. Add ${example}.`)] };
    };
}

/** A value that decides what is declared, and so must not be an output. */
export function plain(kind: Kind): Kind {
    return (value, path) => {
        if (typeof value === "symbol" || !isKnownLater(value)) return kind(value, path);
        const text = "must be known when the program runs (got an output). Put outputs inside it.";
        return { value: UNREADABLE, problems: [error(path, text)] };
    };
}

/** A runner that the program has declared. */
export const declaredRunner = one(
    (value) => isMap(value) && "servedBy" in value && "scope" in value,
    "a Runner",
    'Hand over what new Runner("…", { … }) returned.',
);

/** What is said of all arguments. */
export const ARGS = "args";

/** The arguments of a component: what is missing as a whole is missing key by key. */
export function readArgs<T>(args: unknown, shape: Shape<T>, root = ""): Read<T> {
    if (args !== undefined && (!isMap(args) || isKnownLater(args))) {
        const got = isMap(args) ? "an output" : show(args);
        return { value: {} as T, problems: [error(ARGS, `must be a map (got ${got}). Write { name: value }.`)] };
    }
    const { value, problems } = shaped(shape)(args ?? {}, root);
    return { value: value as T, problems };
}

/** `remedy` is said where the value itself tells nothing. */
function one(fits: (value: unknown) => boolean, what: string, remedy = "Correct the value."): Kind {
    return (value, path) => {
        if (value === undefined || isKnownLater(value) || fits(value)) return { value, problems: [] };
        const general = typeof value === "object" ? "Correct the value." : remedy;
        const text = `must be ${what} (got ${show(value)}). ${remedyFor(what as Named, value, path) ?? general}`;
        return { value: UNREADABLE, problems: [error(path, text)] };
    };
}

const isAnyMap = one(isMap, "a map", "Write { name: value }.");

function inMap(value: unknown, path: string, read: (key: string) => (item: unknown) => Read<unknown>): Read<unknown> {
    const map = isAnyMap(value, path);
    if (!isMap(map.value) || isKnownLater(map.value)) return map;
    const entries = Object.entries(map.value).map(([key, item]) => [key, read(key)(item)] as const);
    return {
        value: Object.fromEntries(entries.map(([key, item]) => [key, item.value])),
        problems: entries.flatMap(([, item]) => item.problems),
    };
}
