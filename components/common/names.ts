import { error, type Problem } from "../../core/problems";
import { show } from "../../core/values";

/** What is wrong with the logical name of a runner or manager. */
export function findNameProblems(name: string, path: string): Problem[] {
    // Maps by name, in JavaScript and on the way to the engine, lose what has this name.
    if (name === "__proto__") return [error(path, `must not be __proto__ (got ${show(name)}). Rename it.`)];
    if (name.trim() === "") return [error(path, `must not be empty (got ${show(name)}). Give it a name.`)];
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a name must not have.
    if (name !== name.trim() || /[\x00-\x1f]/.test(name)) {
        return [error(path, `must not begin or end with a space or hold a line break (got ${show(name)}). Rename it.`)];
    }
    return [];
}
