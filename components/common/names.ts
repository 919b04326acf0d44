import { error, type Problem } from "../../core/problems";
import { findUnsafe } from "../../core/safe-text";
import { show } from "../../core/values";

/** It joins the parts of one emoji. */
const JOINER = "\u200d";

/** What is wrong with the logical name of a runner or manager. */
export function findNameProblems(name: string, path: string): Problem[] {
    // Maps by name, in JavaScript and on the way to the engine, lose what has this name.
    if (name === "__proto__") return [error(path, `must not be __proto__ (got ${show(name)}). Rename it.`)];
    if (name.trim() === "") return [error(path, `must not be empty (got ${show(name)}). Give it a name.`)];
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a name must not have.
    if (name !== name.trim() || /[\x00-\x1f]/.test(name)) {
        return [error(path, `must not begin or end with a space or hold a line break (got ${show(name)}). Rename it.`)];
    }
    // Two names that look alike would be two things: in GitLab's pages, in previews, and to whoever writes one of them down.
    const unseen = findUnsafe(name.replaceAll(JOINER, ""));
    if (unseen !== undefined) {
        const code = `U+${unseen.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;
        return [error(path, `must not hold characters that nobody sees (${code} in ${show(name)}). Write it anew.`)];
    }
    return [];
}
