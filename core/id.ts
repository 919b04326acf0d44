/**
 * The id of something in GitLab, from a number or from plain digits as GitLab prints them; `undefined` for anything
 * else.
 *
 * Other spellings (`#7`, `7 `, full-width digits, `1e3`, `0x7`) would be compared as text and match nothing, and Ruby
 * reads `007` as another number than we do. From 2^53 on, JavaScript's numbers are no longer exact: an id would be
 * mistaken for its neighbour.
 */
export function parseId(value: unknown): number | undefined {
    if (typeof value === "string") return /^[1-9]\d{0,15}$/.test(value) ? parseId(Number(value)) : undefined;
    return typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : undefined;
}

/** An id that nothing has: importing it fails, so nothing is created in place of what was not found. */
export const NOBODY = "0";

/** Whether a text can only be meant as an id, correctly written or not: no project or group has such a path. */
export function isMeantAsId(text: string): boolean {
    return /^#?[+-]?\d+$/.test(plain(text));
}

/** What to do about a value that is not an id: the sentence that follows what is wrong. */
export function idRemedy(value: unknown): string {
    const meant = typeof value === "string" ? parseId(plain(value).replace(/^#?0*/, "")) : undefined;
    return meant === undefined ? "For instance: 42." : `Write ${meant}.`;
}

/** People read full-width digits as digits. */
function plain(text: string): string {
    return text.normalize("NFKC").trim();
}
