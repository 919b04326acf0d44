/** A text as one word of a POSIX shell: what is printed to be pasted must run nothing of what people have named. */
export function shellQuote(text: string): string {
    return `'${text.replaceAll("'", "'\\''")}'`;
}
