import { expect } from "chai";
import { markerOf, noteWith, ownerOf } from "../../core/marker";

describe("the marker", () => {
    it("says which program's runner it is", () => {
        expect(markerOf(ownerOf("shop", "prod"), "k7m2x9pq4w", "ci")).to.equal(
            "managed-by: gitlab-fleet shop/prod#k7m2x9pq4w/ci",
        );
    });

    it("stands above the user's note", () => {
        expect(noteWith("marker", "ask ops\nfirst")).to.equal("marker\nask ops\nfirst");
        expect(noteWith("marker", undefined)).to.equal("marker");
        expect(noteWith("marker", "")).to.equal("marker");
    });
});
