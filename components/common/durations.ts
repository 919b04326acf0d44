import { durationToMilliseconds } from "../../core/durations";
import { isEventual } from "../../core/later";
import type { Problem } from "../../core/problems";
import { show } from "../../core/values";
import { error } from "./rules";

/** What is wrong with a duration as the user wrote it. Unless `mayBeZero`, it must be longer than nothing. */
export function findDurationProblems(
    value: unknown,
    path: string,
    example: string,
    { mayBeZero = false }: { mayBeZero?: boolean } = {},
): Problem[] {
    if (value === undefined || isEventual(value)) return [];
    const length = typeof value === "string" ? durationToMilliseconds(value) : undefined;
    if (length === undefined) {
        return [error(path, `must be a duration such as ${example} (got ${show(value)}). Correct it.`)];
    }
    if (length > 0 || mayBeZero) return [];
    return [error(path, `must be longer than nothing, such as ${example} (got ${show(value)}). Correct it.`)];
}
