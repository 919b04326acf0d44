import { expect } from "chai";
import type { Producer } from "../../../../cli/access/access";
import { type MatrixInput, toMatrix } from "../../../../cli/access/matrix/matrix";

const producer: Producer = {
    id: 1,
    path: "tools/scanner",
    visibility: "private",
    registry: "enabled",
    list: { enabled: true, projects: ["apps/idle", "apps/riddle", "shop/web"], groups: [], policies: {} },
};
const cellOf = (consumer: string, more: Partial<MatrixInput> = {}) => {
    const { cells, consumers } = toMatrix({
        producers: [producer],
        consumers: ["apps/idle", "apps/riddle"],
        needs: [],
        notUnderstood: ["apps/riddle"],
        ...more,
    });
    return cells.find(({ row }) => consumers[row] === consumer);
};

describe("toMatrix", () => {
    it("says that an entry is not needed only where the consumer's configuration was read and understood", () => {
        expect(cellOf("apps/idle")).to.include({ state: "own", needed: false });
        expect(cellOf("apps/riddle")).to.not.have.property("needed");
        expect(cellOf("apps/riddle")?.text).to.match(/ Whether it needs this is not understood\.$/);
        expect(cellOf("shop/web")).to.not.have.property("needed");
        expect(cellOf("shop/web")?.text).to.match(/ not known: its configuration was not read\.$/);
    });

    it("says nothing of needs where no configuration was read", () => {
        const cell = cellOf("shop/web", { needs: undefined, notUnderstood: [] });
        expect(cell).to.not.have.property("needed");
        expect(cell?.text).to.equal("shop/web to tools/scanner: allowed: its own entry.");
    });
});
