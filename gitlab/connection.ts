/** A page of a GraphQL connection. */
export interface Connection<T> {
    /** Items on all pages, where asked for. */
    count?: number;
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
    nodes: T[];
}

/** All nodes of a connection, page after page; undefined where GitLab does not show one of the pages. */
export async function wholeConnection<T>(
    ask: (after: string | null) => Promise<Connection<T> | null | undefined>,
): Promise<T[] | undefined> {
    const nodes: T[] = [];
    for (let after: string | null = null; ; ) {
        const page: Connection<T> | null | undefined = await ask(after);
        if (!page) return undefined;
        nodes.push(...page.nodes);
        if (!page.pageInfo.hasNextPage) return nodes;
        after = page.pageInfo.endCursor;
    }
}
