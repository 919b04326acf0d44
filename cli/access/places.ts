import { PROJECT_DIR } from "./variables";

/** Tells where in the repository its jobs say something. Looks at each file once, however many jobs ask. */
export class Places {
    private readonly indexes = new Map<string, { at: (line: number) => string; index: Index }>();

    /** @param sources files that the configuration is made of */
    constructor(
        private readonly sources: readonly string[],
        private readonly file: (path: string) => string | undefined,
    ) {}

    /** `script`: the script of the repository that is running; otherwise the configuration says it. */
    placeOf(job: string, text: string, isImage = false, script?: string): string {
        // What was written may hold variables; the end of the name is what most likely stands there as it is.
        const [word = ""] = wordsOf(text.slice(text.lastIndexOf("/") + 1));
        const { at, index } = this.read(script === undefined ? this.sources : [script]);
        if (script !== undefined) return `${at(index.find(word) ?? 0)} (job ${job})`;
        const block = index.blocks.get(job);
        if (block === undefined) return `job ${job}`;
        const inBlock = (isImage ? index.find("image", ...block) : undefined) ?? index.find(word, ...block);
        // What a job inherits stands elsewhere; a short name would be found anywhere.
        const found = inBlock ?? (word.length > 3 ? index.find(word) : undefined) ?? block[0];
        return `job ${job} (${at(found)})`;
    }

    private read(files: readonly string[]): { at: (line: number) => string; index: Index } {
        const key = files.join("\n");
        const known = this.indexes.get(key);
        if (known) return known;
        const lines = files.flatMap((name) =>
            (this.file(name) ?? "").split("\n").map((line, at) => ({ line, place: `${name}:${at + 1}` })),
        );
        const made = { at: (line: number) => lines[line]!.place, index: new Index(lines.map(({ line }) => line)) };
        this.indexes.set(key, made);
        return made;
    }
}

/** Which lines of a text a word stands in, and which are a job's. */
class Index {
    /** First line of each job, and the one behind its last. */
    readonly blocks = new Map<string, [start: number, end: number]>();
    private readonly lines = new Map<string, number[]>();

    constructor(lines: readonly string[]) {
        let block: [number, number] | undefined;
        for (const [at, line] of lines.entries()) {
            for (const word of wordsOf(line)) {
                const known = this.lines.get(word);
                if (known === undefined) this.lines.set(word, [at]);
                else if (known.at(-1) !== at) known.push(at);
            }
            if (/^[^\s#]/.test(line)) {
                const name = /^(?:"([^"]*)"|'([^']*)'|(.*?))\s*:(?:\s|$)/.exec(line);
                block = [at, at + 1];
                if (name !== null) this.blocks.set(name[1] ?? name[2] ?? name[3]!, block);
            } else if (block !== undefined) block[1] = at + 1;
        }
    }

    /** The first line with a word, from one line to before another. */
    find(word: string, from = 0, to = Number.POSITIVE_INFINITY): number | undefined {
        const lines = this.lines.get(word) ?? [];
        let [low, high] = [0, lines.length];
        while (low < high) {
            const middle = (low + high) >> 1;
            if (lines[middle]! < from) low = middle + 1;
            else high = middle;
        }
        return lines[low]! < to ? lines[low] : undefined;
    }
}

function wordsOf(text: string): string[] {
    return text.split(/%2F|[^\w-]+/i).filter((word) => word !== "");
}

/** The first line of a text that holds a word, from 1. */
export function lineOf(text: string, needle: string): number {
    return text.slice(0, Math.max(text.indexOf(needle), 0)).split("\n").length;
}

/** A path of a job as one of the repository; undefined where it lies outside. */
export function inRepository(absolute: string): string | undefined {
    return absolute.startsWith(`${PROJECT_DIR}/`) ? absolute.slice(PROJECT_DIR.length + 1) : undefined;
}
