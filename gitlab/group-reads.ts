import { groupsAbove } from "../core/paths";
import type { GitLab } from "./client";
import { type Page, PagedList, type Patience, readFrom, type Searched } from "./paged-list";

/** Two ways to read a property of projects: by id, or page by page for a whole group. */
export interface Reading<Item> {
    /** What is read, as part of the keys of the shared reads. */
    name: string;
    page: number;
    /** The key that the shared reads forget when the project is written. */
    keyOf(project: number): string;
    /** A page for a group and its subgroups. An error means that the group cannot be read like this. */
    readPage(gitlab: GitLab, group: string, after: string | undefined): Promise<Page<Item>>;
    /** Reads one project by id; must call `spent` with the fraction of a request that this took. */
    readOne(gitlab: GitLab, project: number, spent: (requests: number) => void): Promise<Item | undefined>;
}

/**
 * Reads a property of a project. Pulumi's engine asks about one resource after another, so requests cannot be combined;
 * but a program's resources tend to be in one group. Once reading by id has cost half of what the pages of a group
 * would, the pages are read. A wrong guess costs two requests for each read by id, per level of groups.
 *
 * @param path full path of the project, if known; a wrong one only costs requests
 */
export async function readByGroup<Item>(
    gitlab: GitLab,
    reading: Reading<Item>,
    project: number,
    path: string | undefined,
): Promise<Item | undefined> {
    const groups = await Promise.all(groupsAbove(path ?? "").map((group) => groupOf(gitlab, reading, group)));
    return readFrom(gitlab, groups, project, (spent) => reading.readOne(gitlab, project, spent));
}

function groupOf<Item>(gitlab: GitLab, reading: Reading<Item>, path: string): Promise<GroupPages<Item>> {
    return gitlab.shared.get(`group-pages/${reading.name}/${path}`, async () => new GroupPages(gitlab, reading, path));
}

interface Known<Item> {
    item: Item;
    /** When it was requested, by the counter of the shared reads. */
    since: number;
}

/** The property for all projects of a group and its subgroups. */
class GroupPages<Item> implements Searched<Item> {
    asked = 0;
    private readonly list: PagedList<Known<Item>>;

    constructor(
        private readonly gitlab: GitLab,
        private readonly reading: Reading<Item>,
        private readonly path: string,
    ) {
        const patience: Patience = { page: reading.page, firstPages: 1, part: 1 / 2, few: 0 };
        this.list = new PagedList((after) => this.readPage(after), patience);
    }

    /** The value from the pages read so far, unless it was written since. */
    peek(project: number): Item | undefined {
        const known = this.list.peek(project);
        if (known === undefined) return undefined;
        return this.gitlab.shared.wasForgotten(this.reading.keyOf(project), known.since) ? undefined : known.item;
    }

    async find(project: number): Promise<Item | undefined> {
        await this.list.find(project);
        return this.peek(project);
    }

    noteSpent(requests: number): void {
        this.list.noteSpent(requests);
    }

    private async readPage(after: string | undefined): Promise<Page<Known<Item>>> {
        const since = this.gitlab.shared.moment();
        try {
            const { items, ...rest } = await this.reading.readPage(this.gitlab, this.path, after);
            return { ...rest, items: items.map(([id, item]) => [id, { item, since }] as const) };
        } catch {
            // No permission, too old, or too much for this GitLab. If reading by id fails as well, its error says why.
            return { items: [], total: 0, next: undefined };
        }
    }
}
