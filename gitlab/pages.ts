/** No list has more pages than this: 2,000,000 items. */
const MOST_PAGES = 20_000;

/**
 * Guards against endless lists: a cache or proxy in front of GitLab may answer every request with the same page. Throws
 * if a page comes twice.
 */
export class PageTurner {
    private readonly seen = new Set<string>();

    /** @param list what is read, for the message: a path, or `runners of the group` */
    constructor(private readonly list: string) {}

    /** The next page, as named by the last one; undefined after the last page. */
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
