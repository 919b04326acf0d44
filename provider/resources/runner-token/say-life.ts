import { span } from "../../../core/durations";
import { keptFor } from "../../../core/kept-for";
import type { GitLab } from "../../../gitlab/client";
import type { Call } from "../../handler";
import type { TokenCase } from "./token-life";

const untoldIn = keptFor<GitLab, { isSaid: boolean }>(() => ({ isSaid: false }));

/** A token whose end nobody knows is not renewed before it. Said once: it holds for all. */
export function sayEndUntold({ gitlab, log }: Call, { known, expiryKnown, rotation }: TokenCase, id: number): void {
    const told = untoldIn(gitlab);
    if (told.isSaid || expiryKnown || known.expiresAt !== undefined || !known.present || rotation !== "pulumi") return;
    told.isSaid = true;
    log.info(
        `It is not known when the token of runner ${id} expires: this GitLab reports that over GraphQL only, which does not answer. ` +
            "If the token expires, up renews it only afterwards. So it is for every other runner whose state has no expiry date.",
    );
}

/** `rotateBefore` must be shorter than the life of a token. */
export function warnOfShortLife({ log }: Call, it: TokenCase): void {
    const { obtainedAt } = it.known;
    if (it.rotation !== "pulumi" || it.expiresAt === undefined || obtainedAt === undefined) return;
    const life = it.expiresAt - obtainedAt;
    if (it.rotateBefore !== undefined && it.rotateBefore >= life) {
        log.warn(
            `rotateBefore is not shorter than the token's life of ${span(life)}, so every up resets it. Shorten it.`,
        );
    }
}
