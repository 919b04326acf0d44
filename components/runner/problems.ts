import { ACCESS_LEVELS, ROTATIONS } from "../../core/choices";
import { countCharacters, LONGEST_DESCRIPTION, LONGEST_NOTE, MOST_TAGS, SHORTEST_TIMEOUT } from "../../core/limits";
import { ANY_IDENTITY, markerOf, noteWith } from "../../core/marker";
import { error, findUnknownKeys, firstPlaces, type Problem } from "../../core/problems";
import { findIdProblems } from "../../core/reference";
import { whyUnseen } from "../../core/safe-text";
import { isEventual, isMap, looksLikeToken, memberOf, show } from "../../core/values";
import { choice, duration, flag, number, runnerId, text } from "../common/kinds";
import { mapSchema } from "../common/maps";
import { findNameProblems } from "../common/names";
import type { Rule } from "../common/rule";
import { neededScope, scope } from "../common/scope";
import { also, listOf, needed, plain, type Shape, settled, within } from "../common/shape";
import type { RunnerArgs } from "./args";

const texts = listOf(text);

export const RUNNER_SHAPE: Shape<RunnerArgs> = {
    scope: neededScope(scope),
    description: within(also(text, findDescriptionProblems), { maxLength: LONGEST_DESCRIPTION }),
    tags: within(also(texts, findTagProblems), { maxItems: MOST_TAGS }),
    runUntagged: flag,
    accessLevel: choice(ACCESS_LEVELS),
    locked: flag,
    paused: flag,
    maximumTimeout: within(also(number, findTimeoutProblems), { type: "integer", minimum: SHORTEST_TIMEOUT }),
    note: within(text, { maxLength: LONGEST_NOTE }),
    adopt: plain(
        settled(
            {
                anyOf: [
                    mapSchema({ id: needed(undefined, runnerId) }),
                    mapSchema({ description: needed(undefined, text), tags: texts }),
                    { type: "string", const: "lost" },
                ],
            },
            findAdoptProblems,
        ),
        true,
    ),
    rotation: plain(choice(ROTATIONS)),
    rotateBefore: duration("7d, 36h or 1d12h"),
    rotationTrigger: text,
};

/** Everything that GitLab would refuse in a runner's arguments, or silently interpret differently. */
export function runnerRules(name: string, owner: string): Rule<RunnerArgs>[] {
    const marker = markerOf(owner, ANY_IDENTITY, name);
    return [
        { needs: [], find: () => findNameProblems(name, "name") },
        { needs: ["runUntagged", "tags"], find: ({ runUntagged, tags }) => findIdleProblems(runUntagged, tags) },
        { needs: ["note"], find: ({ note }) => findNoteProblems(marker, note) },
        {
            needs: ["rotateBefore", "rotation"],
            find: ({ rotateBefore, rotation }) => findRotateBeforeProblems(rotateBefore, rotation),
        },
    ];
}

function findDescriptionProblems(value: unknown, path: string): Problem[] {
    const description = value as string;
    if (looksLikeToken(description)) return [isToken(path, description)];
    if (description.trim() === "") {
        return [error(path, `must not be empty (got ${show(description)}). Describe the runner, or leave it out.`)];
    }
    const length = countCharacters(description);
    if (length <= LONGEST_DESCRIPTION) return [];
    const message = `must have at most ${LONGEST_DESCRIPTION} characters (got ${length}). Shorten it, or move part of it to note.`;
    return [error(path, message)];
}

/** Everybody who may see a runner can read these. */
function isToken(path: string, text: string): Problem {
    return error(
        path,
        `holds what looks like a token (got ${show(text)}), and everybody who sees the runner in GitLab reads it. Remove it, and ` +
            "revoke it if it was ever applied or committed.",
    );
}

function findTagProblems(value: unknown, where: string): Problem[] {
    const tags = value as readonly string[];
    const problems: Problem[] = [];
    if (tags.length > MOST_TAGS) {
        const message = `must have at most ${MOST_TAGS} entries (got ${tags.length}). Remove ${tags.length - MOST_TAGS} of them.`;
        problems.push(error(where, message));
    }
    const earlier = firstPlaces();
    for (const [index, tag] of tags.entries()) {
        const path = memberOf(where, index);
        const why = whyNoTag(tag, () => earlier(tag, path));
        if (looksLikeToken(tag)) problems.push(isToken(path, tag));
        else if (why !== undefined) problems.push(error(path, why));
    }
    return problems;
}

/** @param earlier returns the path of an earlier equal tag */
function whyNoTag(tag: string, earlier: () => string | undefined): string | undefined {
    const got = `(got ${show(tag)})`;
    if (tag.trim() === "") return `must not be empty ${got}. Name a tag, or remove the entry.`;
    if (tag.includes(",")) return `must not hold a comma ${got}. Write one entry for each tag.`;
    if (tag !== tag.trim()) return `must not begin or end with a space ${got}. Remove the space.`;
    const first = earlier();
    return first === undefined ? whyUnseen(tag) : `repeats ${first} ${got}. Remove one of them.`;
}

function findIdleProblems(runUntagged: boolean | undefined, tags: readonly string[] | undefined): Problem[] {
    if (runUntagged !== false || (tags ?? []).length > 0) return [];
    const message =
        "must not be false without tags, or no job could ever match (got false). Add tags, or set it to true.";
    return [error("runUntagged", message)];
}

function findTimeoutProblems(value: unknown, path: string): Problem[] {
    if (!Number.isInteger(value)) {
        return [error(path, `must be a whole number of seconds (got ${show(value)}). Round it.`)];
    }
    if (Number(value) >= SHORTEST_TIMEOUT) return [];
    return [error(path, `must be at least ${SHORTEST_TIMEOUT} seconds (got ${value}). Raise it or leave it out.`)];
}

function findNoteProblems(marker: string, note: string | undefined): Problem[] {
    if (note !== undefined && looksLikeToken(note)) return [isToken("note", note)];
    const length = countCharacters(noteWith(marker, note));
    if (length <= LONGEST_NOTE) return [];
    const own = countCharacters(marker) + 1;
    const message =
        `must have at most ${LONGEST_NOTE - own} characters, since GitLab takes ${LONGEST_NOTE} and the marker needs ` +
        `${own} (got ${countCharacters(note ?? "")}). Shorten it.`;
    return [error("note", message)];
}

function findAdoptProblems(value: unknown, path: string): Problem[] {
    const remedy = "Write { id: 42 }, { description: <the whole description>, tags: [...] } or lost.";
    // It must not contain outputs, and encrypted values cannot be checked.
    if (value === "lost" || isEventual(value)) return [];
    if (!isMap(value)) return [error(path, `is neither an id nor a description (got ${show(value)}). ${remedy}`)];
    const unknown = findUnknownKeys(value, ["id", "description", "tags"], path, remedy);
    if (unknown.length > 0) return unknown;
    if ("id" in value) {
        if ("description" in value || "tags" in value) {
            return [error(path, "has both an id and a description. Keep the id, which says it all.")];
        }
        return findIdProblems(value.id, memberOf(path, "id"));
    }
    const { description, tags } = value;
    if (typeof description !== "string" || description.trim() === "") {
        const message = `must be the runner's description (got ${show(description)}). ${remedy}`;
        return [error(memberOf(path, "description"), message)];
    }
    return texts(tags, memberOf(path, "tags")).problems;
}

/** Finds a `rotateBefore` that would have no effect. */
function findRotateBeforeProblems(value: unknown, rotation: unknown): Problem[] {
    if (value === undefined || rotation !== "runner") return [];
    const message = `has no meaning with rotation "runner" (got ${show(value)}): gitlab-runner rotates after three quarters of the token's life. Remove it.`;
    return [error("rotateBefore", message)];
}
