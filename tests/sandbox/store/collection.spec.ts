import { expect } from "chai";
import fc from "fast-check";
import { Collection } from "../../../sandbox/store/collection";

interface Row {
    id: number;
    key: number;
}
const make = () => new Collection<Row, "key">({ key: (row) => (row.key === 0 ? undefined : row.key) });

const command = fc.oneof(
    fc.record({
        do: fc.constant("insert" as const),
        id: fc.integer({ min: 1, max: 30 }),
        key: fc.integer({ min: 0, max: 3 }),
    }),
    fc.record({ do: fc.constant("next" as const), key: fc.integer({ min: 0, max: 3 }) }),
    fc.record({
        do: fc.constant("update" as const),
        id: fc.integer({ min: 1, max: 30 }),
        key: fc.integer({ min: 0, max: 3 }),
    }),
    fc.record({ do: fc.constant("delete" as const), id: fc.integer({ min: 1, max: 30 }) }),
    fc.record({ do: fc.constant("reload" as const) }),
);

type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;

/** What the rows have to be: keys by id, and the highest id that there has been. */
interface Model {
    keys: Map<number, number>;
    highest: number;
}

/** Does the same to the rows and to the model, where it can be done. */
function carryOut(one: Command, rows: ReturnType<typeof make>, model: Model): void {
    const { keys } = model;
    if (one.do === "reload") {
        rows.load(JSON.parse(JSON.stringify(rows.dump())));
    } else if (one.do === "next") {
        const { id } = rows.insert({ key: one.key });
        expect(id).to.be.greaterThan(model.highest);
        model.highest = id;
        keys.set(id, one.key);
    } else if (one.do === "delete") {
        expect(rows.delete(one.id)).to.equal(keys.delete(one.id));
    } else if ((one.do === "insert") !== keys.has(one.id)) {
        if (one.do === "insert") rows.insert({ id: one.id, key: one.key });
        else rows.update(one.id, { key: one.key });
        model.highest = Math.max(model.highest, one.id);
        keys.set(one.id, one.key);
    }
}

describe("a collection", () => {
    it("finds by index exactly what a search over all rows finds, in ascending id, after any history", () => {
        fc.assert(
            fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
                const rows = make();
                const model: Model = { keys: new Map(), highest: 0 };
                for (const one of commands) {
                    carryOut(one, rows, model);
                    const expected = [...model.keys].map(([id, key]) => ({ id, key })).sort((a, b) => a.id - b.id);
                    expect(rows.all()).to.deep.equal(expected);
                    for (const key of [1, 2, 3]) {
                        const found = expected.filter((row) => row.key === key);
                        expect(rows.find("key", key)).to.deep.equal(found);
                        expect(rows.first("key", key)).to.deep.equal(found[0]);
                        expect(rows.count("key", key)).to.equal(found.length);
                    }
                }
            }),
        );
    });

    it("never uses an id twice", () => {
        const rows = make();
        const { id } = rows.insert({ key: 1 });
        rows.delete(id);
        expect(rows.insert({ key: 1 }).id).to.equal(id + 1);
        expect(() => rows.insert({ id: id + 1, key: 1 })).to.throw("Store: id 2 is taken");
    });

    it("leaves a row that somebody holds as it was, so that what has become of it can be compared with it", () => {
        const rows = make();
        const [held, list] = [rows.insert({ key: 1 }), rows.all()];
        expect(rows.update(held.id, { key: 2 })).to.deep.equal({ id: held.id, key: 2 });
        expect([held, list]).to.deep.equal([{ id: held.id, key: 1 }, [{ id: held.id, key: 1 }]]);
        expect([rows.must(held.id), rows.all(), rows.find("key", 2)]).to.deep.equal([
            { id: held.id, key: 2 },
            [{ id: held.id, key: 2 }],
            [{ id: held.id, key: 2 }],
        ]);
    });
});
