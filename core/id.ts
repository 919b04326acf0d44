/**
 * The id of something in GitLab, as a number or as the plain digits that GitLab prints; `undefined` for all else.
 *
 * What people write besides (`#7`, `7 `, full-width digits, `1e3`, `0x7`) would be compared as text and mean nothing, and
 * `007` is another number to Ruby than to us. From 2^53 on JavaScript's numbers are no longer exact: one id would be
 * taken for its neighbour.
 */
export function parseId(value: unknown): number | undefined {
    if (typeof value === "string") return /^[1-9]\d{0,15}$/.test(value) ? parseId(Number(value)) : undefined;
    return typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : undefined;
}

/** An id that nothing has: importing it fails, so that nothing is created in place of what was not found. */
export const NOBODY = "0";

/** Whether a text can only have been meant as an id, well written or not: no project or group has such a path. */
export function isMeantAsId(text: string): boolean {
    return /^#?[+-]?\d+$/.test(plain(text));
}

/** What to do about a value that is no id: the sentence that follows what is wrong. */
export function idRemedy(value: unknown): string {
    const meant = typeof value === "string" ? parseId(plain(value).replace(/^#?0*/, "")) : undefined;
    return meant === undefined ? "For instance: 42." : `Write ${meant}.`;
}

/** Full-width digits are digits to people. */
function plain(text: string): string {
    return text.normalize("NFKC").trim();
}
