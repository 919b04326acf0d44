import { messageOf } from "./message";
import { error, type Problem } from "./problems";
import { isKnownLater, mapParts, memberOf, UNREADABLE } from "./values";

/** Nothing that users declare is nested deeper. */
const MOST_LEVELS = 100;

/**
 * A copy of a value with `UNREADABLE` in place of each part that cannot be read completely, and the problems of those
 * parts. Without problems, it is the value itself.
 */
export function readable(
    value: unknown,
    path: string,
    above: readonly unknown[] = [],
): { value: unknown; problems: Problem[] } {
    if (typeof value !== "object" || value === null) return { value, problems: [] };
    const refuse = (message: string) => ({ value: UNREADABLE, problems: [error(path, message)] });
    if (above.includes(value)) return refuse("holds itself. Write out what is meant.");
    if (above.length >= MOST_LEVELS) return refuse(`has more than ${MOST_LEVELS} levels. Write it with fewer.`);
    const problems: Problem[] = [];
    const inside = [...above, value];
    try {
        if (isKnownLater(value)) return { value, problems };
        const parts = mapParts(value, (part, key) => {
            const read = readable(part, memberOf(path, key), inside);
            problems.push(...read.problems);
            return read.value;
        });
        return { value: problems.length === 0 ? value : parts, problems };
    } catch (failure) {
        return refuse(`cannot be read (${messageOf(failure)}). Write plain values.`);
    }
}
