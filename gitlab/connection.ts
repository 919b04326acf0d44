import { PageTurner } from "./pages";

export interface Connection<T> {
    /** Number of items on all pages, if requested. */
    count?: number;
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
    nodes: T[];
}

/**
 * Cursor of the next page of a connection; undefined after the last. Throws for a list that is cut off: what it lacks
 * is not gone.
 */
export function nextOf({ pageInfo }: Pick<Connection<unknown>, "pageInfo">): string | undefined {
    if (!pageInfo.hasNextPage) return undefined;
    if (typeof pageInfo.endCursor === "string") return pageInfo.endCursor;
    throw new Error(
        "GitLab says of a list that it goes on, and not where. Is a proxy or a cache before it that answers in its place?",
    );
}

/** All nodes of a connection, page by page; undefined if GitLab does not show one of the pages. */
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
