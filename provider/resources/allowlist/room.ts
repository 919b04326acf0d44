import { keptFor } from "../../../core/kept-for";
import { MOST_ENTRIES } from "../../../core/limits";
import { readAllowlist } from "../../../gitlab/allowlist-reads";
import { allowlistKey, idOfProject } from "../../../gitlab/allowlists";
import type { GitLab } from "../../../gitlab/client";
import { GitLabError } from "../../../gitlab/errors";
import type { Call } from "../../handler";
import type { EntryId } from "./owners";

/** How many entries a preview has seen on their way to a list, by project and kind. */
const comingIn = keptFor<GitLab, Map<string, number>>(() => new Map());

/**
 * Says once in a preview that a list has no room for all that this stack adds, entry by entry: others are on it, of whom the program
 * knows nothing, and `up` would be refused half-way.
 */
export async function tellIfFull({ gitlab, log }: Call, { project, kind, target }: EntryId): Promise<void> {
    try {
        const id = await idOfProject(gitlab, project);
        // Entry by entry, but asked for once: where GraphQL does not show a list, reading it takes a page for each hundred.
        const read = gitlab.shared.get(`${allowlistKey(id)}whole`, () => readAllowlist(gitlab, id));
        const there = (await read)[kind];
        if (there.includes(target)) return;
        const [coming, key] = [comingIn(gitlab), `${id}/${kind}`];
        const count = (coming.get(key) ?? 0) + 1;
        coming.set(key, count);
        if (there.length + count !== MOST_ENTRIES + 1) return;
        log.warn(
            `The list has room for ${MOST_ENTRIES} ${kind}, and not for all that this stack adds: ${there.length} are on it. up will be ` +
                "refused at those beyond. Allow a group in place of what is in it, or take off who needs it no more (gitlab-fleet access who).",
        );
    } catch (error) {
        // What only a message needs stops nothing.
        if (!(error instanceof GitLabError)) throw error;
    }
}
