import { didYouMean } from "./suggest";
import { asText, isKnownLater, memberOf, show } from "./values";

/** One thing that is wrong, or unwise, in what a user wrote. */
export interface Problem {
    /** Where, as the user wrote it: `managers.ci-01.runners[2].docker.pull_polcy`. */
    path: string;
    /** What is wrong, what was given, and what to do. Follows the path in one sentence; never contains a secret. */
    message: string;
    /** An error stops the program; a warning is printed. */
    severity: "error" | "warning";
    /** Stable name of a warning, used to silence it. Errors have none. */
    code?: string;
    /**
     * The same error is reported again, with more detail, once GitLab was asked: on its own it does not stop the
     * program yet.
     */
    later?: boolean;
}

/** A problem that stops the program. */
export function error(path: string, message: string): Problem {
    return { path, message, severity: "error" };
}

/** A problem that is printed and does not stop the program. */
export function warning(path: string, message: string): Problem {
    return { path, message, severity: "warning" };
}

/**
 * The errors that stop the program now. Errors marked `later` are included if there are others, so that all are
 * reported at once.
 */
export function stoppingErrors(problems: readonly Problem[]): Problem[] {
    const errors = problems.filter((problem) => problem.severity === "error");
    return errors.every((problem) => problem.later) ? [] : errors;
}

/** Problems at paths that have none reported yet. */
export function unsaid(problems: readonly Problem[], said: readonly Problem[]): Problem[] {
    const paths = new Set(said.map(({ path }) => path));
    return problems.filter(({ path }) => !paths.has(path));
}

/** What is wrong with a value that must be one of a few words; `remedy` is the advice if none of them is similar. */
export function findChoiceProblems(
    value: unknown,
    choices: readonly string[],
    path: string,
    remedy = "Choose one of them.",
): Problem[] {
    if (value === undefined || isKnownLater(value) || choices.includes(value as string)) return [];
    const meant = didYouMean(asText(value), choices) || ` ${remedy}`;
    return [error(path, `must be one of ${choices.join(", ")} (got ${show(value)}).${meant}`)];
}

/** Keys of a map that nothing reads; `remedy` says what may be there, if that is more than keys. */
export function findUnknownKeys(
    value: Readonly<Record<string, unknown>>,
    known: readonly string[],
    path: string,
    remedy?: string,
): Problem[] {
    return Object.keys(value)
        .filter((key) => value[key] !== undefined && !known.includes(key))
        .map((key) => unknownKey(memberOf(path, key), key, known, remedy));
}

const MOST_LISTED = 14;

/** The problem of a key that nothing reads at its place. */
export function unknownKey(path: string, key: string, known: readonly string[], remedy?: string): Problem {
    const meant = didYouMean(key, known);
    const choice = known.length <= MOST_LISTED ? `, or use one of ${known.join(", ")}` : "";
    const todo = remedy ?? (meant === "" ? `Remove it${choice}.` : "");
    return error(path, `is not a known key.${meant} ${todo}`.trimEnd());
}

/** Finds duplicates: returns the path at which a thing occurred first, or undefined if this is the first time. */
export function firstPlaces(): (thing: unknown, path: string) => string | undefined {
    const places = new Map<unknown, string>();
    return (thing, path) => {
        const first = places.get(thing);
        if (first === undefined) places.set(thing, path);
        return first;
    };
}
