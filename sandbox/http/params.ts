import { plainError } from "./errors";

const INVALID = Symbol("invalid");
type Coerced<T> = T | typeof INVALID;

/** One declared parameter, with the rules and the wording of Grape, the framework of GitLab's API. */
export class Param<T> {
    constructor(
        private readonly coerce: (raw: unknown) => Coerced<unknown>,
        private readonly rules: {
            required?: boolean;
            filled?: boolean;
            values?: readonly unknown[];
            fallback?: unknown;
        } = {},
    ) {}

    required(): Param<NonNullable<T>> {
        return new Param(this.coerce, { ...this.rules, required: true });
    }

    /** Grape: `allow_blank: false`. */
    filled(): Param<T> {
        return new Param(this.coerce, { ...this.rules, filled: true });
    }

    default(fallback: NonNullable<T>): Param<NonNullable<T>> {
        return new Param(this.coerce, { ...this.rules, fallback });
    }

    /** Grape: `values:`. */
    values<V extends string>(values: readonly V[]): Param<V | Extract<T, null | undefined>> {
        return new Param(this.coerce, { ...this.rules, values });
    }

    /** The value, or Grape's error messages. */
    read(name: string, given: boolean, raw: unknown): { value: T; problems: string[] } {
        const { required, filled, values, fallback } = this.rules;
        if (!given && !required) return { value: fallback as T, problems: [] };
        if (!given) {
            const problems = [`${name} is missing`];
            // A missing value also fails `values`, and GitLab reports both.
            if (values) problems.push(`${name} does not have a valid value`);
            // It also counts as empty.
            if (filled) problems.push(`${name} is empty`);
            return { value: fallback as T, problems };
        }
        const value = raw === null ? null : this.coerce(raw);
        if (value === INVALID) return { value: undefined as T, problems: [`${name} is invalid`] };
        const problems: string[] = [];
        if (filled && isBlank(value)) problems.push(`${name} is empty`);
        if (values && value !== null && !values.includes(value)) problems.push(`${name} does not have a valid value`);
        return { value: (value ?? fallback ?? null) as T, problems };
    }
}

/** `false` is a value; empty texts, lists and nothing are blank. */
export function isBlank(value: unknown): boolean {
    if (value === null || value === undefined) return true;
    if (typeof value === "string") return value.trim() === "";
    return Array.isArray(value) && value.length === 0;
}

type Optional<T> = T | null | undefined;

export const p = {
    string: (): Param<Optional<string>> => new Param(toText),
    integer: (): Param<Optional<number>> => new Param(toInteger),
    boolean: (): Param<Optional<boolean>> => new Param(toBoolean),
    /** A list, or its elements joined by commas. */
    csv: (): Param<Optional<string[]>> => new Param(toList),
    timestamp: (): Param<Optional<number>> => new Param(toTime),
    hash: (): Param<Optional<Record<string, unknown>>> =>
        new Param((raw) => (typeof raw === "object" && !Array.isArray(raw) ? raw : INVALID)),
};

/** Parameters of a route by name. */
export type Specs = Record<string, Param<unknown>>;
/** The values that a handler gets. */
export type Values<S extends Specs> = { [K in keyof S]: S[K] extends Param<infer T> ? T : never };

/** A rule over several parameters. */
export type Rule = { exclusive: string[] } | { atLeastOneOf: string[] };

/** Reads all parameters and throws one 400 with every problem, as Grape does. */
export function readParams<S extends Specs>(specs: S, rules: Rule[], raw: Record<string, unknown>): Values<S> {
    const values: Record<string, unknown> = {};
    const problems: string[] = [];
    for (const [name, spec] of Object.entries(specs)) {
        const read = spec.read(name, name in raw, raw[name]);
        values[name] = read.value;
        problems.push(...read.problems);
    }
    for (const rule of rules) {
        if ("exclusive" in rule) {
            const given = rule.exclusive.filter((name) => name in raw);
            if (given.length > 1) problems.push(`${given.join(", ")} are mutually exclusive`);
        } else if (!rule.atLeastOneOf.some((name) => name in raw)) {
            problems.push(`${rule.atLeastOneOf.join(", ")} are missing, at least one parameter must be provided`);
        }
    }
    if (problems.length > 0) throw plainError(400, problems.join(", "));
    return values as Values<S>;
}

function toText(raw: unknown): Coerced<string> {
    if (typeof raw === "string") return raw;
    return typeof raw === "number" || typeof raw === "boolean" ? String(raw) : INVALID;
}

function toInteger(raw: unknown): Coerced<number | null> {
    if (raw === "") return null;
    if (typeof raw === "number") return Number.isInteger(raw) ? raw : INVALID;
    return typeof raw === "string" && /^[+-]?\d+$/.test(raw) ? Number(raw) : INVALID;
}

/** Grape's spellings. Python clients send `True`. */
const TRUE = new Set<unknown>([true, 1, ..."1 t true True TRUE T on On ON y yes Yes YES Y".split(" ")]);
const FALSE = new Set<unknown>([false, 0, ..."0 f false False FALSE F off Off OFF n no No NO N".split(" ")]);

function toBoolean(raw: unknown): Coerced<boolean | null> {
    if (raw === "") return null;
    if (TRUE.has(raw)) return true;
    return FALSE.has(raw) ? false : INVALID;
}

function toList(raw: unknown): Coerced<string[]> {
    if (typeof raw === "string") return raw.split(",").map((part) => part.trim());
    if (!Array.isArray(raw)) return INVALID;
    const texts = raw.map(toText);
    return texts.includes(INVALID) ? INVALID : (texts as string[]).flatMap((text) => text.split(","));
}

function toTime(raw: unknown): Coerced<number | null> {
    if (raw === "") return null;
    const time = typeof raw === "string" ? Date.parse(raw) : Number.NaN;
    return Number.isNaN(time) ? INVALID : time;
}
