import { expect } from "chai";
import * as fc from "fast-check";
import { findProblems, renderConfigToml } from "../../../core/config-toml";
import { justComplaint, Loader } from "./loader";
import { damaged } from "./mutations";

describe("what gitlab-runner lint rejects", () => {
    let loader: Loader;

    before(() => {
        loader = new Loader();
    });
    after(() => loader.stop());

    it("we reject too, for 500 configurations with one value replaced or one key renamed", async () => {
        let rejected = 0;
        await fc.assert(
            fc.asyncProperty(damaged, async (config) => {
                const loaded = await loader.load(renderConfigToml(config));
                const complaint = loaded.loadError ?? justComplaint(loaded);
                if (complaint === undefined) return;
                rejected++;
                const errors = findProblems(config, "m").filter((problem) => problem.severity === "error");
                expect(errors, complaint).not.to.deep.equal([]);
            }),
            { numRuns: 500 },
        );
        expect(rejected).to.be.greaterThan(100);
    });
});
