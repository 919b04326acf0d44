import { keptFor } from "../../../core/kept-for";
import { MOST_ENTRIES } from "../../../core/limits";
import { readAllowlist } from "../../../gitlab/allowlist-reads";
import { allowlistKey, idOfProject } from "../../../gitlab/allowlists";
import type { GitLab } from "../../../gitlab/client";
import { GitLabError } from "../../../gitlab/errors";
import type { Call } from "../../handler";
import type { EntryId } from "./owners";

/** How many entries a preview is about to add to a list, by project and kind. */
const comingIn = keptFor<GitLab, Map<string, number>>(() => new Map());

/**
 * Warns once in a preview if a list has no room for all entries that this stack adds one by one: the list has other
 * entries, unknown to the program, and `up` would be refused half-way.
 */
export async function tellIfFull({ gitlab, log }: Call, { project, kind, target }: EntryId): Promise<void> {
    try {
        const id = await idOfProject(gitlab, project);
        // Called for each entry, but read once: if GraphQL does not show a list, reading it takes a page per hundred
        // entries.
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
        // A lookup that only a message needs must not stop anything.
        if (!(error instanceof GitLabError)) throw error;
    }
}
