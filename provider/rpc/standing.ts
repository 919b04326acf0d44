import type { Props } from "../../core/props";
import type { Call, Diff, ResourceHandler, Standing } from "../handler";
import type { Session } from "./session";

/**
 * Where a resource was last written: the address of its GitLab. Names that begin with two underscores are for plugins
 * alone; Pulumi shows them to nobody.
 */
const ADDRESS = "__gitlab";

/** A state of a handler whose things are in GitLab, with the address of that GitLab. */
export function withAddress(session: Session, handler: ResourceHandler, state: Props): Props {
    return handler.standing === undefined ? state : { ...state, [ADDRESS]: session.gitlab.baseUrl };
}

/**
 * What GitLab says about a resource of the state. Throws where the state was made in another GitLab than the one that is
 * configured now: the ids in it mean other things there.
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

/** How a resource differs that is no longer what the state knows: it is made anew. */
export function replaceLost(call: Call, why: string): Diff {
    call.log.warn(`${why} up makes it anew.`);
    return { changes: { id: "update-replace" } };
}

/** Why something is not taken for deleted that GitLab does not show, and the two ways on. */
export function explainHidden(urn: string, call: Call, why: string): string {
    return (
        `${call.name}: ${why} Nothing was changed. Run it again with a token that may look at it: that of a member, or of an ` +
        `administrator. Is it really gone, take it out of the state: pulumi state delete '${urn}'`
    );
}
