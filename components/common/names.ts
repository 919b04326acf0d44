import { error, type Problem } from "../../core/problems";
import { whyUnseen } from "../../core/safe-text";
import { looksLikeToken, show } from "../../core/values";

/** What is wrong with the logical name of a runner or manager. */
export function findNameProblems(name: string, path: string): Problem[] {
    const why = whyNoName(name);
    return why === undefined ? [] : [error(path, why)];
}

function whyNoName(name: string): string | undefined {
    // A map loses the key `__proto__`, and Pulumi's SDK crashes when it converts a map with the key toString to text.
    if (name === "__proto__" || name === "toString") return `must not be ${name} (got ${show(name)}). Rename it.`;
    if (name.trim() === "") return `must not be empty (got ${show(name)}). Give it a name.`;
    if (name !== name.trim()) return `must not begin or end with a space (got ${show(name)}). Rename it.`;
    if (looksLikeToken(name)) {
        return (
            `must not be a token (got ${show(name)}): names stand in GitLab, in the state and in previews. ` +
            "Rename it, and revoke the token."
        );
    }
    return whyUnseen(name);
}
