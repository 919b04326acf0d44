import type { ReferenceKind } from "./references";

/** Where a job says something: in the script of the repository that is running, or in one of the configuration's files. */
export function placeOf(
    { text, kind }: { text: string; kind?: ReferenceKind },
    job: string,
    where: string | readonly string[],
    file: (path: string) => string | undefined,
): string {
    // What was written may hold variables; the end of the name is what most likely stands there as it is.
    const end = text.split("/").at(-1)!;
    const needle = end.replace(/^\$\{(\w+)\}.*|[:@].*$/s, "$1");
    if (typeof where === "string") return `${where}:${lineOf(file(where) ?? "", needle)} (job ${job})`;
    const lines = where.flatMap((source) =>
        (file(source) ?? "").split("\n").map((line, at) => ({ line, place: `${source}:${at + 1}` })),
    );
    const start = lines.findIndex(({ line }) => line.replace(/^["']|["'](?=\s*:)/g, "").startsWith(`${job}:`));
    if (start < 0) return `job ${job}`;
    const length = lines.slice(start + 1).findIndex(({ line }) => /^[^\s#]/.test(line));
    const block = lines.slice(start, length < 0 ? undefined : start + 1 + length);
    const holds = ({ line }: { line: string }) => needle !== "" && line.includes(needle);
    const image = kind === "image" ? block.find(({ line }) => /\bimage\b/.test(line)) : undefined;
    // What a job inherits stands elsewhere; a short name would be found anywhere.
    const found = image ?? block.find(holds) ?? (needle.length > 3 ? lines.find(holds) : undefined) ?? block[0]!;
    return `job ${job} (${found.place})`;
}

/** The first line of a text that holds a word, from 1. */
export function lineOf(text: string, needle: string): number {
    return text.slice(0, Math.max(text.indexOf(needle), 0)).split("\n").length;
}
