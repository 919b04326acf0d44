import { attempt } from "../../core/attempt";
import { asText, isMap } from "../../core/values";
import type { RunPulumi } from "./pulumi";

/** The last `up` of a stack, from its history. */
interface LastUp {
    /** Id of its pipeline; undefined if it did not run in a GitLab pipeline. */
    pipeline: number | undefined;
    /** Address of its job. */
    url: string;
    commit: string;
}

/** How much history is read: an `up` of ours makes two entries, because it cleans up first. */
const PAGE = ["--page", "1", "--page-size", "6"];

/**
 * Returns an error if a later pipeline has already applied the stack, so that this job, run late or again, would undo
 * its changes. GitLab only prevents that for jobs that have not run before. Undefined if there was none, or it is
 * unknown.
 */
export async function whyOutdated(pulumi: RunPulumi, stack: string, pipeline: number): Promise<string | undefined> {
    const { code, stdout } = await pulumi(["stack", "history", "--stack", stack, "--json", ...PAGE]);
    const last = code === 0 ? findLastUp(stdout) : undefined;
    if (last?.pipeline === undefined || pipeline === 0 || last.pipeline <= pipeline) return undefined;
    return (
        `A later pipeline has applied stack ${stack} since (${last.url}, commit ${last.commit.slice(0, 8)}). ` +
        "This job takes back what it changed: see above. Run the newest pipeline's job to have it again."
    );
}

function findLastUp(json: string): LastUp | undefined {
    const entries: unknown = attempt(() => JSON.parse(json));
    const last: unknown = (Array.isArray(entries) ? entries : []).find((one) => isMap(one) && one.kind === "update");
    const environment = isMap(last) ? last.environment : undefined;
    if (!isMap(environment)) return undefined;
    const [id, system, url, commit] = ["ci.build.id", "ci.system", "ci.build.url", "git.head"].map((key) =>
        asText(environment[key]),
    ) as [string, string, string, string];
    const isGitLabs = /^\d+$/.test(id) && system.startsWith("GitLab");
    return { pipeline: isGitLabs ? Number(id) : undefined, url, commit };
}
