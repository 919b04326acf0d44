import { oneLine } from "../../core/one-line";

/** Characters with a meaning in CommonMark, or that begin a reference or an emoji of GitLab, anywhere in a text. */
const MARKUP = /[\\`*_{}[\]<>#!|~^$&@%=:]/g;
/** What would begin a list, a quote or a quick action at the start of a line. */
const BEGINNING = /^(\d{0,9})([-+./)])/;

/**
 * Escapes a text for a sentence or table cell of GitLab's Markdown, so that it is shown literally: without markup,
 * HTML, quick actions or mentions. CommonMark allows every ASCII punctuation mark to be escaped, and GitLab does not
 * read `\@name`, `\#1` and the like as references. Line breaks are removed, because a line that begins with `/close` is
 * an action.
 */
export function escapeMarkdown(text: string): string {
    return oneLine(text).trim().replace(MARKUP, "\\$&").replace(BEGINNING, "$1\\$2");
}
