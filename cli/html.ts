import { safeText } from "../core/safe-text";

/** A text as it may stand in HTML, in an attribute too. */
export function escapeHtml(text: string): string {
    return safeText(text).replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
