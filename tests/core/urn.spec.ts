import { expect } from "chai";
import { nameOfUrn, ownerOfUrn } from "../../core/urn";

describe("a URN", () => {
    const of = (name: string) => `urn:pulumi:prod::shop::my:Fleet$gitlab-fleet:index:ManagerFiles::${name}`;

    it("ends with the whole name, whatever is in it: two names are never one", () => {
        for (const name of ["ci-01", "a::ci-01", "a::b::ci-01", "::", "x$y:z", "two\nlines"]) {
            expect(nameOfUrn(of(name))).to.equal(name);
            expect(ownerOfUrn(of(name))).to.equal("shop/prod");
        }
        expect(nameOfUrn("")).to.equal("");
        expect(nameOfUrn("ci-01")).to.equal("");
    });
});
