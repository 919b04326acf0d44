import type * as z from "zod";
import { durationRemedy } from "../../../core/durations";
import { error, findChoiceProblems, type Problem } from "../../../core/problems";
import { closest, didYouMean } from "../../../core/suggest";
import { isEventual, isMap, joinPaths, mapParts, memberOf, show, UNREADABLE } from "../../../core/values";
import { type Kind, remedyFor } from "../../../core/wrong-type";
import { DURATION } from "../../common/shape";
import { ENCRYPTED } from "./secure";
import { meantAt, placesBelow, shapesAt } from "./shapes";

/** A value that fits its schema as far as it can be read, and what is wrong with its shape. */
export interface Shaped<T> {
    /** The value; what has the wrong shape is replaced by `UNREADABLE`, so that nothing else is said about it. */
    value: T;
    /** Unknown keys, wrong types, missing keys. Limits, scopes and references are left to the rules. */
    problems: Problem[];
    /** Values that fit none of the shapes they may have. The rules know more about them, and speak first. */
    misfits: Misfit[];
}

/** A value that fits none of the shapes it may have. */
interface Misfit {
    path: string;
    input: unknown;
    /** The shapes in words. */
    shapes: string;
    /** What is wrong with the one that is meant, where a key tells which one that is. */
    meant?: Problem[];
}

/** Compares a value with a schema. `placeFor` knows where a key belongs that its parent does not know. */
export function checkShape<T>(
    schema: z.ZodType<T>,
    value: unknown,
    path: string,
    placeFor: (parent: readonly PropertyKey[], key: string) => string | undefined = () => undefined,
): Shaped<T> {
    const known = new WeakMap<object, string[]>();
    const result = schema.safeParse(value, {
        reportInput: true,
        error: (issue) => {
            if (issue.code === "unrecognized_keys" && isMap(issue.input)) known.set(issue.input, keysOf(issue.inst));
            return undefined;
        },
    });
    // The value itself, and not what zod makes of it, which lacks a key such as `__proto__`.
    if (result.success) return { value: value as T, problems: [], misfits: [] };
    const issues = result.error.issues as readonly Issue[];
    let readable = copyOf(value);
    for (const { code, path: at, input } of issues) {
        if (isMismatch(code) && input !== ENCRYPTED) readable = replaceAt(readable, at);
    }
    return { value: readable as T, ...toProblems(issues) };

    function placeBelow(at: readonly PropertyKey[], where: string, key: string, candidates: readonly string[]) {
        const { exact, near } = placesBelow(schema, at, key);
        const sure = near.filter((place) => exact.includes(place));
        const likely = closest(key, candidates) === undefined ? near : [];
        const places = sure.length > 0 ? sure : [...likely, ...exact];
        if (places.length === 0) return undefined;
        return `It belongs deeper: ${places.map((place) => joinPaths(where, place)).join(" or ")}.`;
    }

    function toProblems(issues: readonly Issue[], above: readonly PropertyKey[] = []) {
        const problems: Problem[] = [];
        const misfits: Misfit[] = [];
        for (const issue of issues) {
            const at = [...above, ...issue.path];
            const where = at.reduce<string>((parent, key) => memberOf(parent, key as string | number), path);
            if (issue.code !== "invalid_union" && issue.input === ENCRYPTED) continue;
            if (issue.code === "invalid_union") {
                const meant = meantAt(schema, at, issue.input);
                const own = meant === undefined ? undefined : toProblems(issue.errors[meant] as readonly Issue[], at);
                const shapes = shapesAt(schema, at);
                // What is encrypted may have any shape.
                if (own !== undefined) {
                    misfits.push({ path: where, input: issue.input, shapes, meant: own.problems }, ...own.misfits);
                } else if (!isEventual(issue.input)) misfits.push({ path: where, input: issue.input, shapes });
            } else if (issue.code === "unrecognized_keys") {
                const candidates = isMap(issue.input) ? (known.get(issue.input) ?? []) : [];
                for (const key of issue.keys) {
                    const place = placeFor(at, key) ?? placeBelow(at, where, key, candidates);
                    problems.push(toUnknownKey(memberOf(where, key), key, candidates, place));
                }
            } else if (issue.code === "invalid_type") {
                const example = exampleOf(at);
                problems.push(toWrongType(where, issue.expected, issue.input, issue.message, example));
            } else if (issue.code === "invalid_value") problems.push(...toWrongValue(where, issue));
        }
        return { problems, misfits };
    }
}

type Issue = z.core.$ZodIssue;

function isMismatch(code: Issue["code"]): boolean {
    return code === "invalid_type" || code === "invalid_value";
}

const MOST_LISTED = 14;

/** How what must be there is written, by its key. */
const EXAMPLES: Record<string, string> = {
    config: "{ concurrent: 4 }",
    consumers: "{ projects: [group/project], groups: [group] }",
};

/** An example for an entry of a manager or a registry; a runner's `config` has no shortest one. */
function exampleOf([section, , key, ...deeper]: readonly PropertyKey[]): string | undefined {
    if (section === "runners" || key === undefined || deeper.length > 0) return undefined;
    return Object.hasOwn(EXAMPLES, key) ? EXAMPLES[String(key)] : undefined;
}

/** A key that nothing reads where it stands. `place` says where it would be read. */
export function toUnknownKey(path: string, key: string, known: readonly string[], place?: string): Problem {
    if (place !== undefined) return error(path, `is not a known key here. ${place}`);
    const choice = known.length <= MOST_LISTED ? `, or use one of ${known.join(", ")}` : "";
    const remedy = didYouMean(key, known) || ` Remove it${choice}.`;
    return error(path, `is not a known key.${remedy}`);
}

/** What is said where the value itself does not tell what to do. */
const REMEDIES: Record<string, [what: Kind, remedy: string]> = {
    string: ["a text", "Correct the value."],
    boolean: ["true or false", "Write one of them."],
    number: ["a number", "Write digits alone."],
    int: ["a whole number", "Write it without quotes or a fraction."],
    array: ["a list", "Write [a, b], or one line with a dash for each entry."],
    object: ["a map", "Write its keys below it, further to the right."],
    record: ["a map", "Write its keys below it, further to the right."],
};

/** A value of another type. `words` is what the schema itself says of it; `example` is how it may be written. */
function toWrongType(path: string, expected: string, input: unknown, words: string, example?: string): Problem {
    const isDuration = words.startsWith(DURATION);
    const [what, general] = REMEDIES[expected] ?? [expected, "Correct the value."];
    if (input === undefined) return error(path, `is missing. Add it: ${example ?? what}.`);
    const got = `(got ${show(input)})`;
    if (isDuration) return error(path, `${words} ${got}. ${durationRemedy(input)}`);
    const remedy = remedyFor(what as Kind, input, path) ?? (example === undefined ? general : `Write ${example}.`);
    return error(path, `must be ${what} ${got}. ${remedy}`);
}

function toWrongValue(path: string, issue: { values: readonly unknown[]; input?: unknown }): Problem[] {
    const known = issue.values.map(String);
    if (issue.input === undefined) return [error(path, `is missing. Add it: one of ${known.join(", ")}.`)];
    return findChoiceProblems(issue.input, known, path);
}

function keysOf(inst: unknown): string[] {
    const shape = (inst as { _zod?: { def?: { shape?: object } } } | undefined)?._zod?.def?.shape;
    return Object.keys(shape ?? {});
}

function replaceAt(root: unknown, path: readonly PropertyKey[]): unknown {
    if (path.length === 0) return UNREADABLE;
    const parent = path
        .slice(0, -1)
        .reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], root);
    if (typeof parent === "object" && parent !== null)
        (parent as Record<PropertyKey, unknown>)[path.at(-1)!] = UNREADABLE;
    return root;
}

function copyOf(value: unknown): unknown {
    return mapParts(value, copyOf);
}
