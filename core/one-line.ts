import { safeText } from "./safe-text";
import { withoutTokens } from "./values";

/**
 * Text from GitLab or a file as it may stand on one line of a terminal: it could hold line breaks, escape sequences, and marks that
 * turn the direction of writing round, by which it would pass for a line of ours. Longer than `longest` characters, it is cut.
 */
export function oneLine(text: string, longest = Number.POSITIVE_INFINITY): string {
    const words = safeText(text.replace(/[\t\n\v\f\r\u2028\u2029]+/g, " ")).replaceAll("\ufffd", "");
    // A mark that nobody sees may have stood within a token.
    const plain = withoutTokens(words);
    if (plain.length <= longest) return plain;
    const characters = [...plain];
    return characters.length > longest ? `${characters.slice(0, longest).join("")}…` : plain;
}
