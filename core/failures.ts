import { durationToMilliseconds } from "./durations";
import type { CheckFailure, Value } from "./props";
import { either } from "./values";

/** Something that is wrong with an input; `what` follows its name. */
export function failure(property: string, what: string): CheckFailure {
    return { property, reason: `${property} ${what}` };
}

/** What is wrong with a word that has to be one of a few; what is no text, a schema judges. */
export function failuresOfChoice(property: string, value: Value | undefined, words: readonly string[]): CheckFailure[] {
    if (typeof value !== "string" || words.includes(value)) return [];
    return [failure(property, `must be ${either(words)} (got ${JSON.stringify(value)}).`)];
}

/** What is wrong with a duration. Unless `mayBeZero`, it must be longer than nothing. */
export function failuresOfDuration(
    property: string,
    value: Value | undefined,
    examples: string,
    { mayBeZero = false } = {},
): CheckFailure[] {
    const length = typeof value === "string" ? durationToMilliseconds(value) : undefined;
    if (typeof value !== "string" || (length !== undefined && (length > 0 || mayBeZero))) return [];
    return [failure(property, `must be a duration such as ${examples} (got "${value}").`)];
}
