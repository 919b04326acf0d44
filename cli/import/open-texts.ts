import { looksLikeToken } from "../../core/values";

/** Whether a text is not empty and not a token that somebody entered as a name. */
export function isOpen(text: string): boolean {
    return text.trim() !== "" && !looksLikeToken(text);
}

/** Remarks about tokens that are visible in GitLab. */
export function remarksOnTokens(
    number: number,
    { id, description, tags, note }: { id: number; description: string; tags: readonly string[]; note: string },
): string[] {
    const holding = Object.entries({ description, tags: tags.join(" "), note }).filter(([, text]) =>
        looksLikeToken(text),
    );
    if (holding.length === 0) return [];
    const where = holding.map(([name]) => name).join(", ");
    return [
        `Worker ${number}: everybody who sees runner ${id} in GitLab reads what looks like a token (${where}). It is left ` +
            "out here, so up takes it off there; revoke it.",
    ];
}
