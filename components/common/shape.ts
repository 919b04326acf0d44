import { error, type Problem, unknownKey } from "../../core/problems";
import { closest } from "../../core/suggest";
import {
    holdsOutput,
    isEventual,
    isKnownLater,
    isMap,
    isOutput,
    joinPaths,
    mapValues,
    memberOf,
    show,
    UNREADABLE,
} from "../../core/values";
import { type Kind as Named, remedyFor } from "../../core/wrong-type";
import type { ARGUMENT_TEXTS } from "./argument-texts.generated";

/** A value as far as it can be read, and what is wrong with its shape. */
export interface Read<T> {
    /** The value; `UNREADABLE` stands for what has the wrong shape or is missing, so that nothing else is said about it. */
    value: T;
    problems: Problem[];
}

/** Where the keys of a map are described: the name of doc comments. */
export const TEXTS = Symbol("texts");

type ArgumentName = keyof typeof ARGUMENT_TEXTS;

/** A JSON Schema. */
export interface JsonSchema {
    [keyword: string]: unknown;
    [TEXTS]?: string;
    properties?: Record<string, JsonSchema>;
    additionalProperties?: JsonSchema | boolean;
    items?: JsonSchema;
    anyOf?: JsonSchema[];
    required?: string[];
}

/** Reads a value that stands at a path. What is an output passes: its shape is known later. */
type Reader = (value: unknown, path: string) => Read<unknown>;

/** What an argument must be: in a program's arguments, and in a stack's configuration. */
export interface Kind<out T = unknown> {
    (...to: Parameters<Reader>): Read<unknown>;
    /** What a stack's configuration may hold, for editors and other languages; absent where it may hold none. */
    schema?: JsonSchema;
    /** Whether it must be there. */
    needed?: boolean;
    /** Whether it holds projects or groups: digits that come out of an output are the id of another resource there. */
    refers?: boolean;
    /** Never there: the type, for the compiler. */
    readonly type?: T;
}

/** The kind of each argument: the compiler finds one that is missing, one too many, and one of another type. */
export type Shape<T> = { readonly [Key in keyof Required<T>]: Kind<T[Key]> };

export function kindOf<T>(read: Reader, schema: JsonSchema | undefined, needed = false): Kind<T> {
    return Object.assign((value: unknown, path: string) => read(value, path), { schema, needed });
}

/** What a function finds nothing wrong with. A value of the right type stays readable: rules may have more to say. */
export function judged<T>(schema: JsonSchema | undefined, find: Find): Kind<T> {
    return kindOf((value, path) => {
        if (value === undefined || isKnownLater(value)) return { value, problems: [] };
        const problems = find(value, path);
        return { value: problems.length === 0 || hasType(schema, value) ? value : UNREADABLE, problems };
    }, schema);
}

/** The alternatives of a schema, or itself. */
export function optionsOf(schema: JsonSchema): JsonSchema[] {
    return schema.anyOf?.flatMap(optionsOf) ?? [schema];
}

/** Whether a value has a type that a schema names. */
export function hasType(schema: JsonSchema = {}, value: unknown): boolean {
    const type = value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
    return optionsOf(schema).some((option) => option.type === type || (option.type === "integer" && type === "number"));
}

type Find = (value: unknown, path: string) => Problem[];

/** What the rules look at in any shape. */
export function anything<T>(schema: JsonSchema): Kind<T> {
    return judged(schema, () => []);
}

/** A kind of which more is said to editors: limits of which the rules speak. */
export function within<T>(kind: Kind<T>, limits: JsonSchema): Kind<T> {
    return kindOf(kind, { ...kind.schema, ...limits });
}

/** What a function finds nothing wrong with, once all of it is known. With anything else no rule can do anything. */
export function settled<T>(schema: JsonSchema, find: Find): Kind<T> {
    return kindOf((value, path) => {
        const problems = value === undefined || isEventual(value) ? [] : find(value, path);
        return { value: problems.length === 0 ? value : UNREADABLE, problems };
    }, schema);
}

/** A kind whose values hold projects or groups. */
export function referring<T>(kind: Kind<T>): Kind<T> {
    return Object.assign(kind, { refers: true });
}

/** A kind of whose readable values a function has more to say. */
export function also<T>(kind: Kind<T>, find: Find): Kind<T> {
    const further = judged(kind.schema, (value, path) => (isEventual(value) ? [] : find(value, path)));
    return kindOf((value, path) => {
        const read = kind(value, path);
        return read.problems.length > 0 ? read : further(value, path);
    }, kind.schema);
}

interface Manner {
    /** Whether a value must not be shown. */
    isSecret?: (value: unknown) => boolean;
    /** What to do about a value; where it is undefined, the value and the schema tell. */
    remedy?: (value: unknown, path: string) => string | undefined;
}

/** What fits; `what` follows "must be", and `schema` is what editors and other languages are told of it. */
export function must<T>(
    what: string,
    schema: JsonSchema | undefined,
    fits: (value: unknown) => boolean,
    { isSecret = () => false, remedy = () => undefined }: Manner = {},
): Kind<T> {
    return judged(schema, (value, path) => {
        if (fits(value)) return [];
        const todo = remedy(value, path) ?? remedyBy(schema?.type, value, path, fits) ?? "Correct it.";
        return [error(path, `must be ${what} (got ${show(value, isSecret(value))}). ${todo}`)];
    });
}

const NAMED: Record<string, Named> = { boolean: "true or false", number: "a number", integer: "a whole number" };

function remedyBy(type: unknown, value: unknown, path: string, fits: (value: unknown) => boolean) {
    // YAML makes a number of 5 and a truth of yes.
    const isBare = typeof value === "number" || typeof value === "boolean";
    if (type === "string") return isBare && fits(String(value)) ? "Put it in quotes." : undefined;
    const named = NAMED[String(type)];
    return named === undefined ? undefined : remedyFor(named, value, path);
}

/** A list, whose entries are of one kind and not missing. */
export function listOf<T>(kind: Kind<T>, what = "a list"): Kind<T[]> {
    const item = needed("a value", kind);
    const schema = { type: "array", items: kind.schema };
    const isList = must(what, schema, Array.isArray, {
        remedy: (value, path) => {
            const ofTexts = optionsOf(kind.schema ?? {}).some(({ type }) => type === "string");
            const written = ofTexts ? remedyFor("a list", value, path) : undefined;
            return written ?? (what === "a list" ? "Write [a, b]." : undefined);
        },
    });
    const read = (value: unknown, path: string) => {
        const list = isList(value, path);
        if (!Array.isArray(list.value)) return list;
        const items = list.value.map((one, index) => item(one, memberOf(path, index)));
        return { value: items.map(({ value: read }) => read), problems: items.flatMap(({ problems }) => problems) };
    };
    return kindOf(read, schema);
}

/** A map by names of the user's choice, whose entries are of one kind; of a name `whyNot` says what is wrong with it. */
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
    /** What else may be there, in words. */
    what?: string;
    /** Whether what is no map must not be shown. */
    isSecret?: boolean;
    /** Where a key belongs that is none of the map's, in a sentence; where it is undefined, the shape may tell. */
    placeOf?: (key: string, path: string) => string | undefined;
}

/** A map with the keys of a shape and no others; `name` is that of its doc comments. */
export function shaped<T>(name: ArgumentName | undefined, shape: Shape<T>, manner: MapManner = {}): Kind<T> {
    const schema = mapSchema(shape);
    const map = aMap(manner);
    const unknownAt = (key: string, path: string) => {
        const place = manner.placeOf?.(key, path) ?? placeBelow(schema, path, key);
        const where = memberOf(path, key);
        if (place !== undefined) return error(where, `is not a known key here. ${place}`);
        return unknownKey(where, key, Object.keys(shape));
    };
    const read: Reader = (value, path) => {
        const { value: found, problems } = readKeys(value, path, shape, map);
        const keys = isMap(found) && !isKnownLater(found) ? Object.keys(found) : [];
        const others = keys.filter(
            (key) => !Object.hasOwn(shape, key) && (found as Record<string, unknown>)[key] !== undefined,
        );
        return { value: found, problems: [...others.map((key) => unknownAt(key, path)), ...problems] };
    };
    return kindOf(read, { ...schema, [TEXTS]: name });
}

/** A map with the keys of a shape, to editors and other languages. */
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

function readKeys<T>(value: unknown, path: string, shape: Shape<T>, map: Reader = aMap()): Read<unknown> {
    const kinds = shape as Readonly<Record<string, Kind>>;
    const read = inMap(map(value, path), path, (key) => (Object.hasOwn(kinds, key) ? kinds[key]! : pass));
    if (!isMap(read.value) || isKnownLater(read.value)) return read;
    // Of what is missing, too, the kind knows whether it may be.
    for (const [key, kind] of Object.entries(kinds)) {
        if (Object.hasOwn(read.value, key)) continue;
        const missing = kind(undefined, memberOf(path, key));
        if (missing.problems.length === 0) continue;
        read.value[key] = missing.value;
        read.problems.push(...missing.problems);
    }
    return read;
}

/** A value that must be there; `example` says what to write. Without one, the rules say it. */
export function needed<T>(example: string | undefined, kind: Kind<T>): Kind<T> {
    const read: Reader = (value, path) => {
        if (value !== undefined || example === undefined) return kind(value, path);
        return { value: UNREADABLE, problems: [error(path, `is missing. Add ${example}.`)] };
    };
    return kindOf(read, kind.schema, true);
}

/** A value that decides what is declared, and so must not be an output; with `throughout`, nothing in it either. */
export function plain<T>(kind: Kind<T>, throughout = false): Kind<T> {
    const mayHold = !throughout && [[], {}].some((parts) => hasType(kind.schema, parts));
    const todo = mayHold ? "Put outputs inside it." : "Write a plain value.";
    const problem = `must be known when the program runs (got an output). ${todo}`;
    return kindOf((value, path) => {
        if (!(throughout ? holdsOutput(value) : isOutput(value))) return kind(value, path);
        return { value: UNREADABLE, problems: [error(path, problem)] };
    }, kind.schema);
}

/** What is said of all arguments. */
export const ARGS = "args";

/** The arguments of a component: what is missing as a whole is missing key by key. */
export function readArgs<T>(args: unknown, shape: Shape<T>, root = ""): Read<T> {
    if (args !== undefined && (!isMap(args) || isKnownLater(args))) {
        const got = isMap(args) ? "an output" : show(args);
        return { value: {} as T, problems: [error(ARGS, `must be a map (got ${got}). Write { name: value }.`)] };
    }
    const { value, problems } = readKeys(args ?? {}, root, shape);
    return { value: value as T, problems };
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
 * Where a key stands one level deeper: `consumers.projects` for `projects`. What is only like a key there counts where it is needed
 * there anyway: `consumers.groups` for `group`.
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

/** The keys of the maps that a value may be. */
function keysIn(schema: JsonSchema): string[] {
    return optionsOf(schema).flatMap(({ properties = {} }) => Object.keys(properties));
}
