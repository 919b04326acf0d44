import { addressesIn, toApiUrl } from "../../gitlab/config";
import type { Io } from "../io";
import type { Job } from "./job";
import type { RunPulumi } from "./pulumi";

/** The GitLabs that a pipeline's token is for; none outside of a pipeline. */
export function meantAddresses({ CI_API_V4_URL, GITLAB_BASE_URL, FLEET_GITLAB }: NodeJS.ProcessEnv): string[] {
    if (!CI_API_V4_URL) return [];
    return [CI_API_V4_URL, GITLAB_BASE_URL, FLEET_GITLAB].flatMap((text) => addressesIn(text));
}

/**
 * Says that a stack's configuration would send the job's token to another GitLab than the project's variables mean: one line of a
 * stack's file, which needs no right to change the pipeline, and which a server that answers well turns into "nothing changes". What
 * may be asked is the GitLab that the pipeline runs in, and those that `GITLAB_BASE_URL` and `FLEET_GITLAB` name. Undefined where
 * all is well, and outside of a pipeline.
 *
 * Pulumi is asked for the address: it reads YAML's merge keys, `Pulumi.yaml` and environments, and what we took for the address might
 * not be it. Of a file that has it twice, Pulumi may take the other one when it runs: the plugin asks again, `gitlab/config.ts`.
 * What it answers is not repeated: it may be a secret of the stack that was moved there to be read.
 */
export async function whyForeignGitLab({ env }: Io, pulumi: RunPulumi, { stack }: Job): Promise<string | undefined> {
    if (!env.CI_API_V4_URL) return undefined;
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
