/** More pages than this no list has: 2,000,000 items. */
const MOST_PAGES = 20_000;

/**
 * Watches the way through a list's pages. A cache or proxy before GitLab may answer each question with the same page, and a list that names
 * one page twice never ends.
 */
export class PageTurner {
    private readonly seen = new Set<string>();

    /** @param list what is read, for the message: a path, or `runners of the group` */
    constructor(private readonly list: string) {}

    /** The next page by what the last one said of it; undefined after the last page. */
    turn(next: string | null | undefined): string | undefined {
        if (next === undefined || next === null || next === "") return undefined;
        if (this.seen.has(next) || this.seen.size >= MOST_PAGES) {
            throw new Error(
                `GitLab's list ${this.list} does not end: after ${this.seen.size} pages it names one that was read. ` +
                    "Is a proxy or a cache before GitLab that answers in its place?",
            );
        }
        this.seen.add(next);
        return next;
    }
}
