import { durationRemedy, findDurationProblems, toSeconds } from "../../core/durations";
import { error, findChoiceProblems } from "../../core/problems";
import { findIdProblems, findReferenceProblems, type Reference, type ReferenceKind } from "../../core/reference";
import { whyUnseen } from "../../core/safe-text";
import { isOutput, isResource, show, UNREADABLE } from "../../core/values";
import { anything, type JsonSchema, judged, type Kind, kindOf, listOf, must, plain, referring } from "./shape";

const TEXT: JsonSchema = { type: "string" };

export const text = must<string>("a text", TEXT, (value) => typeof value === "string");
export const flag = must<boolean>("true or false", { type: "boolean" }, (value) => typeof value === "boolean");
export const number = must<number>("a number", { type: "number" }, (value) => Number.isFinite(value));

/** A text for which `fits` is true; by default, any text that is not blank. */
export function textThat(
    what: string,
    fits: (text: string) => boolean = (value) => value.trim() !== "",
    isSecret?: (value: unknown) => boolean,
): Kind<string> {
    return must(what, TEXT, (value) => typeof value === "string" && fits(value), { isSecret });
}

/** A text that names something. `remedy` says what to write if there is none; `why` returns what is wrong with one. */
export function naming(remedy: string, why: (text: string) => string | undefined): Kind<string> {
    return judged(TEXT, (value, path) => {
        const isText = typeof value === "string";
        if (!isText || value.trim() === "") {
            return [error(path, `must ${isText ? "not be empty" : "be a text"} (got ${show(value)}). ${remedy}`)];
        }
        const wrong = why(value) ?? whyUnseen(value);
        return wrong === undefined ? [] : [error(path, wrong)];
    });
}

export function whole(minimum: number, maximum?: number): Kind<number> {
    const what = `a whole number${maximum === undefined ? `, ${minimum} or more` : ` from ${minimum} to ${maximum}`}`;
    return must(what, { type: "integer", minimum, ...(maximum === undefined ? {} : { maximum }) }, (value) => {
        return Number.isInteger(value) && Number(value) >= minimum && Number(value) <= (maximum ?? Infinity);
    });
}

export function choice<Word extends string>(words: readonly Word[], remedy?: string): Kind<Word> {
    return judged({ ...TEXT, enum: [...words] }, (value, path) => findChoiceProblems(value, words, path, remedy));
}

/** A duration. Must be positive unless `mayBeZero`. */
export function duration(example: string, more?: { mayBeZero: boolean }): Kind<string> {
    return judged(TEXT, (value, path) => findDurationProblems(value, path, example, more));
}

/** A duration of at least a second, and at most `most` seconds; `what` describes it in errors. */
export function seconds(what: string, most = Number.MAX_VALUE): Kind<string> {
    const fits = (value: unknown) => (toSeconds(value) ?? Infinity) <= most;
    return must(what, TEXT, fits, { remedy: (value) => durationRemedy(value, fits) });
}

export const runnerId = judged<number | string>({ anyOf: [{ type: "integer" }, TEXT] }, findIdProblems);

export function reference(kind: ReferenceKind): Kind<Reference> {
    const schema = { description: `Full path or id of a ${kind}.`, anyOf: [TEXT, { type: "integer" }] };
    return referring(judged(schema, (value, path) => findReferenceProblems(kind, value, path)));
}

/** Keys of `config.toml`, which have rules of their own. */
export function table<T>(): Kind<T> {
    return anything({ type: "object", additionalProperties: {} });
}

/** A function, which only a program can pass. */
export const callback = must<never>("a function", undefined, (value) => typeof value === "function", {
    remedy: () => "Give one in a program, or leave it out.",
});

/** The `example` of a map of functions, for errors. */
export const IN_PROGRAMS = { example: "functions by name in a program, or leave it out" };

/** An argument that only programs have, and stack configuration does not. */
export function inPrograms<T>(kind: Kind<T>): Kind<T> {
    return kindOf(kind, undefined);
}

/** Schema keyword that marks a resource, for the generator of schemas for other languages. */
export const RESOURCE_KEY = "resource";

/** A list of texts without outputs: they decide what is declared or printed. */
export const plainTexts = plain(listOf(plain(text)));

const HAND_OVER = 'Hand over the component itself: what new Runner("…", { … }) returned, or a reference to it in YAML.';
const RUNNER = { [RESOURCE_KEY]: "gitlab-fleet:index:Runner" };
const isRunner = must("a Runner", RUNNER, (value) => isResource(value) && "servedBy" in value && "scope" in value, {
    remedy: () => HAND_OVER,
});

/** A runner that the program has declared. An output may give a runner's id or name, but not the runner itself. */
export const declaredRunner = kindOf<never>((value, path) => {
    if (!isOutput(value)) return isRunner(value, path);
    return { value: UNREADABLE, problems: [error(path, `must be a Runner (got an output). ${HAND_OVER}`)] };
}, RUNNER);
