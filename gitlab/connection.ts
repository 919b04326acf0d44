import { PageTurner } from "./pages";

export interface Connection<T> {
    /** Items on all pages, where asked for. */
    count?: number;
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
    nodes: T[];
}

/** Where the next page of a connection begins; undefined after the last. A list that is cut off is an error: what it lacks is not gone. */
export function nextOf({ pageInfo }: Pick<Connection<unknown>, "pageInfo">): string | undefined {
    if (!pageInfo.hasNextPage) return undefined;
    if (typeof pageInfo.endCursor === "string") return pageInfo.endCursor;
    throw new Error(
        "GitLab says of a list that it goes on, and not where. Is a proxy or a cache before it that answers in its place?",
    );
}

/** All nodes of a connection, page after page; undefined where GitLab does not show one of the pages. */
export async function wholeConnection<T>(
    ask: (after: string | null) => Promise<Connection<T> | null | undefined>,
): Promise<T[] | undefined> {
    const nodes: T[] = [];
    const pages = new PageTurner("of a GraphQL query");
    for (let after: string | null = null; ; ) {
        const page: Connection<T> | null | undefined = await ask(after);
        if (!page) return undefined;
        for (const node of page.nodes) nodes.push(node);
        const next = nextOf(page);
        if (next === undefined) return nodes;
        after = pages.turn(next) ?? null;
    }
}
