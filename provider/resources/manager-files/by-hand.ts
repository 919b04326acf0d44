import { sameValue } from "../../../core/props";
import { hashOf } from "../../../hosts/host";
import { tokensOf } from "../config-toml/rotated-tokens";
import { type Leaf, valuesIn } from "../config-toml/settings";
import type { DirectoryPlace } from "../manager-place/place";
import type { ManagerDirectory } from "./directory";

/** What gitlab-runner writes anew when it saves a token that it has rotated. */
const TOKEN_KEYS = ["token", "token_obtained_at", "token_expires_at"];
/** What it adds to a file that had none of it, beside values that mean nothing. */
const ADDED_KEYS = ["connection_max_age"];

/**
 * Hashes of what may be in a config.toml without anybody's having edited it: what we wrote last, what we were about to
 * replace then (a killed `up` may have named the new one and left the old one there), and what the process has made of it.
 * The owner file says it and not the state, which takes over what a refresh has found.
 */
export function hashesOfOurs({ configToml, configHash, owner }: ManagerDirectory, place: DirectoryPlace): string[] {
    const { wrote, over } = owner ?? {};
    const named = [wrote, over].filter((hash) => hash !== undefined);
    // Directories of before owner files said so.
    const known = named.length === 0 && place.configToml !== undefined ? [hashOf(place.configToml)] : named;
    return configHash !== undefined && isSavedByProcess(place.configToml, configToml) ? [...known, configHash] : known;
}

/** Whether a text is another one because gitlab-runner has saved a token that it rotated, and for nothing else. */
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

/** A value that is the same as none. */
function meansNothing(value: Leaf["value"] | undefined): boolean {
    return value === 0 || value === "" || value === false || (Array.isArray(value) && value.length === 0);
}
