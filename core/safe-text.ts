/** Control characters, marks that turn the direction of writing round, and what has no glyph; line breaks and tabs are judged apart. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/gu;
/** How Pulumi marks colours in what it prints: a name that holds such a mark would colour the rest, or hide it. */
const COLOUR = /<\{%/g;

/**
 * Text as it may be printed: names and words of GitLab's are other people's, and could hold escape sequences, forge lines of ours by
 * a carriage return, or turn the direction of writing round. Line breaks and tabs stay. Here alone it is decided what is safe.
 */
export function safeText(text: string): string {
    return text
        .replace(UNSAFE, (character) => (character === "\n" || character === "\t" ? character : "\ufffd"))
        .replace(COLOUR, "<{ %");
}
