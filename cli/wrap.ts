import { widthOf } from "./width";

/** Wraps a text between words to lines of at most `columns`; an empty text has no lines. */
export function wrap(text: string, columns: number): string[] {
    const lines: string[] = [];
    for (const word of text.split(" ").filter((part) => part !== "")) {
        const last = lines.at(-1);
        const longer = `${last} ${word}`;
        if (last !== undefined && widthOf(longer) <= columns) lines[lines.length - 1] = longer;
        else lines.push(word);
    }
    return lines;
}
