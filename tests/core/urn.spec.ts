import { expect } from "chai";
import { isProviderUrn, isStacksProvider, kindOfUrn, nameOfUrn, ownerOfUrn, STACKS_PROVIDER } from "../../core/urn";

describe("a URN", () => {
    const of = (name: string) => `urn:pulumi:prod::shop::my:Fleet$gitlab-fleet:index:ManagerFiles::${name}`;

    it("ends with the whole name, whatever is in it: two names are never one", () => {
        for (const name of ["ci-01", "a::ci-01", "a::b::ci-01", "::", "x$y:z", "two\nlines"]) {
            expect(nameOfUrn(of(name))).to.equal(name);
            expect(ownerOfUrn(of(name))).to.equal("shop/prod");
        }
    });

    it("ends its types with what people call the resource, whatever it is in and whatever its name is", () => {
        const parents = "gitlab-fleet:index:Fleet$gitlab-fleet:index:Runner$";
        for (const name of ["a", "a::b", "x:Y::z"]) {
            const urn = `urn:pulumi:test::shop::${parents}gitlab:index/userRunner:UserRunner::${name}`;
            expect([kindOfUrn(urn), nameOfUrn(urn)]).to.deep.equal(["UserRunner", name]);
        }
        expect(kindOfUrn("urn:pulumi:test::shop::pulumi:pulumi:Stack::shop-test")).to.equal("Stack");
        expect(kindOfUrn("urn:pulumi:test::shop::Simple::a")).to.equal("Simple");
    });

    it("begins as one: of anything else nothing is known", () => {
        for (const text of ["", "ci-01", "urn:pulumi:prod", `x ${of("ci-01")}`])
            expect([ownerOfUrn(text), nameOfUrn(text), kindOfUrn(text)], text).to.deep.equal(["", "", ""]);
    });

    it("is a provider's by the last of its types", () => {
        const ofType = (type: string) => isProviderUrn(`urn:pulumi:prod::shop::${type}::pulumi:providers:x`);
        for (const type of [
            "pulumi:providers:gitlab",
            "my:Comp$pulumi:providers:gitlab",
            "a:B$c:D$pulumi:providers:docker",
        ])
            expect(ofType(type), type).to.equal(true);
        for (const type of ["my:Comp", "pulumi:providers:gitlab$my:Child", "my:pulumi:providers:gitlab"])
            expect(ofType(type), type).to.equal(false);
        expect(isProviderUrn("pulumi:providers:gitlab")).to.equal(false);
    });

    it("is of the provider that has the stack's configuration by the engine's names, and by ours", () => {
        const named = (name: string, type = "pulumi:providers:gitlab-fleet") =>
            isStacksProvider(`urn:pulumi:prod::shop::${type}::${name}`);
        for (const name of ["default", "default_1_2_3", STACKS_PROVIDER]) expect(named(name), name).to.equal(true);
        for (const name of ["defaults", "my-default", "my-default_1", `${STACKS_PROVIDER}-2`, "other", ""])
            expect(named(name), name).to.equal(false);
        expect(named("default", "my:Comp")).to.equal(false);
        expect(isStacksProvider("default")).to.equal(false);
    });
});
