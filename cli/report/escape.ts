import { oneLine } from "../../core/one-line";

/** Signs that mean something to CommonMark, or begin a reference or an emoji of GitLab's, wherever they stand. */
const MARKUP = /[\\`*_{}[\]<>#!|~^$&@%=:]/g;
/** What would begin a list, a quote or a quick action where a line begins. */
const BEGINNING = /^(\d{0,9})([-+./)])/;

/**
 * A text as it may stand in GitLab's Markdown, in a sentence or a cell of a table, and is read as it is: no markup, no HTML, no
 * quick action, nobody mentioned. CommonMark lets every punctuation mark of ASCII be escaped, and GitLab does not read `\@name`,
 * `\#1` and the like as references. There are no line breaks: a line that begins with `/close` is an action.
 */
export function escapeMarkdown(text: string): string {
    return oneLine(text).trim().replace(MARKUP, "\\$&").replace(BEGINNING, "$1\\$2");
}
