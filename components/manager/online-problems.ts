import { findDurationProblems } from "../../core/durations";
import { isEventual } from "../../core/later";
import { error, findUnknownKeys, type Problem } from "../../core/problems";
import { isMap, memberOf, show } from "../../core/values";

/** What is wrong with `online` as the user wrote it. */
export function findOnlineProblems(online: unknown, path: string): Problem[] {
    if (online === undefined || typeof online === "boolean" || isEventual(online)) return [];
    const remedy = "Write true, false or { timeout: 5m }.";
    if (!isMap(online)) return [error(path, `must be true, false or a map (got ${show(online)}). ${remedy}`)];
    const unknown = findUnknownKeys(online, ["timeout"], path, remedy);
    if (unknown.length > 0) return unknown;
    const where = memberOf(path, "timeout");
    if (online.timeout === undefined) return [error(where, `is missing. ${remedy}`)];
    return findDurationProblems(online.timeout, where, "2m or 90s");
}
