import { sameValue } from "../../../core/props";
import { hashOf } from "../../../hosts/host";
import { tokensOf } from "../config-toml/rotated-tokens";
import { type Leaf, valuesIn } from "../config-toml/settings";
import type { DirectoryPlace } from "../manager-place/place";
import type { ManagerDirectory } from "./directory";

/** Keys that gitlab-runner writes when it saves a token that it has rotated. */
const TOKEN_KEYS = ["token", "token_obtained_at", "token_expires_at"];
/** Keys that it adds to a file, besides keys with empty values. */
const ADDED_KEYS = ["connection_max_age"];

/**
 * Hashes of the contents that a config.toml may have without an edit by hand: what we wrote last, what that was about
 * to replace (a killed `up` may have named the new content and left the old), and what the process has saved. They come
 * from the owner file, not from the state, because a refresh updates the state.
 */
export function hashesOfOurs({ configToml, configHash, owner }: ManagerDirectory, place: DirectoryPlace): string[] {
    const { wrote, over } = owner ?? {};
    const named = [wrote, over].filter((hash) => hash !== undefined);
    // For directories from before owner files contained hashes.
    const known = named.length === 0 && place.configToml !== undefined ? [hashOf(place.configToml)] : named;
    return configHash !== undefined && isSavedByProcess(place.configToml, configToml) ? [...known, configHash] : known;
}

/** Whether a text differs only because gitlab-runner has saved a token that it rotated. */
function isSavedByProcess(before: string | undefined, found: string | undefined): boolean {
    if (before === undefined || found === undefined) return false;
    const theirs = tokensOf(found);
    const hasRotated = tokensOf(before).some(
        ({ rotates, id, token }) => rotates && theirs.some((other) => other.id === id && other.token !== token),
    );
    const [old, now] = [valuesIn(before), valuesIn(found)];
    if (!hasRotated || old === undefined || now === undefined) return false;
    return [...new Map([...old, ...now])].every(([key, { steps }]) => {
        const name = String(steps.at(-1));
        const was = old.get(key)?.value;
        const is = now.get(key)?.value;
        const isAdded = was === undefined && (meansNothing(is) || ADDED_KEYS.includes(name));
        return TOKEN_KEYS.includes(name) || sameValue(was, is) || isAdded;
    });
}

/** A value that means the same as none. */
function meansNothing(value: Leaf["value"] | undefined): boolean {
    return value === 0 || value === "" || value === false || (Array.isArray(value) && value.length === 0);
}
