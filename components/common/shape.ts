import { error, type Problem } from "../../core/problems";
import { holdsOutput, isEventual, isKnownLater, isMap, isOutput, memberOf, show, UNREADABLE } from "../../core/values";
import { type Kind as Named, remedyFor } from "../../core/wrong-type";

/** The readable part of a value, and the problems of its shape. */
export interface Read<T> {
    /** The value, with `UNREADABLE` for parts that have the wrong shape or are missing, so that rules ignore them. */
    value: T;
    problems: Problem[];
}

/** Key of a schema for the name of its doc comments. */
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

/** Reads the value at a path. Outputs are accepted: their shape is checked once they are known. */
export type Reader = (value: unknown, path: string) => Read<unknown>;

/** What an argument must be, in a program and in stack configuration. */
export interface Kind<out T = unknown> {
    (...to: Parameters<Reader>): Read<unknown>;
    /** What stack configuration may contain, for editors and other languages; absent if only programs may have it. */
    schema?: JsonSchema;
    needed?: boolean;
    /** Whether it contains projects or groups, so that digits from an output are the id of another resource. */
    refers?: boolean;
    /** Never set: carries the type for the compiler. */
    readonly type?: T;
}

/** The kind of each argument. The compiler reports missing and extra keys and wrong types. */
export type Shape<T> = { readonly [Key in keyof Required<T>]: Kind<T[Key]> };

export function kindOf<T>(read: Reader, schema: JsonSchema | undefined, needed = false): Kind<T> {
    return Object.assign((value: unknown, path: string) => read(value, path), { schema, needed });
}

/** A kind whose problems `find` returns. A value of the right type stays readable, so that rules can check it, too. */
export function judged<T>(schema: JsonSchema | undefined, find: Find): Kind<T> {
    return kindOf((value, path) => {
        if (value === undefined || isKnownLater(value)) return { value, problems: [] };
        const problems = find(value, path);
        return { value: problems.length === 0 || hasType(schema, value) ? value : UNREADABLE, problems };
    }, schema);
}

/** The alternatives of a schema, or the schema itself. */
export function optionsOf(schema: JsonSchema): JsonSchema[] {
    return schema.anyOf?.flatMap(optionsOf) ?? [schema];
}

export function hasType(schema: JsonSchema = {}, value: unknown): boolean {
    const type = Array.isArray(value) ? "array" : typeof value === "object" && !isMap(value) ? "null" : typeof value;
    return optionsOf(schema).some((option) => option.type === type || (option.type === "integer" && type === "number"));
}

type Find = (value: unknown, path: string) => Problem[];

/** A value of any shape, left to the rules. */
export function anything<T>(schema: JsonSchema): Kind<T> {
    return judged(schema, () => []);
}

/** A kind with further limits in its schema, for editors; the rules check them. */
export function within<T>(kind: Kind<T>, limits: JsonSchema): Kind<T> {
    return kindOf(kind, { ...kind.schema, ...limits });
}

/** A kind whose problems `find` returns even if outputs are inside. A value with problems is unreadable to rules. */
export function settled<T>(schema: JsonSchema, find: Find): Kind<T> {
    return kindOf((value, path) => {
        const problems = value === undefined || isKnownLater(value) ? [] : find(value, path);
        return { value: problems.length === 0 ? value : UNREADABLE, problems };
    }, schema);
}

/** A kind whose values contain projects or groups. */
export function referring<T>(kind: Kind<T>): Kind<T> {
    return Object.assign(kind, { refers: true });
}

/** A kind with a further check of values that are readable. */
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
    /** What to do about a value; if it returns undefined, the value and the schema decide. */
    remedy?: (value: unknown, path: string) => string | undefined;
}

/** A kind that accepts values for which `fits` is true. `what` follows "must be" in errors. */
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
    // In YAML an unquoted 5 is a number, and an unquoted yes is a boolean.
    const isBare = typeof value === "number" || typeof value === "boolean";
    if (type === "string") return isBare && fits(String(value)) ? "Put it in quotes." : undefined;
    const named = NAMED[String(type)];
    return named === undefined ? undefined : remedyFor(named, value, path);
}

/** A list of values of one kind, without holes. */
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
        // `map` would skip holes in the list.
        const items = Array.from(list.value, (one, index) => item(one, memberOf(path, index)));
        return { value: items.map(({ value: read }) => read), problems: items.flatMap(({ problems }) => problems) };
    };
    return kindOf(read, schema);
}

/** A value that is required; `example` says what to write. Without one, the rules report that it is missing. */
export function needed<T>(example: string | undefined, kind: Kind<T>): Kind<T> {
    const read: Reader = (value, path) => {
        if (value !== undefined || example === undefined) return kind(value, path);
        return { value: UNREADABLE, problems: [error(path, `is missing. Add ${example}.`)] };
    };
    return kindOf(read, kind.schema, true);
}

/** A value that must not be an output, or with `throughout` even contain one: it decides what is declared. */
export function plain<T>(kind: Kind<T>, throughout = false): Kind<T> {
    const mayHold = !throughout && [[], {}].some((parts) => hasType(kind.schema, parts));
    const todo = mayHold ? "Put outputs inside it." : "Write a plain value.";
    const problem = `must be known when the program runs (got an output). ${todo}`;
    return kindOf((value, path) => {
        if (!(throughout ? holdsOutput(value) : isOutput(value))) return kind(value, path);
        return { value: UNREADABLE, problems: [error(path, problem)] };
    }, kind.schema);
}
