import { PROJECT_DIR } from "../shell/variables";

/** An index of the lines of some files, built once however many jobs use it. */
interface Index {
    /** Lines by word, and the first line of each job. */
    words: Map<string, number[]>;
    jobs: Map<string, number>;
    /** The place of each line, its job, and its number of words. */
    lines: { place: string; job: string; size: number }[];
}

/** A word in more lines than this says nothing about a place. */
const COMMON = 50;
/** Length of the part of a command that is searched for. */
const LONGEST = 1000;

/** Finds where in the repository a job's text was written. */
export class Places {
    private readonly indexes = new Map<string, Index>();

    /** @param sources files of the configuration */
    constructor(
        private readonly sources: readonly string[],
        private readonly file: (path: string) => string | undefined,
    ) {}

    /**
     * The line that best matches a text, and then its command: with variables replaced, neither may occur literally.
     * `script` is the running script of the repository; otherwise the configuration is searched.
     */
    placeOf(job: string, text: string, command = "", script?: string): string {
        const { words, jobs, lines } = this.read(script === undefined ? this.sources : [script]);
        const start = jobs.get(job);
        // Inherited parts of a job are elsewhere. If two lines match equally, the shorter one is meant.
        const first = (line: number) => (lines[line]!.job === job ? 0.5 : 0) - lines[line]!.size / 1e4;
        const points = new Map<number, number>();
        const count = (told: string, each: number) => {
            for (const word of wordsOf(told.slice(0, LONGEST))) {
                // A rare word says more than a common one.
                const all = words.get(word) ?? [];
                if (all.length > COMMON) continue;
                for (const line of all) points.set(line, (points.get(line) ?? first(line)) + each / all.length);
            }
        };
        count(text, 1);
        count(command, 0.1);
        const [best] = [...points].reduce((most, one) => (one[1] > most[1] ? one : most), [start ?? 0, 0]);
        const place = lines[best]?.place;
        if (script !== undefined) return `${place} (job ${job})`;
        return start === undefined ? `job ${job}` : `job ${job} (${place})`;
    }

    private read(files: readonly string[]): Index {
        const key = files.join("\n");
        const known = this.indexes.get(key);
        if (known) return known;
        const index: Index = { words: new Map(), jobs: new Map(), lines: [] };
        this.indexes.set(key, index);
        for (const file of new Set(files)) {
            let job = "";
            for (const [at, line] of (this.file(file) ?? "").split("\n").entries()) {
                const [, name] = /^["']?([^\s#"'](?:.*?[^\s"'])??)["']?\s*:(?:\s|$)/.exec(line) ?? [];
                job = name ?? job;
                const all = wordsOf(line);
                const here = index.lines.push({ place: `${file}:${at + 1}`, job, size: all.size }) - 1;
                if (name !== undefined) index.jobs.set(job, here);
                for (const word of all) {
                    const lines = index.words.get(word) ?? [];
                    if (lines.length <= COMMON) lines.push(here);
                    index.words.set(word, lines);
                }
            }
        }
        return index;
    }
}
function wordsOf(text: string): Set<string> {
    return new Set(text.split(/%2F|[^\w-]+/i).filter((word) => word !== ""));
}

/** The path in the repository of a job's path; undefined if it is outside. */
export function inRepository(absolute: string): string | undefined {
    return absolute.startsWith(`${PROJECT_DIR}/`) ? absolute.slice(PROJECT_DIR.length + 1) : undefined;
}
