import type { ReferenceKind } from "./references";
import { PROJECT_DIR } from "./variables";

type Line = { line: string; place: string };

/** Tells where in the repository its jobs say something. Looks at each file and each job once. */
export class Places {
    private lines: Line[] | undefined;
    private readonly blocks = new Map<string, Line[]>();
    private readonly known = new Map<string, string>();

    /** @param sources files that the configuration is made of */
    constructor(
        private readonly sources: readonly string[],
        private readonly file: (path: string) => string | undefined,
    ) {}

    /** `script`: the script of the repository that is running; otherwise the configuration says it. */
    placeOf(job: string, { text, kind, script }: { text: string; kind?: ReferenceKind; script?: string }): string {
        // What was written may hold variables; the end of the name is what most likely stands there as it is.
        const end = text.slice(text.lastIndexOf("/") + 1);
        const needle = end.replace(/^\$\{(\w+)\}.*|[:@].*$/s, "$1");
        const key = JSON.stringify([job, needle, kind === "image", script]);
        const place = this.known.get(key) ?? this.find(job, needle, kind === "image", script);
        this.known.set(key, place);
        return place;
    }

    private find(job: string, needle: string, isImage: boolean, script: string | undefined): string {
        if (script !== undefined) return `${script}:${lineOf(this.file(script) ?? "", needle)} (job ${job})`;
        this.lines ??= this.sources.flatMap((source) =>
            (this.file(source) ?? "").split("\n").map((line, at) => ({ line, place: `${source}:${at + 1}` })),
        );
        const block = this.blocks.get(job) ?? blockOf(this.lines, job);
        this.blocks.set(job, block);
        if (block.length === 0) return `job ${job}`;
        const holds = ({ line }: Line) => needle !== "" && line.includes(needle);
        const image = isImage ? block.find(({ line }) => /\bimage\b/.test(line)) : undefined;
        // What a job inherits stands elsewhere; a short name would be found anywhere.
        const found =
            image ?? block.find(holds) ?? (needle.length > 3 ? this.lines.find(holds) : undefined) ?? block[0]!;
        return `job ${job} (${found.place})`;
    }
}

function blockOf(lines: readonly Line[], job: string): Line[] {
    const start = lines.findIndex(({ line }) => line.replace(/^["']|["'](?=\s*:)/g, "").startsWith(`${job}:`));
    if (start < 0) return [];
    const length = lines.slice(start + 1).findIndex(({ line }) => /^[^\s#]/.test(line));
    return lines.slice(start, length < 0 ? undefined : start + 1 + length);
}

/** The first line of a text that holds a word, from 1. */
export function lineOf(text: string, needle: string): number {
    return text.slice(0, Math.max(text.indexOf(needle), 0)).split("\n").length;
}

/** A path of a job as one of the repository; undefined where it lies outside. */
export function inRepository(absolute: string): string | undefined {
    return absolute.startsWith(`${PROJECT_DIR}/`) ? absolute.slice(PROJECT_DIR.length + 1) : undefined;
}
