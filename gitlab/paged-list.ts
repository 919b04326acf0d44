import { gathered } from "./batch";
import type { GitLab } from "./client";
import { unlessRefusal } from "./errors";
import { PageTurner } from "./pages";

/** One page of a list, as GitLab hands it out. */
export interface Page<Item> {
    items: (readonly [id: number, item: Item])[];
    /** How many the whole list has. */
    total: number;
    /** Where the next page begins; undefined after the last one. */
    next: string | undefined;
}

/** When reading a list on is worth more than asking by id. */
export interface Patience {
    page: number;
    /** Pages that are read before the first item is asked for by id. */
    firstPages: number;
    /** The part of the requests for the rest of the list that may go into asking by id before the rest is read. */
    part: number;
    /** Where the rest has no more pages than this, one request by id is enough. */
    few: number;
}

/** Where an item may be found before it is asked for by id. */
export interface Searched<Item> {
    /** How many items of it were asked for. */
    asked: number;
    /** What has been read of it so far. */
    peek(id: number): Item | undefined;
    /** Reads on, as far as that is worth it. */
    find(id: number): Promise<Item | undefined>;
    noteSpent(requests: number): void;
}

/** From the third item of a list on, a page of the list may be cheaper than asking for each. */
const WORTH_A_PAGE = 3;

/** An item from the lists that may have it, or else by its id; `readOne` gets what is to be told what part of a request that took. */
export async function readFrom<Item>(
    gitlab: GitLab,
    lists: readonly Searched<Item>[],
    id: number,
    readOne: (spent: (requests: number) => void) => Promise<Item | undefined>,
): Promise<Item | undefined> {
    // Pulumi's engine compares one resource after the other: a wait for others here would be one for each of them.
    for (const list of lists) {
        const known = list.peek(id);
        if (known !== undefined) return known;
    }
    for (const list of lists) list.asked++;
    // By then all that started together have been counted.
    if (lists.length > 0) await gathered(gitlab);
    for (const list of lists) {
        // Where a list may not be read, its items may be.
        const found = list.asked >= WORTH_A_PAGE ? await list.find(id).catch(unlessRefusal) : list.peek(id);
        if (found !== undefined) return found;
    }
    return readOne((requests) => {
        for (const list of lists) list.noteSpent(requests);
    });
}

/**
 * A list of which items are asked for one after the other, nobody knows how many: read page by page, each page once.
 * Nobody knows either whether a few items will be asked for, or all of them. So the first are asked for by id, and once those
 * questions have cost a part of what reading on would, the rest is read: neither a few items among thousands nor a
 * thousand in the wrong order cost many more requests than need be.
 */
export class PagedList<Item> implements Searched<Item> {
    asked = 0;
    private readonly items = new Map<number, Item>();
    private readonly wanted = new Map<number, number>();
    private cursor: string | undefined;
    private done = false;
    private pages = 0;
    private total = 0;
    private spent = 0;
    private lastPageHit = false;
    private page: Promise<void> | undefined;
    private readonly turner = new PageTurner("by pages");

    /** @param read the page that begins at a cursor, the first one without @param readAll all items in another way, where an error allows that */
    constructor(
        private readonly read: (after: string | undefined) => Promise<Page<Item>>,
        private readonly patience: Patience,
        private readonly readAll?: (error: unknown) => Promise<Page<Item>["items"]>,
    ) {}

    peek(id: number): Item | undefined {
        return this.items.get(id);
    }

    /**
     * One item, after reading as many pages as are worth it. `undefined` when it is not in the list, and when asking for it by
     * id is cheaper than reading on: whoever then does so tells `noteSpent`.
     */
    async find(id: number): Promise<Item | undefined> {
        this.wanted.set(id, (this.wanted.get(id) ?? 0) + 1);
        try {
            while (!this.items.has(id) && !this.done && this.isWorthReading()) {
                await this.nextPage();
            }
            return this.items.get(id);
        } finally {
            const others = this.wanted.get(id)! - 1;
            others === 0 ? this.wanted.delete(id) : this.wanted.set(id, others);
        }
    }

    async all(): Promise<Item[]> {
        try {
            while (!this.done) await this.nextPage();
        } catch (error) {
            if (this.readAll === undefined) throw error;
            this.end(await this.readAll(error));
        }
        return [...this.items.values()];
    }

    /** Notes a request, or a part of one, that asked by id for what was not found here. */
    noteSpent(requests: number): void {
        this.spent += requests;
    }

    /** Ends the list with what is known of it, and perhaps more that was found in another way: no page is read any more. */
    end(items: Page<Item>["items"] = []): void {
        for (const [id, item] of items) this.items.set(id, item);
        this.done = true;
    }

    private isWorthReading(): boolean {
        const { page, firstPages, part, few } = this.patience;
        const left = Math.ceil(this.total / page) - this.pages;
        const patience = left <= few ? 1 : Math.max(1, left * part);
        return this.pages < firstPages || this.lastPageHit || this.spent >= patience;
    }

    private nextPage(): Promise<void> {
        this.page ??= this.readPage().finally(() => {
            this.page = undefined;
        });
        return this.page;
    }

    private async readPage(): Promise<void> {
        const { items, total, next } = await this.read(this.cursor);
        for (const [id, item] of items) this.items.set(id, item);
        this.pages++;
        this.total = total;
        this.lastPageHit = items.some(([id]) => this.wanted.has(id));
        this.cursor = this.turner.turn(next);
        this.done = this.cursor === undefined;
    }
}
