import { expect } from "chai";
import { findSharedLists } from "../../../../components/fleet/config/shared-lists";

describe("lists in which two stacks have a hand", () => {
    const additive = (projects: unknown[]) => ({ mode: "additive", consumers: { projects } });

    it("are not told by entries that nobody can read: two of them need not be the same", () => {
        const own = [["apps/libs", additive([Symbol("encrypted")])]] as const;
        const other = [["apps/libs", additive([{ secure: "v1:abc" }])]] as const;
        expect(findSharedLists(own, [["dev", other]])).to.deep.equal([]);
    });

    it("are looked up by name: each name of another stack is read once, however many lists there are", () => {
        let reads = 0;
        const names = Array.from({ length: 100 }, (_, at) => `apps/libs-${at}`);
        const own = names.map((name) => [name, additive(["apps/etl"])] as const);
        const other = names.map((name) =>
            Object.defineProperty([name, additive(["apps/etl"])] as [string, Record<string, unknown>], 0, {
                get: () => {
                    reads++;
                    return name;
                },
            }),
        );
        expect(findSharedLists(own, [["dev", other]])).to.have.lengthOf(100);
        expect(reads).to.equal(100);
    });
});
