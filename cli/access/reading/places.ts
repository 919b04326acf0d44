import { PROJECT_DIR } from "../shell/variables";

/** The lines of some files, taken apart once, however many jobs ask. */
interface Index {
    /** The lines that each word stands in, and the first line of each job. */
    words: Map<string, number[]>;
    jobs: Map<string, number>;
    /** Where each line is, the job that it belongs to, and how many words it has. */
    lines: { place: string; job: string; size: number }[];
}

/** A word that stands in more lines than this tells nothing of where something is. */
const COMMON = 50;
/** So much of a command tells where it stands. */
const LONGEST = 1000;

/** Tells where in the repository its jobs say something. */
export class Places {
    private readonly indexes = new Map<string, Index>();

    /** @param sources files that the configuration is made of */
    constructor(
        private readonly sources: readonly string[],
        private readonly file: (path: string) => string | undefined,
    ) {}

    /**
     * The line that says most of a text, then of the command that it stands in: with variables, neither stands there as it is.
     * `script`: the script of the repository that is running; otherwise the configuration says it.
     */
    placeOf(job: string, text: string, command = "", script?: string): string {
        const { words, jobs, lines } = this.read(script === undefined ? this.sources : [script]);
        const start = jobs.get(job);
        // What a job inherits stands elsewhere. Of two lines that say as much, the one that says nothing else is meant.
        const first = (line: number) => (lines[line]!.job === job ? 0.5 : 0) - lines[line]!.size / 1e4;
        const points = new Map<number, number>();
        const count = (told: string, each: number) => {
            for (const word of wordsOf(told.slice(0, LONGEST))) {
                // A word that stands in few lines tells more than one that stands in many.
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

/** A path of a job as one of the repository; undefined where it lies outside. */
export function inRepository(absolute: string): string | undefined {
    return absolute.startsWith(`${PROJECT_DIR}/`) ? absolute.slice(PROJECT_DIR.length + 1) : undefined;
}
