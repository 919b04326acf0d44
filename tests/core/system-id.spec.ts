import { expect } from "chai";
import { isSystemId, systemIdOf } from "../../core/system-id";

describe("isSystemId", () => {
    it("takes what gitlab-runner takes, and nothing around it", () => {
        for (const text of ["s_0123456789ab", "r_ABCDEFxyz012"]) expect(isSystemId(text), text).to.equal(true);
        for (const text of [
            "",
            "r_",
            "x_0123456789ab",
            "r_0123456789a",
            "r_0123456789abc",
            "r_0123456789a-",
            "r_0123456789ab\n",
            " r_0123456789ab",
        ])
            expect(isSystemId(text), text).to.equal(false);
    });
});

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
