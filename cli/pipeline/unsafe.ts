import { parseYamlFile } from "../../components/fleet/config/yaml-file";
import { toApiUrl } from "../../core/runner-url";
import { isMap } from "../../core/values";
import { addressesIn } from "../../gitlab/config";
import type { Io } from "../io";
import { stackFileOf } from "../report/stack-file";
import type { Job } from "./job";
import type { RunPulumi } from "./pulumi";

/** What a stack's file alone could do with a pipeline's token, before Pulumi gets it; undefined where all is well, and outside of one. */
export async function whyUnsafe(io: Io, pulumi: RunPulumi, job: Job): Promise<string | undefined> {
    if (!io.env.CI_API_V4_URL) return undefined;
    return whyOwnEnvironment(job) ?? (await whyForeignGitLab(io, pulumi, job));
}

/** The GitLabs that a pipeline's token is for; none outside of a pipeline. */
export function meantAddresses({ CI_API_V4_URL, GITLAB_BASE_URL, FLEET_GITLAB }: NodeJS.ProcessEnv): string[] {
    if (!CI_API_V4_URL) return [];
    return [CI_API_V4_URL, GITLAB_BASE_URL, FLEET_GITLAB].flatMap((text) => addressesIn(text));
}

/**
 * Says that a stack's configuration would send the job's token to another GitLab than the project's variables mean: one line of a
 * stack's file, which needs no right to change the pipeline, and which a server that answers well turns into "nothing changes". What
 * may be asked is the GitLab that the pipeline runs in, and those that `GITLAB_BASE_URL` and `FLEET_GITLAB` name. Undefined where
 * all is well.
 *
 * Pulumi is asked for the address: it reads YAML's merge keys, `Pulumi.yaml` and environments, and what we took for the address might
 * not be it. Of a file that has it twice, Pulumi may take the other one when it runs: the plugin asks again, `gitlab/config.ts`.
 * What it answers is not repeated: it may be a secret of the stack that was moved there to be read.
 */
async function whyForeignGitLab({ env }: Io, pulumi: RunPulumi, { stack }: Job): Promise<string | undefined> {
    const meant = meantAddresses(env);
    const { code, stdout } = await pulumi(["config", "get", "gitlab:baseUrl", "--stack", stack]);
    const address = stdout.trim();
    // Without one of its own the environment's counts; what else went wrong, the preview says.
    if (code !== 0 || address === "" || meant.includes(toApiUrl(address) ?? "")) return undefined;
    return (
        `gitlab:baseUrl of stack ${stack} is not the GitLab that this pipeline's token is for (${meant[0]}): ` +
        "it is sent nowhere. Where that address is meant, name it in the CI/CD variable FLEET_GITLAB, or GITLAB_BASE_URL, of the project."
    );
}

/** What a stack's file may say of an environment itself: names, which Pulumi Cloud keeps, and configuration, which is checked like all. */
const HARMLESS: ReadonlyMap<string, readonly string[]> = new Map([
    ["imports", []],
    ["values", ["pulumiConfig"]],
]);

/**
 * Says that a stack's file has an environment of its own (`environment:`, Pulumi ESC) that sets variables or files: Pulumi puts them
 * into its own environment and the plugins', so that a line of a stack's file, which needs no right to change the program, has the job
 * run anything (`NODE_OPTIONS`) or reach another GitLab (`GITLAB_BASE_URL`). Undefined where all is well.
 */
function whyOwnEnvironment({ folder, stack }: Job): string | undefined {
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
        const within = HARMLESS.get(key);
        if (within === undefined) return false;
        return !isMap(value) || Object.keys(value).every((name) => within.includes(name));
    });
}
