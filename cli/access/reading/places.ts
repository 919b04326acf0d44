import { PROJECT_DIR } from "../shell/variables";

/** Which line each word of a text stands in first. */
type Words = Map<string, number>;

/** The files that the configuration is made of, or one script, taken apart once, however many jobs ask. */
interface Index {
    words: Words;
    /** By the name of a job: its first line, and the words of its lines. */
    jobs: Map<string, { start: number; words: Words }>;
    /** `file:line` of each line. */
    places: string[];
}

/** Tells where in the repository its jobs say something. */
export class Places {
    private readonly indexes = new Map<string, Index>();

    /** @param sources files that the configuration is made of */
    constructor(
        private readonly sources: readonly string[],
        private readonly file: (path: string) => string | undefined,
    ) {}

    /** `script`: the script of the repository that is running; otherwise the configuration says it. */
    placeOf(job: string, text: string, isImage = false, script?: string): string {
        // What was written may hold variables; the end of the name is what most likely stands there as it is.
        const [word = ""] = wordsOf(text.slice(text.lastIndexOf("/") + 1));
        const { words, jobs, places } = this.read(script === undefined ? this.sources : [script]);
        if (script !== undefined) return `${places[words.get(word) ?? 0]} (job ${job})`;
        const own = jobs.get(job);
        if (own === undefined) return `job ${job}`;
        // What a job inherits stands elsewhere; a short name would be found anywhere.
        const inherited = word.length > 3 ? words.get(word) : undefined;
        const inJob = (isImage ? own.words.get("image") : undefined) ?? own.words.get(word);
        return `job ${job} (${places[inJob ?? inherited ?? own.start]})`;
    }

    private read(files: readonly string[]): Index {
        const key = files.join("\n");
        const known = this.indexes.get(key);
        if (known) return known;
        const index: Index = { words: new Map(), jobs: new Map(), places: [] };
        let words: Words | undefined;
        for (const file of files) {
            for (const [at, line] of (this.file(file) ?? "").split("\n").entries()) {
                const start = index.places.push(`${file}:${at + 1}`) - 1;
                if (/^[^\s#]/.test(line)) {
                    const [, ...names] = /^(?:"([^"]*)"|'([^']*)'|(.*?))\s*:(?:\s|$)/.exec(line) ?? [];
                    words = new Map();
                    index.jobs.set(names.find((name) => name !== undefined) ?? "", { start, words });
                }
                for (const word of wordsOf(line)) {
                    if (!index.words.has(word)) index.words.set(word, start);
                    if (words?.has(word) === false) words.set(word, start);
                }
            }
        }
        this.indexes.set(key, index);
        return index;
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
