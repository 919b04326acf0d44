import { error, type Problem, unknownKey } from "../../core/problems";
import { readable } from "../../core/readable";
import { closest } from "../../core/suggest";
import { isKnownLater, isMap, joinPaths, mapValues, memberOf, show, UNREADABLE } from "../../core/values";
import type { ARGUMENT_TEXTS } from "./argument-texts.generated";
import { placeOfOption } from "./resource-options";
import {
    type JsonSchema,
    type Kind,
    kindOf,
    must,
    optionsOf,
    type Read,
    type Reader,
    type Shape,
    TEXTS,
} from "./shape";

type ArgumentName = keyof typeof ARGUMENT_TEXTS;

/** A map with names that the user chooses and values of one kind. `whyNot` returns what is wrong with a name. */
export function mapOf<T>(kind: Kind<T>, what?: string, whyNot?: (name: string) => string | undefined) {
    const schema = { type: "object", additionalProperties: kind.schema };
    const map = aMap({ what });
    const read: Reader = (value, path) =>
        inMap(map(value, path), path, (name) => (item, where) => {
            const wrong = whyNot?.(name);
            return wrong === undefined ? kind(item, where) : { value: item, problems: [error(where, wrong)] };
        });
    return kindOf<Record<string, T>>(read, schema);
}

interface MapManner {
    /** What to write in place of anything else. */
    example?: string;
    /** What the map contains, in words, for errors. */
    what?: string;
    /** Whether a value that is not a map must not be shown. */
    isSecret?: boolean;
    /** Where an unknown key belongs, as a sentence; if it returns undefined, the shape is searched. */
    placeOf?: (key: string, path: string) => string | undefined;
}

/** A map with exactly the keys of a shape. `name` is the name of its doc comments. */
export function shaped<T>(name: ArgumentName | undefined, shape: Shape<T>, manner: MapManner = {}): Kind<T> {
    const map = aMap(manner);
    const read: Reader = (value, path) => {
        const { value: found, problems } = readKeys(value, path, shape, map);
        return { value: found, problems: [...findOthers(found, path, shape, manner.placeOf), ...problems] };
    };
    return kindOf(read, { ...mapSchema(shape), [TEXTS]: name });
}

/** Reports the keys of a map that are not in its shape, with where they belong or what was meant. */
function findOthers<T>(value: unknown, path: string, shape: Shape<T>, placeOf?: MapManner["placeOf"]): Problem[] {
    if (!isMap(value) || isKnownLater(value)) return [];
    const others = Object.keys(value).filter((key) => !Object.hasOwn(shape, key) && value[key] !== undefined);
    return others.map((key) => {
        const place = placeOf?.(key, path) ?? placeBelow(mapSchema(shape), path, key);
        const where = memberOf(path, key);
        return place === undefined
            ? unknownKey(where, key, Object.keys(shape))
            : error(where, `is not a known key here. ${place}`);
    });
}

/** The schema of a map with the keys of a shape, for editors and other languages. */
export function mapSchema<T>(shape: Shape<T>): JsonSchema {
    const kinds = Object.entries<Kind>(shape).filter(([, { schema }]) => schema !== undefined);
    const required = kinds.flatMap(([key, kind]) => (kind.needed ? [key] : []));
    return {
        type: "object",
        properties: Object.fromEntries(kinds.map(([key, { schema }]) => [key, schema!])),
        ...(required.length === 0 ? {} : { required }),
        additionalProperties: false,
    };
}

/** Reads the keys of a map that are in a shape; other keys pass. */
export function readKeys<T>(value: unknown, path: string, shape: Shape<T>, map: Reader = aMap()): Read<unknown> {
    const kinds = shape as Readonly<Record<string, Kind>>;
    const read = inMap(map(value, path), path, (key) => (Object.hasOwn(kinds, key) ? kinds[key]! : pass));
    if (!isMap(read.value) || isKnownLater(read.value)) return read;
    // The kind of a missing key decides whether it may be missing.
    for (const [key, kind] of Object.entries(kinds)) {
        if (Object.hasOwn(read.value, key)) continue;
        const missing = kind(undefined, memberOf(path, key));
        if (missing.problems.length === 0) continue;
        read.value[key] = missing.value;
        read.problems.push(...missing.problems);
    }
    return read;
}

/** Name of a component's arguments as a whole, in errors. */
export const ARGS = "args";

/** Reads a component's arguments. Missing ones are an empty map; unreadable ones make every argument unreadable. */
export function readArgs<T>(args: unknown, shape: Shape<T>, root = ""): Read<T> {
    const { value: given = {}, problems: unread } = readable(args, root);
    if (!isMap(given) || isKnownLater(given)) {
        const found =
            unread.length > 0 ? unread : [error("", `must be a map (got ${show(given)}). Write { name: value }.`)];
        return {
            value: mapValues(shape, () => UNREADABLE) as T,
            problems: found.map((problem) => ({ ...problem, path: ARGS })),
        };
    }
    const { value, problems } = readKeys(given, root, shape);
    const others = findOthers(given, root, shape, root === "" ? placeOfOption : undefined);
    return { value: value as T, problems: [...unread, ...others, ...problems] };
}

function aMap({ what, example, isSecret = false }: { what?: string; example?: string; isSecret?: boolean } = {}): Kind {
    const written = example ?? (what === undefined ? "its keys below it, as in { name: value }" : undefined);
    return must(what ?? "a map", { type: "object" }, isMap, {
        remedy: () => (written === undefined ? undefined : `Write ${written}.`),
        isSecret: () => isSecret,
    });
}

const pass: Reader = (value) => ({ value, problems: [] });

function inMap(map: Read<unknown>, path: string, reader: (key: string) => Reader): Read<unknown> {
    if (!isMap(map.value) || isKnownLater(map.value)) return map;
    const entries = mapValues(map.value, (item, key) => reader(key)(item, memberOf(path, key)));
    return {
        value: mapValues(entries, ({ value }) => value),
        problems: Object.values(entries).flatMap(({ problems }) => problems),
    };
}

/**
 * Where a key belongs one level deeper: `consumers.projects` for `projects`. A similar key counts only in a map that is
 * required anyway: `consumers.groups` for `group`.
 */
function placeBelow({ properties = {}, required = [] }: JsonSchema, path: string, key: string): string | undefined {
    const members = Object.entries(properties).map(([name, member]) => [name, keysIn(member)] as const);
    const exact = members.flatMap(([name, keys]) => (keys.includes(key) ? [`${name}.${key}`] : []));
    const near = members.flatMap(([name, keys]) => {
        const like = required.includes(name) ? closest(key, keys) : undefined;
        return like === undefined ? [] : [`${name}.${like}`];
    });
    const sure = near.filter((place) => exact.includes(place));
    const likely = closest(key, Object.keys(properties)) === undefined ? near : [];
    const places = sure.length > 0 ? sure : [...likely, ...exact];
    if (places.length === 0) return undefined;
    return `It belongs deeper: ${places.map((place) => joinPaths(path, place)).join(" or ")}.`;
}

/** The keys of all maps that a schema allows. */
function keysIn(schema: JsonSchema): string[] {
    return optionsOf(schema).flatMap(({ properties = {} }) => Object.keys(properties));
}
