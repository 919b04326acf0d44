import { PROJECT_DIR } from "../shell/variables";

/** The lines that each word stands in. */
type Words = Map<string, number[]>;

/** The files that the configuration is made of, or one script, taken apart once, however many jobs ask. */
interface Index {
    words: Words;
    /** By the name of a job: its first line, the one of its image, and its words. */
    jobs: Map<string, { start: number; image?: number; words: Words }>;
    /** `file:line` of each line, and how many words it has. */
    places: string[];
    sizes: number[];
    /** The job that each line belongs to. */
    owners: string[];
}

/** A word that stands in more lines than this tells nothing of where something is. */
const COMMON = 20;

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
    placeOf(job: string, text: string, command = "", isImage = false, script?: string): string {
        const { words, jobs, places, sizes, owners } = this.read(script === undefined ? this.sources : [script]);
        const own = jobs.get(job);
        const points = new Map<number, number>();
        // A word that stands in few lines tells more than one that stands in many.
        const count = (all: readonly string[], each: number) => {
            for (const word of new Set(all)) {
                const [lines = []] = [words, own?.words].flatMap((some) => tellingLines(some, word));
                for (const line of lines) points.set(line, (points.get(line) ?? 0) + each / lines.length);
            }
        };
        // Hosts and tags stand anywhere.
        count(wordsOf(text.replace(/^[^/]*[.:][^/]*\/|[:@][^/]*$/g, "")), 1);
        count(wordsOf(command), 0.1);
        if (isImage && own?.image !== undefined) points.set(own.image, 1000);
        // What a job inherits stands elsewhere. Of two lines that say as much, the one that says nothing else is meant.
        let [best, most] = [own?.start ?? 0, 0];
        for (const [line, got] of points) {
            const isOwn = owners[line] === job;
            const all = got + (isOwn ? 0.5 : 0) - sizes[line]! / 1e4 - line / 1e9;
            if (all > most) [best, most] = [line, all];
        }
        if (script !== undefined) return `${places[best]} (job ${job})`;
        return own === undefined ? `job ${job}` : `job ${job} (${places[best]})`;
    }

    private read(files: readonly string[]): Index {
        const key = files.join("\n");
        const known = this.indexes.get(key);
        if (known) return known;
        const index: Index = { words: new Map(), jobs: new Map(), places: [], sizes: [], owners: [] };
        for (const file of new Set(files)) {
            let name = "";
            for (const [at, line] of (this.file(file) ?? "").split("\n").entries()) {
                const start = index.places.push(`${file}:${at + 1}`) - 1;
                if (/^[^\s#]/.test(line)) {
                    const [, ...names] = /^(?:"([^"]*)"|'([^']*)'|(.*?))\s*:(?:\s|$)/.exec(line) ?? [];
                    name = names.find((each) => each !== undefined) ?? "";
                    index.jobs.set(name, { start, words: new Map() });
                }
                const job = index.jobs.get(name);
                const all = new Set(wordsOf(line));
                if (job && all.has("image")) job.image ??= start;
                index.sizes.push(all.size);
                index.owners.push(name);
                for (const words of job ? [index.words, job.words] : [index.words]) {
                    for (const word of all) {
                        const lines = words.get(word);
                        if (lines === undefined) words.set(word, [start]);
                        else if (lines.length <= COMMON) lines.push(start);
                    }
                }
            }
        }
        this.indexes.set(key, index);
        return index;
    }
}

function tellingLines(words: Words | undefined, word: string): number[][] {
    const lines = words?.get(word);
    return lines === undefined || lines.length > COMMON ? [] : [lines];
}

function wordsOf(text: string): string[] {
    return text.split(/%2F|[^\w-]+/i).filter((word) => word !== "");
}

/** A path of a job as one of the repository; undefined where it lies outside. */
export function inRepository(absolute: string): string | undefined {
    return absolute.startsWith(`${PROJECT_DIR}/`) ? absolute.slice(PROJECT_DIR.length + 1) : undefined;
}
