import { expect } from "chai";
import { systemIdOf } from "../../core/system-id";

describe("systemIdOf", () => {
    it("is what gitlab-runner takes: r_ and twelve letters or digits", () => {
        for (const name of ["ci-01", "", "ünïcode", "x".repeat(500)]) {
            expect(systemIdOf("shop", "prod", name)).to.match(/^r_[0-9A-Za-z]{12}$/);
        }
    });

    it("never changes for the same project, stack and manager", () => {
        expect(systemIdOf("shop", "prod", "ci-01")).to.equal("r_Vky7cCg3sglz");
    });

    it("differs for every other manager, stack or project", () => {
        const ids = [
            systemIdOf("shop", "prod", "ci-01"),
            systemIdOf("shop", "prod", "ci-02"),
            systemIdOf("shop", "dev", "ci-01"),
            systemIdOf("bank", "prod", "ci-01"),
            systemIdOf("shop/prod", "ci", "01"),
            systemIdOf("shop", "prod/ci", "01"),
        ];
        expect(new Set(ids).size).to.equal(ids.length);
    });
});
