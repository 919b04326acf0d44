import { expect } from "chai";
import { isOlder } from "../../core/versions";

describe("a version", () => {
    it("is older than another one by its numbers, not by its text, and not by what follows them", () => {
        expect(isOlder("3.189.9", "3.190.0")).to.equal(true);
        expect(isOlder("2.999.0", "3.0.0")).to.equal(true);
        for (const version of ["3.190.0", "3.190.1", "3.200.0", "4.0.0", "3.190.0-alpha.1"]) {
            expect(isOlder(version, "3.190.0"), version).to.equal(false);
        }
    });
});
