/** Quotes a text as one word of a POSIX shell: a pasted command must not run parts of names that people chose. */
export function shellQuote(text: string): string {
    return `'${text.replaceAll("'", "'\\''")}'`;
}
