import { isRefusal } from "../gitlab/errors";
import type { Call, Standing } from "./handler";

/**
 * What GitLab has now, for a diff to compare with. `undefined` where diffs are not to compare, and where GitLab does not tell:
 * then the state is all there is, and the user hears so.
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
