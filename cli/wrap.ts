/** A text in lines of at most so many columns, broken between words; an empty text has no lines. */
export function wrap(text: string, columns: number): string[] {
    const lines: string[] = [];
    for (const word of text.split(" ").filter((part) => part !== "")) {
        const last = lines.at(-1);
        if (last !== undefined && last.length + 1 + word.length <= columns) lines[lines.length - 1] = `${last} ${word}`;
        else lines.push(word);
    }
    return lines;
}
