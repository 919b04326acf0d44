import { countCharacters } from "../../core/characters";
import { LONGEST_NOTE, noteWith } from "../../core/marker";
import type { Problem } from "../../core/problems";
import { didYouMean } from "../../core/suggest";
import { memberOf, show } from "../../core/values";
import { error, type Rule } from "../common/rules";
import { findScopeProblems } from "../common/scope";
import { findAdoptProblems } from "./adoption";
import type { RunnerArgs } from "./runner";
import { findRotateBeforeProblems, findRotationProblems } from "./token";

/** Who may use a runner's protected side: GitLab's `access_level`. */
export const ACCESS_LEVELS = ["not_protected", "ref_protected"] as const;

/** Most tags of one runner. */
export const MOST_TAGS = 50;

/** Shortest `maximum_timeout` that GitLab takes, in seconds. */
export const SHORTEST_TIMEOUT = 600;

const LONGEST_DESCRIPTION = 1024;

/** Everything GitLab would refuse in a runner's arguments, and what it would silently take for something else. */
export function runnerRules(name: string, marker: string): Rule<RunnerArgs>[] {
    return [
        { needs: [], find: () => findNameProblems(name, "name") },
        { needs: ["scope"], idsInOutputs: true, find: ({ scope }) => findScopeProblems(scope, "scope") },
        { needs: ["description"], find: ({ description }) => findDescriptionProblems(description) },
        { needs: ["tags"], find: ({ tags }) => findTagProblems(tags ?? []) },
        { needs: ["runUntagged", "tags"], find: ({ runUntagged, tags }) => findIdleProblems(runUntagged, tags) },
        { needs: ["accessLevel"], find: ({ accessLevel }) => findAccessLevelProblems(accessLevel) },
        { needs: ["maximumTimeout"], find: ({ maximumTimeout }) => findTimeoutProblems(maximumTimeout) },
        { needs: ["note"], find: ({ note }) => findNoteProblems(marker, note) },
        { needs: ["adopt"], find: ({ adopt }) => findAdoptProblems(adopt, "adopt") },
        { needs: ["rotation"], find: ({ rotation }) => findRotationProblems(rotation) },
        {
            needs: ["rotateBefore", "rotation"],
            find: ({ rotateBefore, rotation }) => findRotateBeforeProblems(rotateBefore, rotation),
        },
    ];
}

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

function findDescriptionProblems(description: string | undefined): Problem[] {
    if (description === undefined) return [];
    if (description.trim() === "") {
        return [
            error("description", `must not be empty (got ${show(description)}). Describe the runner, or leave it out.`),
        ];
    }
    const length = countCharacters(description);
    if (length <= LONGEST_DESCRIPTION) return [];
    return [
        error(
            "description",
            `must have at most ${LONGEST_DESCRIPTION} characters (got ${length}). Shorten it, or move part of it to note.`,
        ),
    ];
}

function findTagProblems(tags: readonly string[]): Problem[] {
    const problems: Problem[] = [];
    if (tags.length > MOST_TAGS) {
        problems.push(
            error(
                "tags",
                `must have at most ${MOST_TAGS} entries (got ${tags.length}). Remove ${tags.length - MOST_TAGS} of them.`,
            ),
        );
    }
    const seen = new Map<string, number>();
    for (const [index, tag] of tags.entries()) {
        const path = memberOf("tags", index);
        const first = seen.get(tag);
        if (tag.trim() === "")
            problems.push(error(path, `must not be empty (got ${show(tag)}). Name a tag, or remove the entry.`));
        else if (tag.includes(","))
            problems.push(error(path, `must not hold a comma (got ${show(tag)}). Write one entry for each tag.`));
        else if (tag !== tag.trim())
            problems.push(error(path, `must not begin or end with a space (got ${show(tag)}). Remove the space.`));
        else if (first !== undefined)
            problems.push(error(path, `repeats tags[${first}] (got ${show(tag)}). Remove one of them.`));
        else seen.set(tag, index);
    }
    return problems;
}

function findIdleProblems(runUntagged: boolean | undefined, tags: readonly string[] | undefined): Problem[] {
    if (runUntagged !== false || (tags ?? []).length > 0) return [];
    return [
        error(
            "runUntagged",
            "must not be false without tags, or no job could ever match (got false). Add tags, or set it to true.",
        ),
    ];
}

function findAccessLevelProblems(accessLevel: string | undefined): Problem[] {
    if (accessLevel === undefined || (ACCESS_LEVELS as readonly string[]).includes(accessLevel)) return [];
    return [
        error(
            "accessLevel",
            `must be one of ${ACCESS_LEVELS.join(", ")} (got ${show(accessLevel)}).${didYouMean(accessLevel, ACCESS_LEVELS) || " Choose one of them."}`,
        ),
    ];
}

function findTimeoutProblems(maximumTimeout: number | undefined): Problem[] {
    if (maximumTimeout === undefined) return [];
    if (!Number.isInteger(maximumTimeout)) {
        return [error("maximumTimeout", `must be a whole number of seconds (got ${show(maximumTimeout)}). Round it.`)];
    }
    if (maximumTimeout >= SHORTEST_TIMEOUT) return [];
    return [
        error(
            "maximumTimeout",
            `must be at least ${SHORTEST_TIMEOUT} seconds (got ${maximumTimeout}). Raise it or leave it out.`,
        ),
    ];
}

function findNoteProblems(marker: string, note: string | undefined): Problem[] {
    const length = countCharacters(noteWith(marker, note));
    if (length <= LONGEST_NOTE) return [];
    const own = countCharacters(marker) + 1;
    return [
        error(
            "note",
            `must have at most ${LONGEST_NOTE - own} characters, since GitLab takes ${LONGEST_NOTE} and the marker needs ` +
                `${own} (got ${countCharacters(note ?? "")}). Shorten it.`,
        ),
    ];
}
