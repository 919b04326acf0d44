import { keptFor } from "../../../core/kept-for";
import type { Props } from "../../../core/props";
import type { GitLab } from "../../../gitlab/client";
import type { Call } from "../../handler";
import { isOfAnotherClone } from "../manager-place/clones";
import { type DirectoryPlace, remedyElsewhere, whyElsewhere } from "../manager-place/place";
import { CONFIG_FILE, sightOf } from "../manager-place/sight";
import { hostIn } from "../manager-place/ssh";
import { placeOf } from "./state";

/**
 * Managers whose directory changes in this operation: a name found in the new directory is not a former name of theirs.
 */
const movingIn = keptFor<GitLab, Set<string>>(() => new Set());

/** Whether the preceding diff has found that the manager gets another directory. */
export function isMoving({ gitlab, name }: Pick<Call, "gitlab" | "name">): boolean {
    return movingIn(gitlab).has(name);
}

/** Says that the files are on another machine. */
export function sayElsewhere({ log }: Call, why: string): void {
    log.info(`${why}: not looked at from here.`);
}

/** Says what an `up` from here comes to that has to change files on another machine. */
export function warnElsewhere({ log }: Call, place: DirectoryPlace): void {
    log.warn(`An up from here would stop before anything is changed. ${remedyElsewhere(place)}`);
}

/**
 * Reports the effect of another directory: a process that runs with the old files gets no more jobs. The path may have
 * changed only because a relative path was resolved in another clone; on another machine, `up` would stop.
 */
export async function sayMove(call: Call, state: Props, inputs: Props): Promise<void> {
    movingIn(call.gitlab).add(call.name);
    if (typeof inputs.directory !== "string" || typeof state.directory !== "string") return;
    const place = placeOf(call, inputs, state);
    const wasRemote = state.ssh !== undefined;
    if (!place.host.remote && !wasRemote) {
        const elsewhere = whyElsewhere(place, await sightOf(place));
        if (elsewhere !== undefined) {
            sayElsewhere(call, elsewhere);
            return warnElsewhere(call, place);
        }
    }
    const isRelative = !place.host.remote && !wasRemote && isOfAnotherClone(state.directory, inputs.directory);
    const to = place.host.at(place.directory);
    const old = state.onDestroy === "keep" ? "the old files stay (onDestroy: keep)" : "the old files go";
    call.log.warn(
        `The directory changes from ${hostIn(state).at(state.directory)} to ${to}: ${old}, and a gitlab-runner that runs with ` +
            `them has to be started with ${to}/${CONFIG_FILE} after this up.${isRelative ? RELATIVE : ""}`,
    );
}

const RELATIVE =
    " A relative directory starts at the folder of Pulumi.yaml, so another clone means another directory: " +
    "where nothing else has changed, declare the whole path.";
