import { ACCESS_LEVELS, RUNNER_TYPES } from "../../../core/choices";
import { countCharacters, LONGEST_NOTE, MOST_TAGS, SHORTEST_TIMEOUT } from "../../../core/limits";
import { error, findChoiceProblems, type Problem } from "../../../core/problems";
import { isUnknown, type Props } from "../../../core/props";
import { show } from "../../../core/values";

/** Everything that GitLab would refuse about a runner. Values that are not known yet are accepted. */
export function problemsOfRunner(inputs: Props): Problem[] {
    return [
        ...findChoiceProblems(inputs.runnerType, RUNNER_TYPES, "runnerType"),
        ...problemsOfScope("groupId", "group_type", inputs),
        ...problemsOfScope("projectId", "project_type", inputs),
        ...findChoiceProblems(inputs.accessLevel, ACCESS_LEVELS, "accessLevel"),
        ...problemsOfTimeout(inputs),
        ...problemsOfText("description", inputs),
        ...problemsOfText("maintenanceNote", inputs),
        ...problemsOfTags(inputs),
    ];
}

/** @param type the type of runner that has the property, and needs it */
function problemsOfScope(property: string, type: string, { runnerType, [property]: id }: Props): Problem[] {
    if (typeof runnerType !== "string" || (runnerType === type) === (id !== undefined)) return [];
    const message =
        runnerType === type
            ? `is missing. A runner of ${type} needs it.`
            : `does not go with runnerType ${runnerType}. Leave it out, or use ${type}.`;
    return [error(property, message)];
}

function problemsOfTimeout({ maximumTimeout: seconds }: Props): Problem[] {
    if (typeof seconds !== "number" || seconds >= SHORTEST_TIMEOUT) return [];
    const wanted = `must be at least ${SHORTEST_TIMEOUT} seconds (got ${seconds}). Raise it or leave it out.`;
    return [error("maximumTimeout", wanted)];
}

function problemsOfText(property: string, { [property]: text }: Props): Problem[] {
    const length = typeof text === "string" ? countCharacters(text) : 0;
    if (length <= LONGEST_NOTE) return [];
    return [error(property, `must have at most 1,024 characters (got ${length}). Shorten it.`)];
}

function problemsOfTags({ tagLists, untagged }: Props): Problem[] {
    const tags = Array.isArray(tagLists) ? tagLists : [];
    const found = tags.flatMap((tag, i) => {
        if (typeof tag !== "string" || (tag !== "" && tag === tag.trim())) return [];
        const what =
            tag.trim() === ""
                ? `must not be empty (got ${show(tag)}). Name a tag, or remove the entry.`
                : `must not begin or end with a space (got ${show(tag)}). Remove the space.`;
        return [error(`tagLists[${i}]`, what)];
    });
    const excess = tags.length - MOST_TAGS;
    if (excess > 0) {
        const wanted = `must have at most ${MOST_TAGS} entries (got ${tags.length}). Remove ${excess} of them.`;
        found.unshift(error("tagLists", wanted));
    }
    if (untagged === false && !isUnknown(tagLists) && tags.length === 0) {
        const why = "must not be false without tags, or no job could ever match (got false)";
        found.push(error("untagged", `${why}. Add tagLists, or set it to true.`));
    }
    return found;
}
