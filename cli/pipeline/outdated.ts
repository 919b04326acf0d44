import { attempt } from "../../core/attempt";
import { asText, isMap } from "../../core/values";
import type { RunPulumi } from "./pulumi";

/** The last `up` of a stack, as its history tells. */
interface LastUp {
    /** Id of its pipeline; undefined where it was none of GitLab's. */
    pipeline: number | undefined;
    /** Address of its job. */
    url: string;
    commit: string;
}

/** How far the history is read: an `up` of ours is two entries, because it clears up before. */
const PAGE = ["--page", "1", "--page-size", "6"];

/**
 * Says that a later pipeline has applied the stack since, so that this one, whose job was run again or late, takes back what that one
 * changed. GitLab prevents it only where a job has not been run before. Undefined where that is not so, or nobody knows.
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
