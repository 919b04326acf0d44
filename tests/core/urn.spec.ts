import { expect } from "chai";
import { kindOfUrn, nameOfUrn, ownerOfUrn } from "../../core/urn";

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

    it("ends its types with what people call the resource, whatever it is in and whatever its name is", () => {
        const parents = "gitlab-fleet:index:Fleet$gitlab-fleet:index:Runner$";
        for (const name of ["a", "a::b", "x:Y::z"]) {
            const urn = `urn:pulumi:test::shop::${parents}gitlab:index/userRunner:UserRunner::${name}`;
            expect([kindOfUrn(urn), nameOfUrn(urn)]).to.deep.equal(["UserRunner", name]);
        }
        expect(kindOfUrn("urn:pulumi:test::shop::pulumi:pulumi:Stack::shop-test")).to.equal("Stack");
        expect(kindOfUrn("no urn")).to.equal("");
    });
});
