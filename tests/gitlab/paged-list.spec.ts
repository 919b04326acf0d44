import { expect } from "chai";
import fc from "fast-check";
import { PagedList, type Patience } from "../../gitlab/paged-list";

/** Patience as for runners, and as for what projects have. */
const PATIENCES: Patience[] = [
    { page: 10, firstPages: 2, part: 1 / 4, few: 5 },
    { page: 10, firstPages: 1, part: 1 / 2, few: 0 },
];

/** A list of so many items, 0 first, and what was asked of it. */
function listOf(total: number, patience: Patience) {
    const pages: number[] = [];
    const list = new PagedList<string>(async (after) => {
        const start = Number(after ?? 0);
        pages.push(start);
        const end = Math.min(total, start + patience.page);
        return {
            items: Array.from({ length: end - start }, (_, i) => [start + i, `item ${start + i}`] as const),
            total,
            next: end < total ? String(end) : undefined,
        };
    }, patience);
    let byId = 0;
    /** Asks for an item as a reader does: by id where the list says nothing. */
    const ask = async (id: number) => {
        const found = await list.find(id);
        if (found === undefined) {
            byId++;
            list.noteSpent(1);
        }
        return found;
    };
    return { list, pages, ask, requests: () => pages.length + byId, byId: () => byId };
}

describe("PagedList", () => {
    it("reads no page twice, and none after the last", async () => {
        for (const patience of PATIENCES) {
            const { list, pages, ask } = listOf(95, patience);
            await Promise.all([list.all(), list.all(), ask(3)]);
            expect(await ask(94)).to.equal("item 94");
            expect(await ask(95)).to.equal(undefined);
            expect(pages).to.deep.equal([0, 10, 20, 30, 40, 50, 60, 70, 80, 90]);
        }
    });

    it("reads on while the last page had what was asked for", async () => {
        const { ask, requests } = listOf(100, PATIENCES[1]!);
        for (let id = 0; id < 100; id++) expect(await ask(id)).to.equal(`item ${id}`);
        expect(requests()).to.equal(10);
    });

    it("never costs many more requests than the cheaper of both ways, whatever is asked for in whatever order", async () => {
        const order = fc
            .integer({ min: 1, max: 400 })
            .chain((total) =>
                fc.tuple(fc.constant(total), fc.uniqueArray(fc.integer({ min: 0, max: total - 1 }), { minLength: 1 })),
            );
        for (const patience of PATIENCES) {
            await fc.assert(
                fc.asyncProperty(order, async ([total, ids]) => {
                    const { ask, requests } = listOf(total, patience);
                    for (const id of ids) await ask(id);
                    const cheaper = Math.min(ids.length, Math.ceil(total / patience.page));
                    const atOnce = patience.firstPages + patience.few;
                    expect(requests()).to.be.at.most(cheaper * (1 + 1 / patience.part) + atOnce);
                }),
                { numRuns: 200 },
            );
        }
    });

    it("counts a part of a request as a part", async () => {
        const { list, pages } = listOf(1000, PATIENCES[1]!);
        for (let i = 0; i < 480; i++) {
            await list.find(999);
            list.noteSpent(1 / 10);
        }
        // The first page, then 48 of 49 units of patience.
        expect(pages).to.have.length(1);
    });

    it("has what it was ended with, and reads no page any more", async () => {
        const { list, pages } = listOf(100, PATIENCES[1]!);
        list.end([[77, "found in another way"]]);
        expect(await list.find(77)).to.equal("found in another way");
        expect(await list.all()).to.deep.equal(["found in another way"]);
        expect(pages).to.deep.equal([]);
    });
});
