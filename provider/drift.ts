import { isRefusal } from "../gitlab/errors";
import type { Call, Standing } from "./handler";

/**
 * The current values in GitLab, for a diff to compare with. `undefined` if diffs are not to compare, or if GitLab does
 * not answer: then only the state is left, and the user is warned.
 */
export async function seenInGitLab<Seen>(
    { log }: Pick<Call, "log">,
    standing: Standing | undefined,
    read: () => Promise<Seen>,
): Promise<Seen | undefined> {
    if (standing === undefined) return undefined;
    if (standing.is !== "ours") {
        log.warn(`${standing.why} ${NOT_KNOWN}.`);
        return undefined;
    }
    try {
        return await read();
    } catch (error) {
        if (!isRefusal(error)) throw error;
        log.warn(`${NOT_KNOWN}: ${(error as Error).message}`);
        return undefined;
    }
}

const NOT_KNOWN = "Whether it was changed in GitLab is not known";
