import { parseYamlFile } from "../../components/fleet/config/yaml-file";
import { toApiUrl } from "../../core/runner-url";
import { isMap } from "../../core/values";
import { addressesIn } from "../../gitlab/config";
import type { Io } from "../io";
import { stackFileOf } from "../report/stack-file";
import type { Job } from "./job";
import type { RunPulumi } from "./pulumi";

/** Why Pulumi must not run a stack's file with a pipeline's token; undefined if it may, and outside a pipeline. */
export async function whyUnsafe(io: Io, pulumi: RunPulumi, job: Job): Promise<string | undefined> {
    if (!io.env.CI_API_V4_URL) return undefined;
    return whyOwnEnvironment(job) ?? (await whyForeignGitLab(io, pulumi, job));
}

/** The GitLabs that a pipeline's token is for; none outside a pipeline. */
export function meantAddresses({ CI_API_V4_URL, GITLAB_BASE_URL, FLEET_GITLAB }: NodeJS.ProcessEnv): string[] {
    if (!CI_API_V4_URL) return [];
    return [CI_API_V4_URL, GITLAB_BASE_URL, FLEET_GITLAB].flatMap((text) => addressesIn(text));
}

/**
 * Returns an error if a stack's configuration would send the job's token to another GitLab than the project's variables
 * name. One line of a stack's file can do that, without any right to change the pipeline, and a server that answers
 * well would make it look like "nothing changes". Allowed are the GitLab that runs the pipeline, and those in
 * `GITLAB_BASE_URL` and `FLEET_GITLAB`. Undefined if all is well.
 *
 * The address comes from Pulumi, which reads YAML's merge keys, `Pulumi.yaml` and environments. If a file has it twice,
 * Pulumi may use the other one when it runs, so the plugin checks again (`gitlab/config.ts`). The answer is not
 * printed: it may be a secret of the stack, moved there to be read.
 */
async function whyForeignGitLab({ env }: Io, pulumi: RunPulumi, { stack }: Job): Promise<string | undefined> {
    const meant = meantAddresses(env);
    const { code, stdout } = await pulumi(["config", "get", "gitlab:baseUrl", "--stack", stack]);
    const address = stdout.trim();
    // Without an address in the stack, the environment's counts; the preview reports other failures.
    if (code !== 0 || address === "" || meant.includes(toApiUrl(address) ?? "")) return undefined;
    return (
        `gitlab:baseUrl of stack ${stack} is not the GitLab that this pipeline's token is for (${meant[0]}): ` +
        "it is sent nowhere. Where that address is meant, name it in the CI/CD variable FLEET_GITLAB, or GITLAB_BASE_URL, of the project."
    );
}

/** What an environment in a stack's file may have: names, kept by Pulumi Cloud, and configuration, which is checked. */
const HARMLESS: ReadonlyMap<string, readonly string[]> = new Map([
    ["imports", []],
    ["values", ["pulumiConfig"]],
]);

/**
 * Returns an error if a stack's file has an environment (`environment:`, Pulumi ESC) that sets variables or files:
 * Pulumi passes them to itself and to plugins, so that a line of a stack's file, without any right to change the
 * program, could make the job run anything (`NODE_OPTIONS`) or use another GitLab (`GITLAB_BASE_URL`). Undefined if all
 * is well.
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

/** Only plain keys are allowed: Pulumi's YAML parser may read merge keys and keys with tags differently. */
function isWell({ environment, ...others }: Record<string, unknown>): boolean {
    if (!Object.keys(others).every((key) => /^[\w.-]+$/.test(key))) return false;
    if (!isMap(environment)) return true;
    return Object.entries(environment).every(([key, value]) => {
        const within = HARMLESS.get(key);
        if (within === undefined) return false;
        return !isMap(value) || Object.keys(value).every((name) => within.includes(name));
    });
}
