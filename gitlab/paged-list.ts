import { gathered } from "./batch";
import type { GitLab } from "./client";
import { unlessRefusal } from "./errors";
import { PageTurner } from "./pages";

/** One page of a list, as GitLab returns it. */
export interface Page<Item> {
    items: (readonly [id: number, item: Item])[];
    /** Number of items in the whole list. */
    total: number;
    /** Cursor of the next page; undefined after the last one. */
    next: string | undefined;
}

/** When it is worth reading more of a list instead of single items by id. */
export interface Patience {
    page: number;
    /** Pages that are read before the first item is read by id. */
    firstPages: number;
    /** The rest of the list is read once reads by id have cost this fraction of the requests that it takes. */
    part: number;
    /** If the rest has at most this many pages, one request by id is enough. */
    few: number;
}

/** A list in which an item may be found before it is read by id. */
export interface Searched<Item> {
    /** How many of its items were asked for. */
    asked: number;
    /** The item, if it was read already. */
    peek(id: number): Item | undefined;
    /** Reads more of the list, if that is worth it. */
    find(id: number): Promise<Item | undefined>;
    noteSpent(requests: number): void;
}

/** From the third item of a list on, a page of the list may be cheaper than reading each by id. */
const WORTH_A_PAGE = 3;

/**
 * Reads an item from the lists that may have it, otherwise by its id; `readOne` must call `spent` with the fraction of
 * a request that it took.
 */
export async function readFrom<Item>(
    gitlab: GitLab,
    lists: readonly Searched<Item>[],
    id: number,
    readOne: (spent: (requests: number) => void) => Promise<Item | undefined>,
): Promise<Item | undefined> {
    // Pulumi's engine compares one resource after another: waiting here for others would delay each of them.
    for (const list of lists) {
        const known = list.peek(id);
        if (known !== undefined) return known;
    }
    for (const list of lists) list.asked++;
    // After this, everything that started together has been counted.
    if (lists.length > 0) await gathered(gitlab);
    for (const list of lists) {
        // Items may be readable even if their list is not.
        const found = list.asked >= WORTH_A_PAGE ? await list.find(id).catch(unlessRefusal) : list.peek(id);
        if (found !== undefined) return found;
    }
    return readOne((requests) => {
        for (const list of lists) list.noteSpent(requests);
    });
}

/**
 * A list that is read page by page, each page once, while single items are asked for one after another. How many will
 * be asked for is unknown: a few, or all of them. So the first are read by id, and once those requests have cost a
 * certain fraction of what the rest of the list would, the list is read. Neither a few items among thousands nor a
 * thousand in the wrong order cost many more requests than necessary.
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

    /**
     * @param read the page at a cursor, the first page without one
     * @param readAll all items in another way, if the error allows that
     */
    constructor(
        private readonly read: (after: string | undefined) => Promise<Page<Item>>,
        private readonly patience: Patience,
        private readonly readAll?: (error: unknown) => Promise<Page<Item>["items"]>,
    ) {}

    peek(id: number): Item | undefined {
        return this.items.get(id);
    }

    /**
     * One item, after reading as many pages as are worth it. `undefined` if it is not in the list, or if reading it by
     * id is cheaper than reading on: the caller then reports to `noteSpent`.
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

    /** Counts a request, or a fraction of one, that read by id what was not found here. */
    noteSpent(requests: number): void {
        this.spent += requests;
    }

    /** Completes the list with what is known, plus items that were found in another way: no more pages are read. */
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
