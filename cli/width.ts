import type * as EastAsian from "get-east-asian-width";

/** What readers see as one character, even if it consists of several. */
function signsOf(text: string): string[] {
    return [...new Intl.Segmenter("en").segment(text)].map(({ segment }) => segment);
}

/** Columns of a terminal that a character needs: two for Chinese characters and emoji, none for a combining mark. */
function columnsOf(sign: string): number {
    if (/^\p{Mark}/u.test(sign)) return 0;
    if (/\p{Emoji_Presentation}|\ufe0f/u.test(sign)) return 2;
    const { eastAsianWidth } = require("get-east-asian-width") as typeof EastAsian;
    return eastAsianWidth(sign.codePointAt(0)!);
}

export function widthOf(text: string): number {
    if (/^[ -~]*$/.test(text)) return text.length;
    return signsOf(text).reduce((sum, sign) => sum + columnsOf(sign), 0);
}

/** Fits a text into a number of columns: a longer one is cut, with `…` at its end. */
export function fitted(text: string, columns: number): string {
    if (widthOf(text) <= columns) return text;
    let [beginning, left] = ["", columns - 1];
    for (const sign of signsOf(text)) {
        left -= columnsOf(sign);
        if (left < 0) break;
        beginning += sign;
    }
    return `${beginning}…`;
}
