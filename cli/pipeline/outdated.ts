import { isMap } from "../../core/values";
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
    try {
        const entries: unknown = JSON.parse(json);
        const ups = (Array.isArray(entries) ? entries : []).filter((entry) => isMap(entry) && entry.kind === "update");
        const environment: unknown = ups[0]?.environment;
        if (!isMap(environment)) return undefined;
        const text = (key: string) => (typeof environment[key] === "string" ? environment[key] : "");
        const pipeline = /^\d+$/.test(text("ci.build.id")) && text("ci.system").startsWith("GitLab");
        return {
            pipeline: pipeline ? Number(text("ci.build.id")) : undefined,
            url: text("ci.build.url"),
            commit: text("git.head"),
        };
    } catch {
        return undefined;
    }
}
