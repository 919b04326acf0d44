import { didYouMean } from "./suggest";
import { asText, isKnownLater, memberOf, show } from "./values";

/** One thing that is wrong, or unwise, with what a user wrote. */
export interface Problem {
    /** Where, as the user wrote it: `managers.ci-01.runners[2].docker.pull_polcy`. */
    path: string;
    /** What is wrong, what came in, and what to do. Follows the path in one sentence; never holds a secret. */
    message: string;
    /** An error stops the program; a warning is printed. */
    severity: "error" | "warning";
    /** Stable name of a warning, to silence it by. Errors have none. */
    code?: string;
    /** The same error comes again, with more to say, once GitLab was asked: alone it does not stop the program yet. */
    later?: boolean;
}

/** A problem that stops the program. */
export function error(path: string, message: string): Problem {
    return { path, message, severity: "error" };
}

/** A problem that is printed, and stops nothing. */
export function warning(path: string, message: string): Problem {
    return { path, message, severity: "warning" };
}

/** The errors that stop the program now. What is told later goes with the others, so that all come at once. */
export function stoppingErrors(problems: readonly Problem[]): Problem[] {
    const errors = problems.filter((problem) => problem.severity === "error");
    return errors.every((problem) => problem.later) ? [] : errors;
}

/** Problems of values of which nothing was said yet. */
export function unsaid(problems: readonly Problem[], said: readonly Problem[]): Problem[] {
    const paths = new Set(said.map(({ path }) => path));
    return problems.filter(({ path }) => !paths.has(path));
}

/** What is wrong with a value that has to be one of a few words; `remedy` where none of them was meant. */
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

/** Keys of a map that nothing reads; `remedy` is what may stand there, where that is more than keys. */
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

/** A key that nothing reads where it stands. */
export function unknownKey(path: string, key: string, known: readonly string[], remedy?: string): Problem {
    const meant = didYouMean(key, known);
    const choice = known.length <= MOST_LISTED ? `, or use one of ${known.join(", ")}` : "";
    const todo = remedy ?? (meant === "" ? `Remove it${choice}.` : "");
    return error(path, `is not a known key.${meant} ${todo}`.trimEnd());
}

/** Finds what is there twice: tells where a thing stood first, and undefined when this is the first time. */
export function firstPlaces(): (thing: unknown, path: string) => string | undefined {
    const places = new Map<unknown, string>();
    return (thing, path) => {
        const first = places.get(thing);
        if (first === undefined) places.set(thing, path);
        return first;
    };
}
