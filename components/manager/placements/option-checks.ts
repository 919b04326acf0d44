import type * as zod from "zod";
import { durationRemedy, findDurationProblems } from "../../../core/durations";
import { error, findChoiceProblems, type Problem } from "../../../core/problems";
import { didYouMean } from "../../../core/suggest";
import { isEventual, isKnownLater, isMap, memberOf, show } from "../../../core/values";

/** What is wrong in a value: where in it, and a sentence that follows the path. */
export interface Wrong {
    at: (string | number)[];
    message: string;
}

/** What a value must be, said after "must be", with an example; or what is wrong with parts of it. Undefined or nothing when it is that. */
type Find = (value: unknown) => string | undefined | Wrong[];

/** What an option must be, and its shape in a stack's configuration. */
export interface Check<out T = unknown> {
    (value: unknown): ReturnType<Find>;
    /** Absent where no configuration can hold it. */
    shape?(to: Shaping): zod.ZodType<T>;
}

/** What a shape is made with. zod is handed in: whoever only checks does not load it. */
export interface Shaping {
    z: typeof zod;
    /** A map with keys of its own, each described by its doc comment. */
    map<Members extends Record<string, zod.ZodType>>(members: Members): zod.ZodObject<Members>;
}

/** A check for each option: the compiler finds one that is missing, one too many, and one of another type. */
export type Checks<Options> = { readonly [Key in keyof Required<Options>]: Check<Options[Key]> };

/** A text that says something. */
export function isText(value: unknown): value is string {
    return typeof value === "string" && value.trim() !== "";
}

/** A text, or one that comes later. */
export function isGiven(value: unknown): boolean {
    return isEventual(value) || isText(value);
}

/** What is wrong with options at a path, and which are missing; `needed` says of these what to write. */
export function findOptionProblems(
    options: Record<string, unknown>,
    path: string,
    checks: Readonly<Record<string, Check>>,
    needed: Readonly<Record<string, string>> = {},
): Problem[] {
    const missing = Object.keys(needed).filter((key) => options[key] === undefined);
    const found = Object.entries(options).flatMap(([key, value]) => {
        if (value === undefined) return [];
        const where = memberOf(path, key);
        if (Object.hasOwn(checks, key)) {
            return wrongsOf(checks[key]!, value).map(({ at, message }) =>
                error(at.reduce<string>(memberOf, where), message),
            );
        }
        return [error(where, `is not a known key.${didYouMean(key, Object.keys(checks)) || " Remove it."}`)];
    });
    return [...missing.map((key) => error(memberOf(path, key), `is missing. ${needed[key]!}`)), ...found];
}

/** Those keys of a placement for which there are checks. */
export function optionsIn(placement: Record<string, unknown>, checks: object): Record<string, unknown> {
    return Object.fromEntries(Object.keys(checks).map((key) => [key, placement[key]]));
}

function wrongsOf(check: Find, value: unknown, secret = false): Wrong[] {
    const wanted = check(value);
    if (typeof wanted !== "string") return wanted ?? [];
    // YAML makes a number of 5 and a truth of yes.
    const isBare = wanted.startsWith("a text") && ["number", "boolean"].includes(typeof value);
    const remedy = wanted.startsWith("a duration")
        ? durationRemedy(value, (text) => check(text) === undefined)
        : isBare
          ? "Put it in quotes."
          : "Correct it.";
    return [{ at: [], message: `must be ${wanted} (got ${show(value, secret)}). ${remedy}` }];
}

function below(key: string | number, wrongs: readonly Wrong[]): Wrong[] {
    return wrongs.map(({ at, message }) => ({ at: [key, ...at], message }));
}

/** A check of something that has a shape. */
export function shaped<T>(shape: (to: Shaping) => zod.ZodType<T>, find: Find): Check<T> {
    return Object.assign((value: unknown) => find(value), { shape });
}

/** What stands in a configuration as a text. */
export function ofText(find: Find): Check<string> {
    return shaped(({ z }) => z.string(), find);
}

/** A check that does not show what came in where it may be a secret. */
export function hiding<T>(check: Check<T>, isSecret: (value: unknown) => boolean = () => true): Check<T> {
    return Object.assign((value: unknown) => wrongsOf(check, value, isSecret(value)), { shape: check.shape });
}

/** A check that an output passes. */
export function orLater<T>(check: Check<T>): Check<T> {
    return Object.assign((value: unknown) => (isKnownLater(value) ? undefined : check(value)), { shape: check.shape });
}

/** What is wrong with a value as a whole, as a sentence that follows the path. */
export function wrong(message: string): Wrong[] {
    return [{ at: [], message }];
}

export function text(wanted: string): Check<string> {
    return textThat(() => true, wanted);
}

/** A text that says something, of which more is true. */
export function textThat(fits: (text: string) => boolean, wanted: string): Check<string> {
    return ofText((value) => (isText(value) && fits(value) ? undefined : wanted));
}

/** A text of a pattern. */
export function textLike(pattern: RegExp, wanted: string): Check<string> {
    return ofText((value) => (typeof value === "string" && pattern.test(value) ? undefined : wanted));
}

/** A text, known now or later; `remedy` says what to write in place of anything else, and `find` what is wrong with a text. */
export function anyText(remedy: string, find: (text: string) => Wrong[] | undefined = () => undefined): Check<string> {
    return ofText((value) => {
        if (isKnownLater(value)) return undefined;
        if (typeof value !== "string") return wrong(`must be a text (got ${show(value)}). ${remedy}`);
        return value.trim() === "" ? wrong(`must not be empty (got ${show(value)}). ${remedy}`) : find(value);
    });
}

/** A duration, known now or later. */
export function duration(example: string): Check<string> {
    return ofText((value) => findDurationProblems(value, "", example).map(({ message }) => ({ at: [], message })));
}

export function oneOf<Word extends string>(words: readonly Word[]): Check<Word> {
    return shaped(
        ({ z }) => z.enum(words),
        (value) => (words.includes(value as Word) ? undefined : words.join(" or ")),
    );
}

/** The same, where a misspelt one is guessed. */
export function choiceOf<Word extends string>(words: readonly Word[]): Check<Word> {
    return shaped(
        ({ z }) => z.enum(words),
        (value) => findChoiceProblems(value, words, "").map(({ message }) => ({ at: [], message })),
    );
}

/** A list; `item` is looked at one by one. */
export function listOf<T>(item: Check<T>, wanted: string): Check<T[]> {
    return shaped(
        (to) => {
            if (item.shape === undefined) throw new Error("No shape for the items of a list: make it with shaped().");
            return to.z.array(item.shape(to));
        },
        (value) => (Array.isArray(value) ? value.flatMap((one, index) => below(index, wrongsOf(item, one))) : wanted),
    );
}

/** A map of texts; each is looked at by `item`, and each key: what is wrong with it is said in a sentence. */
export function mapOf(
    item: Find,
    wanted: string,
    whyNotKey: (key: string) => string | undefined = () => undefined,
): Check<Record<string, string>> {
    return shaped(
        ({ z }) => z.record(z.string(), z.string()),
        (value) => {
            if (!isMap(value) || isKnownLater(value)) return wanted;
            return Object.entries(value).flatMap(([key, one]) => {
                const message = whyNotKey(key);
                return below(key, message === undefined ? wrongsOf(item, one) : wrong(message));
            });
        },
    );
}

/** A map with keys of its own; those in `needed` must be there. */
export function shapeOf<All extends Record<string, Check>>(
    checks: All,
    wanted: string,
    needed: readonly string[] = [],
): Check<{ [Key in keyof All]?: All[Key] extends Check<infer T> ? T : never }> {
    const known = Object.keys(checks);
    const find: Find = (value) => {
        if (!isMap(value) || isKnownLater(value)) return wanted;
        const missing = needed
            .filter((key) => value[key] === undefined)
            .map((key) => ({ at: [key], message: `is missing. Write ${wanted}.` }));
        const found = Object.entries(value).flatMap(([key, one]) => {
            if (one === undefined) return [];
            if (Object.hasOwn(checks, key)) return below(key, wrongsOf(checks[key]!, one));
            const remedy = didYouMean(key, known) || ` Remove it, or use one of ${known.join(", ")}.`;
            return [{ at: [key], message: `is not a known key.${remedy}` }];
        });
        return [...missing, ...found];
    };
    const shape = (to: Shaping) => {
        const bare = known.filter((key) => checks[key]!.shape === undefined);
        // Left out of the shape, it would be an unknown key to editors while the check takes it.
        if (bare.length > 0)
            throw new Error(`No shape for ${bare.join(", ")} of ${known.join(", ")}: make it with shaped().`);
        return to.map(membersOf(checks, needed, () => to));
    };
    return shaped(shape, find) as Check as ReturnType<typeof shapeOf<All>>;
}

/** The shapes of options; those that are not `needed` may be missing. */
export function membersOf(
    checks: Readonly<Record<string, Check>>,
    needed: readonly string[],
    shapingOf: (key: string) => Shaping,
): Record<string, zod.ZodType> {
    const shapes = Object.entries(checks).flatMap(([key, { shape }]) => {
        const type = shape?.(shapingOf(key));
        return type === undefined ? [] : [[key, needed.includes(key) ? type : type.optional()]];
    });
    return Object.fromEntries(shapes);
}

export function countUpTo(most: number): Check<number> {
    return shaped(
        ({ z }) => z.int().min(1).max(most),
        (value) =>
            Number.isInteger(value) && Number(value) >= 1 && Number(value) <= most
                ? undefined
                : `a whole number from 1 to ${most}`,
    );
}

export const flag = shaped(
    ({ z }) => z.boolean(),
    (value) => (typeof value === "boolean" ? undefined : "true or false"),
);
