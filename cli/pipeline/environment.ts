import { parseYamlFile } from "../../components/fleet/config/yaml-file";
import { isMap } from "../../core/values";
import type { Io } from "../io";
import { stackFileOf } from "../report/stack-file";
import type { Job } from "./job";

/** What a stack's file may say of an environment itself: names, which Pulumi Cloud keeps, and configuration, which is checked like all. */
const HARMLESS: Readonly<Record<string, readonly string[]>> = { imports: [], values: ["pulumiConfig"] };

/**
 * Says that a stack's file has an environment of its own (`environment:`, Pulumi ESC) that sets variables or files: Pulumi puts them
 * into its own environment and the plugins', so that a line of a stack's file, which needs no right to change the program, has the job
 * run anything (`NODE_OPTIONS`) or reach another GitLab (`GITLAB_BASE_URL`). Undefined where all is well, and outside of a pipeline.
 */
export function whyOwnEnvironment({ env }: Io, { folder, stack }: Job): string | undefined {
    if (!env.CI_API_V4_URL) return undefined;
    const { path, text } = stackFileOf(folder, stack);
    const file = parseYamlFile(text);
    if ("reason" in file) return `${path} ${file.reason}: nobody can say whether it sets variables of the job.`;
    if (isWell(file.value)) return undefined;
    return (
        `${path} sets variables of the job (environment:, or a key that may be read as it): by them anything can be run here, so nothing is. ` +
        "Set them in the project's CI/CD variables, or in an environment of Pulumi Cloud that the file names."
    );
}

/** Keys that Pulumi's parser of YAML may read otherwise are merge keys, and those with tags: none of them is plain. */
function isWell({ environment, ...others }: Record<string, unknown>): boolean {
    if (!Object.keys(others).every((key) => /^[\w.-]+$/.test(key))) return false;
    if (!isMap(environment)) return true;
    return Object.entries(environment).every(([key, value]) => {
        const within = HARMLESS[key];
        if (within === undefined) return false;
        return !isMap(value) || Object.keys(value).every((name) => within.includes(name));
    });
}
