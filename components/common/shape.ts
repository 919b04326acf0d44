import type * as zod from "zod";
import { error, type Problem } from "../../core/problems";
import type { Reference, ReferenceKind } from "../../core/reference";
import { isKnownLater, isMap, memberOf, show, UNREADABLE } from "../../core/values";
import { type Kind as Named, remedyFor } from "../../core/wrong-type";
import type { ARGUMENT_TEXTS } from "./argument-texts.generated";

/** A value as far as it can be read, and what is wrong with its shape. */
export interface Read<T> {
    /** The value; `UNREADABLE` stands for what has the wrong shape or is missing, so that nothing else is said about it. */
    value: T;
    problems: Problem[];
}

/** What schemas are made with. zod is handed in: whoever only checks a program's arguments does not load it. */
export interface Shaping {
    z: typeof zod;
    /** A map with keys of its own, each described by its doc comment in the interface that has this name there. */
    map(name: ArgumentName, members: Record<string, zod.ZodType>): zod.ZodObject;
}

type ArgumentName = keyof typeof ARGUMENT_TEXTS;
type Schema<T> = (to: Shaping) => zod.ZodType<T>;
/** Reads a value that stands at a path. What is an output passes: its shape is known later. */
type Reader = (value: unknown, path: string) => Read<unknown>;

/** What an argument must be: in a program's arguments, and in a stack's configuration. */
export interface Kind<out T = unknown> {
    (...to: Parameters<Reader>): Read<unknown>;
    /** Its shape in a stack's configuration. Limits stand there for editors: messages about them come from the rules. */
    schema: Schema<T>;
    /** Whether it must be there. */
    needed?: boolean;
}

/** The kind of each argument: the compiler finds one that is missing, one too many, and one of another type. */
export type Shape<T> = { [Key in keyof Required<T>]: Kind<T[Key]> };

function kindOf<T>(read: Reader, schema: Schema<T>, needed = false): Kind<T> {
    return Object.assign((value: unknown, path: string) => read(value, path), { schema, needed });
}

/** What the rules look at in any shape. */
export function anything<T>(schema: Schema<T>): Kind<T> {
    return kindOf((value) => ({ value, problems: [] }), schema);
}

/** Of what a stack's configuration may hold, only a part of the kind. */
export function within<T>(kind: Kind<T>, schema: Schema<T>): Kind<T> {
    return kindOf(kind, schema);
}

export const text = plainly("string", "a text");
export const flag = plainly("boolean", "true or false");
export const number = plainly("number", "a number");

/** One of a few words. */
export function choice<Word extends string>(words: readonly Word[]): Kind<Word> {
    return anything(({ z }) => z.enum(words));
}

/** How a schema begins what it says of a duration. */
export const DURATION = "must be a duration such as";

/** A duration as it is written; what is no text is told with the example, and not to be put in quotes. */
export function duration(example: string): Kind<string> {
    return anything(({ z }) => z.string({ error: `${DURATION} ${example}` }));
}

/** A project or a group. */
export function reference(kind: ReferenceKind): Kind<Reference> {
    return anything(({ z }) => z.union([z.string(), z.int()]).describe(`Full path or id of a ${kind}.`));
}

/** Keys of `config.toml`, of which the rules know more than a shape can say. */
export function table<T>(): Kind<T> {
    return anything(({ z }) => z.record(z.string(), z.unknown()) as zod.ZodType as zod.ZodType<T>);
}

/** A list, whose entries are of one kind and not missing. */
export function listOf<T>(kind: Kind<T>): Kind<T[]> {
    const item = needed("a value", kind);
    const isList = one(Array.isArray, "a list", "Write [a, b].");
    const read = (value: unknown, path: string) => {
        const list = isList(value, path);
        if (!Array.isArray(list.value)) return list;
        const items = list.value.map((one, index) => item(one, memberOf(path, index)));
        return { value: items.map(({ value: read }) => read), problems: items.flatMap(({ problems }) => problems) };
    };
    return kindOf(read, (to) => to.z.array(kind.schema(to)));
}

/** A map by names of the user's choice, whose entries are of one kind. */
export function mapOf<T>(kind: Kind<T>): Kind<Record<string, T>> {
    return kindOf(
        (value, path) => inMap(value, path, (name) => (item) => kind(item, memberOf(path, name))),
        (to) => to.z.record(to.z.string(), kind.schema(to)),
    );
}

/** A map with the keys of a shape. Other keys are left to the rules. */
export function shaped<T>(name: ArgumentName, shape: Shape<T>): Kind<T> {
    const schema: Schema<T> = (to) => {
        const members = Object.entries<Kind>(shape).map(([key, kind]) => {
            return [key, kind.needed ? kind.schema(to) : kind.schema(to).optional()];
        });
        return to.map(name, Object.fromEntries(members)) as zod.ZodType as zod.ZodType<T>;
    };
    return kindOf((value, path) => readKeys(value, path, shape), schema);
}

function readKeys<T>(value: unknown, path: string, shape: Shape<T>): Read<unknown> {
    const read = inMap(value, path, (key) => (item) => {
        const kind = Object.hasOwn(shape, key) ? shape[key as keyof T] : undefined;
        return kind?.(item, memberOf(path, key)) ?? { value: item, problems: [] };
    });
    if (!isMap(read.value) || isKnownLater(read.value)) return read;
    // Of what is missing, too, the kind knows whether it may be.
    for (const [key, kind] of Object.entries<Kind>(shape)) {
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

/** A value that decides what is declared, and so must not be an output. */
export function plain<T>(kind: Kind<T>): Kind<T> {
    return kindOf((value, path) => {
        if (typeof value === "symbol" || !isKnownLater(value)) return kind(value, path);
        const text = "must be known when the program runs (got an output). Put outputs inside it.";
        return { value: UNREADABLE, problems: [error(path, text)] };
    }, kind.schema);
}

/** Metadata by which the writer of schemas for other languages knows a resource. */
export const RESOURCE_KEY = "resource";

/** A list of texts that decide what is declared or said. */
export const plainTexts = plain(listOf(plain(text)));

const HAND_OVER = 'Hand over the component itself: what new Runner("…", { … }) returned, or a reference to it in YAML.';
const isRunner = one((value) => isMap(value) && "servedBy" in value && "scope" in value, "a Runner", HAND_OVER);

/** A runner that the program has declared; an output may give its id or name, and never itself. */
export const declaredRunner = kindOf(
    (value, path) => {
        if (!isKnownLater(value)) return isRunner(value, path);
        return { value: UNREADABLE, problems: [error(path, `must be a Runner (got an output). ${HAND_OVER}`)] };
    },
    ({ z }) => z.any().meta({ [RESOURCE_KEY]: "gitlab-fleet:index:Runner" }),
);

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

/** `remedy` is said where the value itself tells nothing. */
function one(fits: (value: unknown) => boolean, what: string, remedy = "Correct the value."): Reader {
    return (value, path) => {
        if (value === undefined || isKnownLater(value) || fits(value)) return { value, problems: [] };
        const general = typeof value === "object" ? "Correct the value." : remedy;
        const text = `must be ${what} (got ${show(value)}). ${remedyFor(what as Named, value, path) ?? general}`;
        return { value: UNREADABLE, problems: [error(path, text)] };
    };
}

interface Plain {
    string: string;
    boolean: boolean;
    number: number;
}

function plainly<Type extends keyof Plain>(type: Type, what: string): Kind<Plain[Type]> {
    const read = one((value) => typeof value === type, what);
    return kindOf(read, ({ z }) => z[type]() as zod.ZodType as zod.ZodType<Plain[Type]>);
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
