import { isAbsolute, relative, sep } from "node:path";
import type { Diff } from "../../handler";
import { type DirectoryPlace, whyElsewhere } from "./place";
import { reachedSight } from "./sight";

/**
 * Removes the directory from a diff if it differs only because a relative path was resolved in a clone on another
 * machine: there it is the same directory, with another path. In another clone on the same machine, it is another
 * directory.
 */
export async function withoutOtherClone(diff: Diff, place: DirectoryPlace): Promise<Diff> {
    const { directory: kind, ...changes } = diff.changes;
    if (kind === undefined || changes.ssh !== undefined || place.host.remote) return diff;
    if (!isOfAnotherClone(place.was, place.directory)) return diff;
    const sight = await reachedSight(place);
    return typeof sight === "string" || whyElsewhere(place, sight) === undefined ? diff : { ...diff, changes };
}

/**
 * Whether a path in this project's folder, in which the engine starts its plugins, is the same relative path as the old
 * one in another folder.
 */
export function isOfAnotherClone(was: string | undefined, is: string, folder = process.cwd()): boolean {
    const within = relative(folder, is);
    const isIn = within !== "" && !isAbsolute(within) && !/^\.\.(?:[\\/]|$)/.test(within);
    return isIn && was !== undefined && was !== is && was.endsWith(sep + within);
}
