type Key = string | number;

/** Rows under one key. While ids only grow, the rows are in order and need no sorting. */
interface Bucket<Row> {
    rows: Map<number, Row>;
    highest: number;
    ordered: boolean;
}
/** The key of a row in an index; undefined leaves the row out of it. */
export type IndexKey<Row> = (row: Row) => Key | undefined;

/**
 * Rows of one type by id, with secondary indexes. Change rows only with `update`, or the indexes become stale. Lists
 * are in ascending order of id, GitLab's default.
 */
export class Collection<Row extends { id: number }, Index extends string = never> {
    private readonly rows = new Map<number, Row>();
    private readonly buckets = new Map<Index, Map<Key, Bucket<Row>>>();
    private readonly keys: [Index, IndexKey<Row>][];
    private sorted: Row[] | undefined;
    private inOrder = true;
    private nextId = 1;

    constructor(indexes: Record<Index, IndexKey<Row>>) {
        this.keys = Object.entries(indexes) as [Index, IndexKey<Row>][];
        for (const [index] of this.keys) this.buckets.set(index, new Map());
    }

    get size(): number {
        return this.rows.size;
    }

    /** Adds a row. Without an id, it gets the next one; ids are never reused. */
    insert(row: Omit<Row, "id"> & { id?: number }): Row {
        const id = row.id ?? this.nextId;
        if (this.rows.has(id)) throw new Error(`Store: id ${id} is taken. Leave the id out or choose another.`);
        if (id < this.nextId - 1) this.inOrder = false;
        this.nextId = Math.max(this.nextId, id + 1);
        const added = { ...row, id } as Row;
        this.rows.set(id, added);
        this.sorted = undefined;
        for (const [index, keyOf] of this.keys) this.link(index, keyOf(added), added);
        return added;
    }

    get(id: number): Row | undefined {
        return this.rows.get(id);
    }

    /** Like `get`, for ids that the store itself holds. */
    must(id: number): Row {
        const row = this.rows.get(id);
        if (!row) throw new Error(`Store: no row with id ${id}.`);
        return row;
    }

    /** Replaces a row with a changed copy. References to the old row keep the old values. */
    update(id: number, changes: Partial<Row>): Row {
        const before = this.must(id);
        const after = { ...before, ...changes };
        this.rows.set(id, after);
        this.sorted = undefined;
        for (const [index, keyOf] of this.keys) {
            const [from, to] = [keyOf(before), keyOf(after)];
            if (from === to) {
                if (to !== undefined) this.buckets.get(index)!.get(to)!.rows.set(id, after);
                continue;
            }
            this.unlink(index, from, before);
            this.link(index, to, after);
        }
        return after;
    }

    /** Removes a row; false if there was none. */
    delete(id: number): boolean {
        const row = this.rows.get(id);
        if (!row) return false;
        this.rows.delete(id);
        this.sorted = undefined;
        for (const [index, keyOf] of this.keys) this.unlink(index, keyOf(row), row);
        return true;
    }

    /** Every row. The array is shared: copy before changing it. */
    all(): readonly Row[] {
        if (this.sorted === undefined) {
            this.sorted = [...this.rows.values()];
            if (!this.inOrder) this.sorted.sort((a, b) => a.id - b.id);
        }
        return this.sorted;
    }

    /** The rows under one key of an index. */
    find(index: Index, key: Key): Row[] {
        const bucket = this.buckets.get(index)!.get(key);
        if (!bucket) return [];
        const rows = [...bucket.rows.values()];
        return bucket.ordered ? rows : rows.sort((a, b) => a.id - b.id);
    }

    /** The first row under one key of an index. */
    first(index: Index, key: Key): Row | undefined {
        const bucket = this.buckets.get(index)!.get(key);
        if (!bucket) return undefined;
        return bucket.ordered || bucket.rows.size === 1 ? bucket.rows.values().next().value : this.find(index, key)[0];
    }

    /** How many rows are under one key of an index. */
    count(index: Index, key: Key): number {
        return this.buckets.get(index)!.get(key)?.rows.size ?? 0;
    }

    clear(): void {
        this.rows.clear();
        for (const bucket of this.buckets.values()) bucket.clear();
        this.sorted = undefined;
        this.inOrder = true;
        this.nextId = 1;
    }

    /** A deep copy of all rows and the id counter, for `load`. */
    dump(): CollectionDump<Row> {
        return { nextId: this.nextId, rows: structuredClone([...this.all()]) };
    }

    load(dump: CollectionDump<Row>): void {
        this.clear();
        for (const row of dump.rows) this.insert(structuredClone(row));
        this.nextId = dump.nextId;
    }

    private link(index: Index, key: Key | undefined, row: Row): void {
        if (key === undefined) return;
        const buckets = this.buckets.get(index)!;
        const bucket = buckets.get(key);
        if (!bucket) {
            buckets.set(key, { rows: new Map([[row.id, row]]), highest: row.id, ordered: true });
            return;
        }
        bucket.rows.set(row.id, row);
        if (row.id < bucket.highest) bucket.ordered = false;
        else bucket.highest = row.id;
    }

    private unlink(index: Index, key: Key | undefined, row: Row): void {
        if (key === undefined) return;
        const buckets = this.buckets.get(index)!;
        const bucket = buckets.get(key);
        bucket?.rows.delete(row.id);
        if (bucket?.rows.size === 0) buckets.delete(key);
    }
}

/** The result of `Collection.dump`: plain data that survives JSON. */
export interface CollectionDump<Row> {
    nextId: number;
    rows: Row[];
}
