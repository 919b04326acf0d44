import { ACCESS_LEVELS, RUNNER_TYPES } from "../../../core/choices";
import { countCharacters, LONGEST_NOTE, MOST_TAGS, SHORTEST_TIMEOUT } from "../../../core/limits";
import { error, findChoiceProblems, type Problem } from "../../../core/problems";
import { isUnknown, type Props } from "../../../core/props";
import { show } from "../../../core/values";

/** Everything that GitLab would refuse about a runner. Values that are not known yet pass. */
export function problemsOfRunner(inputs: Props): Problem[] {
    const failures: Problem[] = [];
    const fail = (property: string, what: string) => failures.push(error(property, what));
    const { runnerType, groupId, projectId, accessLevel, maximumTimeout, tagLists, untagged } = inputs;
    failures.push(...findChoiceProblems(runnerType, RUNNER_TYPES, "runnerType"));
    for (const [name, value, type] of [
        ["groupId", groupId, "group_type"],
        ["projectId", projectId, "project_type"],
    ] as const) {
        if (runnerType === type && value === undefined) {
            fail(name, `is missing. A runner of ${type} needs it.`);
        }
        if (value !== undefined && typeof runnerType === "string" && runnerType !== type) {
            fail(name, `does not go with runnerType ${runnerType}. Leave it out, or use ${type}.`);
        }
    }
    failures.push(...findChoiceProblems(accessLevel, ACCESS_LEVELS, "accessLevel"));
    if (typeof maximumTimeout === "number" && maximumTimeout < SHORTEST_TIMEOUT) {
        fail(
            "maximumTimeout",
            `must be at least ${SHORTEST_TIMEOUT} seconds (got ${maximumTimeout}). Raise it or leave it out.`,
        );
    }
    for (const name of ["description", "maintenanceNote"] as const) {
        const text = inputs[name];
        const length = typeof text === "string" ? countCharacters(text) : 0;
        if (length > LONGEST_NOTE) {
            fail(name, `must have at most 1,024 characters (got ${length}). Shorten it.`);
        }
    }
    const tags = Array.isArray(tagLists) ? tagLists : undefined;
    if (tags !== undefined && tags.length > MOST_TAGS) {
        fail(
            "tagLists",
            `must have at most ${MOST_TAGS} entries (got ${tags.length}). Remove ${tags.length - MOST_TAGS} of them.`,
        );
    }
    for (const [i, tag] of (tags ?? []).entries()) {
        if (typeof tag !== "string") continue;
        if (tag.trim() === "") {
            fail(`tagLists[${i}]`, `must not be empty (got ${show(tag)}). Name a tag, or remove the entry.`);
        } else if (tag !== tag.trim()) {
            fail(`tagLists[${i}]`, `must not begin or end with a space (got ${show(tag)}). Remove the space.`);
        }
    }
    if (untagged === false && !isUnknown(tagLists) && (tags === undefined || tags.length === 0)) {
        fail(
            "untagged",
            "must not be false without tags, or no job could ever match (got false). Add tagLists, or set it to true.",
        );
    }
    return failures;
}
