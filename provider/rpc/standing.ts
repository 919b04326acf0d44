import type { Props } from "../../core/props";
import type { Call, Diff, ResourceHandler, Standing } from "../handler";
import type { Session } from "./session";

/**
 * The address of the GitLab in which a resource was last written. Names with two leading underscores are internal to
 * plugins; Pulumi does not show them.
 */
const ADDRESS = "__gitlab";

/** The state of a handler whose objects are in GitLab, with the address of that GitLab. */
export function withAddress(session: Session, handler: ResourceHandler, state: Props): Props {
    return handler.standing === undefined ? state : { ...state, [ADDRESS]: session.gitlab.baseUrl };
}

/**
 * What GitLab says about a resource of the state. Throws if the state was written in another GitLab than the configured
 * one, where its ids mean other things.
 */
export async function standingOf(
    session: Session,
    handler: ResourceHandler,
    call: Call,
    urn: string,
    id: string,
    state: Props,
): Promise<Standing> {
    if (handler.standing === undefined) return { is: "ours", seen: undefined };
    const standing = await handler.standing(call, id, state);
    const before = state[ADDRESS];
    if (standing.is === "ours" || typeof before !== "string" || before === session.gitlab.baseUrl) return standing;
    throw new Error(
        `${call.name}: was made in ${before}, and ${session.gitlab.baseUrl}, which is configured now, does not know it: ` +
            `${standing.why} Nothing was changed. Another GitLab is another stack: run pulumi stack init for it. If it is the ` +
            `same GitLab, and only this is gone from it, forget it: pulumi state delete '${urn}'`,
    );
}

/** The diff of a resource that is no longer what the state knows: it is recreated. */
export function replaceLost(call: Call, why: string): Diff {
    call.log.warn(`${why} up recreates it.`);
    return { changes: { id: "update-replace" } };
}

/** Why an object that GitLab does not show is not assumed to be deleted, and the two ways to continue. */
export function explainHidden(urn: string, call: Call, why: string): string {
    return (
        `${call.name}: ${why} Nothing was changed. Run it again with a token that may look at it: that of a member, or of an ` +
        `administrator. Is it really gone, take it out of the state: pulumi state delete '${urn}'`
    );
}
