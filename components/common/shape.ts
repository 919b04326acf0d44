import { error, type Problem } from "../../core/problems";
import { holdsOutput, isEventual, isKnownLater, isMap, isOutput, memberOf, show, UNREADABLE } from "../../core/values";
import { type Kind as Named, remedyFor } from "../../core/wrong-type";

/** A value as far as it can be read, and what is wrong with its shape. */
export interface Read<T> {
    /** The value; `UNREADABLE` stands for what has the wrong shape or is missing, so that nothing else is said about it. */
    value: T;
    problems: Problem[];
}

/** Where the keys of a map are described: the name of doc comments. */
export const TEXTS = Symbol("texts");

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
export type Reader = (value: unknown, path: string) => Read<unknown>;

/** What an argument must be: in a program's arguments, and in a stack's configuration. */
export interface Kind<out T = unknown> {
    (...to: Parameters<Reader>): Read<unknown>;
    /** What a stack's configuration may hold, for editors and other languages; absent where it may hold none. */
    schema?: JsonSchema;
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

export function hasType(schema: JsonSchema = {}, value: unknown): boolean {
    const type = Array.isArray(value) ? "array" : typeof value === "object" && !isMap(value) ? "null" : typeof value;
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

/** What a function finds nothing wrong with, whatever in it is known later. With anything else no rule can do anything. */
export function settled<T>(schema: JsonSchema, find: Find): Kind<T> {
    return kindOf((value, path) => {
        const problems = value === undefined || isKnownLater(value) ? [] : find(value, path);
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
            return written ?? (what === "a list" ? "Write [a, b]." : isMap(value) ? "Put it in a list." : undefined);
        },
    });
    const read = (value: unknown, path: string) => {
        const list = isList(value, path);
        if (!Array.isArray(list.value)) return list;
        // `map` would pass over the holes of a list.
        const items = Array.from(list.value, (one, index) => item(one, memberOf(path, index)));
        return { value: items.map(({ value: read }) => read), problems: items.flatMap(({ problems }) => problems) };
    };
    return kindOf(read, schema);
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
