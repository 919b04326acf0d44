import { expect } from "chai";
import { referenceKey } from "../../core/reference";

describe("referenceKey", () => {
    it("is one for each way to write a reference", () => {
        expect(referenceKey("7")).to.equal(referenceKey(7));
        expect(referenceKey("Apps/ETL")).to.equal(referenceKey("apps/etl"));
        expect(referenceKey("/7")).to.not.equal(referenceKey(7));
    });

    it("takes what is no way to write an id for another reference, so that it is called wrong and not a repetition too", () => {
        for (const written of ["#7", "07", " 7", "７"]) expect(referenceKey(written)).to.not.equal(referenceKey(7));
    });
});
