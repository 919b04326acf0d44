import { expect } from "chai";
import fc from "fast-check";
import {
    defined,
    hasUnknown,
    idsIn,
    mapIn,
    mapsIn,
    sameSet,
    sameValue,
    textOf,
    textsIn,
    UNKNOWN,
    type Value,
} from "../../core/props";

describe("sameValue", () => {
    const same: [a: unknown, b: unknown][] = [
        [
            { a: 1, b: [1, { c: null }] },
            { b: [1, { c: null }], a: 1 },
        ],
        [{ a: 1, b: undefined }, { a: 1 }],
        [[], []],
        [Number.NaN, Number.NaN],
        [UNKNOWN, UNKNOWN],
    ];
    const other: [a: unknown, b: unknown][] = [
        [{ a: 1 }, { a: 1, b: 2 }],
        [{ a: 1 }, {}],
        [[1, 2], [1]],
        [
            [1, 2],
            [2, 1],
        ],
        [
            [1, 2],
            [1, 3],
        ],
        [[], {}],
        [{}, null],
        [null, undefined],
        [{}, undefined],
        ["1", 1],
        [["a"], "a"],
        [UNKNOWN, "a"],
    ];
    it("finds the same where only absent properties and the order of keys differ", () => {
        for (const [a, b] of same) expect(sameValue(a, b) && sameValue(b, a), String(a)).to.equal(true);
        fc.assert(fc.property(fc.jsonValue(), (value) => sameValue(value, structuredClone(value))));
    });

    it("finds each other difference", () => {
        for (const [a, b] of other) expect(sameValue(a, b) || sameValue(b, a), String(a)).to.equal(false);
    });
});

describe("sameSet", () => {
    it("takes neither order nor repetition for a difference, and each other member for one", () => {
        expect(sameSet([1, 2, 2], [2, 1])).to.equal(true);
        expect(sameSet([], [])).to.equal(true);
        for (const [a, b] of [
            [[1], [1, 2]],
            [
                [1, 3],
                [1, 2],
            ],
            [[1], []],
        ])
            expect([sameSet(a!, b!), sameSet(b!, a!)]).to.deep.equal([false, false]);
    });
});

describe("properties", () => {
    it("hold something unknown at whatever depth", () => {
        for (const value of [UNKNOWN, [1, UNKNOWN], { a: [{ b: UNKNOWN }, 1], c: 1 }])
            expect(hasUnknown(value)).to.equal(true);
        for (const value of [null, undefined, 1, "", [], {}, { a: [{ b: null }] }])
            expect(hasUnknown(value)).to.equal(false);
    });

    it("are read as far as they are of the kind that is asked for, and known", () => {
        expect(([["a"], "", 5, UNKNOWN, undefined] as Value[]).map(textOf)).to.deep.equal([
            undefined,
            "",
            undefined,
            undefined,
            undefined,
        ]);
        expect(([{ a: 1 }, [1], null, UNKNOWN, undefined] as Value[]).map(mapIn)).to.deep.equal([
            { a: 1 },
            {},
            {},
            {},
            {},
        ]);
        expect(mapsIn([{ a: 1 }, UNKNOWN, "x", [1]])).to.deep.equal([{ a: 1 }]);
        expect(idsIn(["7", 7, UNKNOWN, 8])).to.deep.equal([7, 8]);
        expect(textsIn(["a", UNKNOWN, 5, "a"])).to.deep.equal(["a", "5", "a"]);
        for (const of of [mapsIn, idsIn, textsIn]) expect(of("text")).to.deep.equal([]);
        expect(Object.keys(defined({ a: null, b: undefined, c: false, d: "" }))).to.deep.equal(["a", "c", "d"]);
    });
});
