import { formatOwner, IF_LOST, OWNER_FILE, parseOwner, shown } from "../../../core/owner-file";
import { type Props, textOf } from "../../../core/props";

/** Identities of a resource's state now, and when it was last changed. */
export function identitiesOf(...all: Props[]): string[] {
    return all.flatMap(({ identity }) => textOf(identity) ?? []);
}

/** The owner text in a volume, needed because two states of one stack have the same label. */
export function ownerText({ owner, identity }: Props): string {
    return formatOwner({ owner: String(owner), identity: textOf(identity) });
}

/** Whether the owner text in a volume names this state. */
export function isOwnText(text: string | undefined, { identity }: Props): boolean {
    return text !== undefined && parseOwner(text).identity === identity;
}

/**
 * Why a volume belongs to another state, in a sentence. A volume without an owner text is new, or from before there
 * were such texts.
 */
export function whyAnothers(
    volume: string,
    text: string | undefined,
    identities: readonly string[],
): string | undefined {
    const { owner, identity } = parseOwner(text ?? "");
    if (identity === undefined || identities.includes(identity)) return undefined;
    return (
        `volume ${volume} is that of ${shown(owner)}, in another state than this one (${OWNER_FILE} in it says so). It is left alone, ` +
        "and so is its container."
    );
}

/** What helps if another state has the names. */
export const REMEDY = `Choose another placement.docker.containerName. ${IF_LOST} If nobody needs container and volume, remove them: they are recreated.`;
