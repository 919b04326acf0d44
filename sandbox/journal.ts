/** Who sent a request. */
export type Actor = "user" | "runner" | "job" | "anonymous";

/** One request as the sandbox saw it. Contains names of tokens, never their text. */
export interface JournalEntry {
    /** Counts up from 1. */
    number: number;
    /** When it arrived, by the sandbox's clock (ISO 8601). */
    at: string;
    method: string;
    /** Path as sent, without the query. */
    path: string;
    /** Query without tokens, or empty. */
    query: string;
    /** Name of the GraphQL operation's root fields (`mutation ciJobTokenScopeRemoveGroup`), or empty. */
    operation: string;
    status: number;
    actor: Actor;
    user: string | null;
    /** Name of the access token, or `runner 12`, `job 3`. */
    token: string | null;
    ms: number;
    /** True if the sandbox does not have this route. */
    unrouted: boolean;
    /** Kind of the fault that affected it, or null. */
    fault: string | null;
}

/** Which entries to return. Texts and patterns are compared with the path. */
export interface JournalFilter {
    method?: string;
    path?: string | RegExp;
    actor?: Actor;
}

const CAPACITY = 200_000;
const READING = new Set(["GET", "HEAD", "OPTIONS"]);

/** Every request that the sandbox answered, oldest first. */
export class Journal {
    private list: JournalEntry[] = [];
    private numbers = 0;

    /** Adds one entry; drops the oldest if there are too many. */
    record(entry: Omit<JournalEntry, "number">): void {
        this.numbers += 1;
        this.list.push({ number: this.numbers, ...entry });
        if (this.list.length > CAPACITY) this.list = this.list.slice(CAPACITY / 10);
    }

    entries(filter: JournalFilter = {}): JournalEntry[] {
        return this.list.filter((entry) => matches(entry, filter));
    }

    /**
     * Requests that change something: all but GET, HEAD and GraphQL queries. Runners and jobs write all the time, so
     * only users and anonymous callers count unless `actor` says otherwise.
     */
    writes(filter: JournalFilter = {}): JournalEntry[] {
        return this.entries(filter).filter(
            (entry) =>
                isWrite(entry) && (filter.actor !== undefined || entry.actor === "user" || entry.actor === "anonymous"),
        );
    }

    /** Requests to routes that the sandbox does not have. */
    unrouted(): JournalEntry[] {
        return this.list.filter((entry) => entry.unrouted);
    }

    count(filter: JournalFilter = {}): number {
        return this.entries(filter).length;
    }

    clear(): void {
        this.list = [];
    }
}

/** Whether a request changes something, judging by what it asks for. */
export function isWrite(entry: Pick<JournalEntry, "method" | "path" | "operation">): boolean {
    if (READING.has(entry.method)) return false;
    return entry.path !== "/api/graphql" || entry.operation.startsWith("mutation");
}

function matches(entry: JournalEntry, { method, path, actor }: JournalFilter): boolean {
    if (method !== undefined && entry.method !== method.toUpperCase()) return false;
    if (actor !== undefined && entry.actor !== actor) return false;
    if (path instanceof RegExp) return path.test(entry.path);
    return path === undefined || entry.path === path || entry.path === `/api/v4${path}`;
}
