import { Refusal } from "./context";

/** GitLab's largest page, which is also the default. */
export const MAX_PAGE = 100;

/** Arguments of every connection field. */
export interface ConnectionArgs {
    first?: number | null;
    last?: number | null;
    after?: string | null;
    before?: string | null;
}

/** One page of rows in the form of a GraphQL connection. */
export interface Connection<Row> {
    count: number;
    nodes: Row[];
    edges: { cursor: string; node: Row }[];
    pageInfo: {
        hasNextPage: boolean;
        hasPreviousPage: boolean;
        startCursor: string | null;
        endCursor: string | null;
    };
}

/** Cuts one page out of rows that are already filtered and sorted. */
export function connection<Row extends { id: number }>(rows: readonly Row[], args: ConnectionArgs): Connection<Row> {
    let start = 0;
    let end = rows.length;
    if (args.after) start = position(rows, args.after) + 1;
    if (args.before) end = Math.min(end, position(rows, args.before));
    const size = Math.min(args.first ?? args.last ?? MAX_PAGE, MAX_PAGE);
    if (size < 0) throw new Refusal("`first` and `last` must not be negative");
    const fromEnd = (args.first === null || args.first === undefined) && typeof args.last === "number";
    const from = fromEnd ? Math.max(start, end - size) : start;
    const to = fromEnd ? end : Math.min(end, start + size);
    const nodes = rows.slice(from, to);
    return {
        count: rows.length,
        nodes,
        edges: nodes.map((node) => ({ cursor: cursorOf(node), node })),
        pageInfo: {
            hasNextPage: to < rows.length,
            hasPreviousPage: from > 0,
            startCursor: nodes[0] ? cursorOf(nodes[0]) : null,
            endCursor: nodes.length > 0 ? cursorOf(nodes.at(-1)!) : null,
        },
    };
}

function cursorOf(row: { id: number }): string {
    return Buffer.from(JSON.stringify({ id: String(row.id) })).toString("base64url");
}

function position(rows: readonly { id: number }[], cursor: string): number {
    try {
        const { id } = JSON.parse(Buffer.from(cursor, "base64url").toString()) as { id: string };
        return rows.findIndex((row) => row.id === Number(id));
    } catch {
        throw new Refusal("Please provide a valid cursor");
    }
}
