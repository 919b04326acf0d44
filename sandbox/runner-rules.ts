import { countCharacters } from "../core/limits";

/** The settings of a runner that GitLab's model validates. */
export interface RunnerSettings {
    description: string | null;
    maintenanceNote: string | null;
    runUntagged: boolean;
    tagList: string[];
    maximumTimeout: number | null;
}

/** One broken rule: GitLab's attribute (`tags_list`, not `tag_list`) and its words. */
export interface RuleProblem {
    attribute: string;
    text: string;
}

const MAX_TEXT = 1024;
const MAX_TAGS = 50;
const MIN_TIMEOUT = 600;

/** Every rule that the settings break, in GitLab's order. */
export function settingsProblems(runner: RunnerSettings): RuleProblem[] {
    const problems: RuleProblem[] = [];
    if (runner.tagList.length > MAX_TAGS) {
        const text = `Too many tags specified. Please limit the number of tags to ${MAX_TAGS}`;
        problems.push({ attribute: "tags_list", text });
    }
    if (!runner.runUntagged && runner.tagList.length === 0) {
        const text = "can not be empty when runner is not allowed to pick untagged jobs";
        problems.push({ attribute: "tags_list", text });
    }
    if (countCharacters(runner.maintenanceNote ?? "") > MAX_TEXT) problems.push(tooLong("maintenance_note"));
    if (countCharacters(runner.description ?? "") > MAX_TEXT) problems.push(tooLong("description"));
    if (runner.maximumTimeout !== null && runner.maximumTimeout < MIN_TIMEOUT) {
        problems.push({ attribute: "maximum_timeout", text: "needs to be at least 10 minutes" });
    }
    return problems;
}

function tooLong(attribute: string): RuleProblem {
    return { attribute, text: `is too long (maximum is ${MAX_TEXT} characters)` };
}

/** `Tags list can not be empty …`, for answers that are not split by attribute. */
export function sentenceOf({ attribute, text }: RuleProblem): string {
    const words = attribute.replace("_", " ");
    return `${words[0]!.toUpperCase()}${words.slice(1)} ${text}`;
}

/** `{ tags_list: ["can not be empty …"] }`, the body of a validation error. */
export function byAttribute(problems: RuleProblem[]): Record<string, string[]> {
    const hash: Record<string, string[]> = {};
    for (const { attribute, text } of problems) hash[attribute] = [...(hash[attribute] ?? []), text];
    return hash;
}
