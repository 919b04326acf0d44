import { formatOwner, IF_LOST, OWNER_FILE, parseOwner, shown } from "../../../core/owner-file";
import { type Props, textOf } from "../../../core/props";

/** Identities of the states that a resource is, or was when it was last changed. */
export function identitiesOf(...all: Props[]): string[] {
    return all.flatMap(({ identity }) => textOf(identity) ?? []);
}

/** The text that says in a volume whose it is: its label is the same for two states of one stack. */
export function ownerText({ owner, identity }: Props): string {
    return formatOwner({ owner: String(owner), identity: textOf(identity) });
}

/** Whether the text in a volume names this state. */
export function isOwnText(text: string | undefined, { identity }: Props): boolean {
    return text !== undefined && parseOwner(text).identity === identity;
}

/** Why a volume is another state's, in a sentence. One without such a text is new, or of before there were any. */
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

/** What helps whoever wants the names of another state's. */
export const REMEDY = `Choose another placement.docker.containerName. ${IF_LOST} If nobody needs container and volume, remove them: they are made anew.`;
