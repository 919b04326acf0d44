import { groupsAbove } from "../core/paths";
import type { GitLab } from "./client";
import { type Page, PagedList, type Patience, readFrom, type Searched } from "./paged-list";

/** A way to read things that projects have: one by one, and all those of a group page by page. */
export interface Reading<Item> {
    /** What is read, as the shared reads' keys name it. */
    name: string;
    page: number;
    /** What the shared reads forget when what a project has is written. */
    keyOf(project: number): string;
    /** A page of a group and its subgroups. An error means that the group cannot be read like that. */
    readPage(gitlab: GitLab, group: string, after: string | undefined): Promise<Page<Item>>;
    /** One by its id; `spent` is to be told what part of a request that took. */
    readOne(gitlab: GitLab, project: number, spent: (requests: number) => void): Promise<Item | undefined>;
}

/**
 * What a project has. Pulumi's engine asks about one resource after the other, so nothing can be asked for together; but
 * resources of one program tend to be in one group. Once half of what the pages of a group would cost has gone into asking by
 * id, they are read. Where that guess is wrong, it has cost two requests for each by id, for each level of groups.
 *
 * @param path full path of the project, as far as it is known; a wrong one costs requests and is no error
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
    /** When it was asked for, by the shared reads' count. */
    since: number;
}

/** What the projects of a group and its subgroups have. */
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

    /** What the pages read so far say, unless it was written since. */
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
            // No right, too old, too much for this GitLab. Asking by id says what is wrong, if that cannot be done either.
            return { items: [], total: 0, next: undefined };
        }
    }
}
