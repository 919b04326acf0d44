import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { findScopeProblems, maySharePlace, type RunnerScope, scopeKey } from "../../../components/common/scope";

describe("scopes", () => {
    it("are not named by what only looks like an id", () => {
        for (const group of ["#7", "7 ", "７", "007", "0", "-7", "9007199254740993", 0, 7.5, 2 ** 53]) {
            const [problem] = findScopeProblems({ group }, "scope");
            expect(problem?.message, String(group)).to.contain("is not a possible id");
        }
        // Groups may be called so.
        for (const group of ["1e3", "0x7", 7]) expect(findScopeProblems({ group }, "scope")).to.deep.equal([]);
    });

    it("have one name for each way to write the same one", () => {
        expect(scopeKey({ group: "Apps" })).to.equal(scopeKey({ group: "apps" }));
        expect(scopeKey({ group: "42" })).to.equal(scopeKey({ group: 42 }));
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
