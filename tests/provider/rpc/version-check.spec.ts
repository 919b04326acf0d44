import { expect } from "chai";
import { packages } from "../../../provider/packages";
import { problemsOfVersion } from "../../../provider/rpc/config-calls";

describe("a program's SDK and the plugin that runs", () => {
    const plugin = (version: string) => ({ ...packages["gitlab-fleet"]!, version });

    it("go together while the second number is the same, and from 1.0 on the first", () => {
        for (const [sdk, other] of [
            ["0.1.0", "0.1.7"],
            ["1.2.0", "1.9.3"],
            ["v1.0.0", "1.0.0"],
        ] as const) {
            expect(problemsOfVersion(plugin(other), sdk), `${sdk} ${other}`).to.deep.equal([]);
        }
    });

    it("are told apart by version, both ways, with what to do", () => {
        for (const [sdk, other] of [
            ["0.2.0", "0.1.0"],
            ["0.1.0", "0.2.0"],
            ["2.0.0", "1.9.0"],
        ] as const) {
            const [problem] = problemsOfVersion(plugin(other), sdk);
            expect(problem?.reason).to.contain(`gitlab-fleet is ${sdk}, and the plugin that runs is ${other}.`);
            expect(problem?.reason).to.contain("npm ci");
        }
    });

    it("are not compared for package gitlab, whose version is the published package's", () => {
        expect(problemsOfVersion(packages.gitlab!, "7.0.0")).to.deep.equal([]);
        expect(problemsOfVersion(plugin("0.1.0"), undefined)).to.deep.equal([]);
    });
});
