import { safeText } from "./safe-text";
import { withoutTokens } from "./values";

/**
 * Text from GitLab or a file, made safe for one line of a terminal. It could contain line breaks, escape sequences, and
 * marks that reverse the direction of writing, and so pass for a line of ours. Cut after `longest` characters.
 */
export function oneLine(text: string, longest = Number.POSITIVE_INFINITY): string {
    const words = safeText(text.replace(/[\t\n\v\f\r\u2028\u2029]+/g, " ")).replaceAll("\ufffd", "");
    // Removing an invisible mark may have joined the two halves of a token.
    const plain = withoutTokens(words);
    if (plain.length <= longest) return plain;
    const characters = [...plain];
    return characters.length > longest ? `${characters.slice(0, longest).join("")}…` : plain;
}
