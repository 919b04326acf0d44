import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { maySharePlace, type RunnerScope, scopeKey } from "../../../components/common/scope";

describe("scopes", () => {
    it("have one name for each way to write the same one", () => {
        expect(scopeKey({ group: "Apps" })).to.equal(scopeKey({ group: "apps" }));
        expect(scopeKey({ group: "042" })).to.equal(scopeKey({ group: 42 }));
        expect(scopeKey({ project: 42 })).not.to.equal(scopeKey({ group: 42 }));
        expect(scopeKey("instance")).to.equal("instance");
        expect(scopeKey({ group: pulumi.output("apps") })).to.equal(undefined);
    });

    it("may be the same place unless they surely are not", () => {
        const pairs: [RunnerScope, RunnerScope, boolean][] = [
            [{ group: "apps" }, { group: "APPS" }, true],
            [{ group: "apps" }, { group: "infra" }, false],
            [{ group: 1 }, { group: 2 }, false],
            [{ group: "apps" }, { group: 2 }, true],
            [{ group: "apps" }, { group: pulumi.output("infra") }, true],
            [{ group: "apps" }, { project: "apps/etl" }, false],
            ["instance", "instance", true],
            ["instance", { group: 1 }, false],
        ];
        for (const [one, other, expected] of pairs) {
            expect(maySharePlace(one, other)).to.equal(expected);
            expect(maySharePlace(other, one)).to.equal(expected);
        }
    });
});
