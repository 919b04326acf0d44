import { expect } from "chai";
import { packages } from "../../../provider/packages";
import { problemsOfVersion, refuseNewerState } from "../../../provider/rpc/releases";
import { startPlugin } from "../../helpers/plugin";
import { rejection } from "../../helpers/rejection";

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
            expect(problem?.message).to.contain(`gitlab-fleet is ${sdk}, and the plugin that runs is ${other}.`);
            expect(problem?.message).to.contain("npm ci");
        }
    });

    it("are told apart by what the plugin has not got, where their numbers are the same", async () => {
        const older = await startPlugin("gitlab-fleet");
        try {
            for (const asked of [older.check("gitlab-fleet:index:Later", {}), older.invoke("gitlab-fleet:index:later")])
                expect((await rejection(asked)).message).to.match(
                    /^The plugin that runs, gitlab-fleet \d.*, has no .*"gitlab-fleet:index:[Ll]ater": the program, or what wrote the state, is of another release.*npm ci/,
                );
        } finally {
            await older.close();
        }
    });

    it("are not compared for package gitlab, whose version is the published package's", () => {
        expect(problemsOfVersion(packages.gitlab!, "7.0.0")).to.deep.equal([]);
        expect(problemsOfVersion(plugin("0.1.0"), undefined)).to.deep.equal([]);
    });
});

describe("a state that another version wrote", () => {
    const plugin = (version: string) => ({ ...packages["gitlab-fleet"]!, version });
    const NEWER =
        /The state of this stack was written by gitlab-fleet 99\.0\.0\. This is \d.*npm ci.*How to go back: docs/;

    it("is taken by the same line of versions and by every newer one", () => {
        for (const [state, own] of [
            ["0.1.7", "0.1.0"],
            ["0.9.0", "0.10.0"],
            ["0.9.0", "1.0.0"],
            ["1.9.0", "1.2.0"],
            [undefined, "0.1.0"],
            ["no version", "0.1.0"],
        ] as const) {
            expect(() => refuseNewerState(plugin(own), state), `${state} ${own}`).to.not.throw();
        }
        expect(() => refuseNewerState(packages.gitlab!, "99.0.0")).to.not.throw();
    });

    it("is refused by an older one, which would undo what it does not know", () => {
        for (const [state, own] of [
            ["0.2.0", "0.1.9"],
            ["0.10.0", "0.9.0"],
            ["1.0.0", "0.9.0"],
            ["v2.0.0", "1.9.0"],
        ] as const) {
            expect(() => refuseNewerState(plugin(own), state), `${state} ${own}`).to.throw("How to go back");
        }
    });

    it("is known from the provider in it, whether a program runs or not", async () => {
        const updating = await startPlugin("gitlab-fleet");
        try {
            const own = { version: packages["gitlab-fleet"]!.version };
            expect((await rejection(updating.diffConfig({ version: "99.0.0" }, own))).message).to.match(NEWER);
        } finally {
            await updating.close();
        }
        // `refresh` and `destroy` compare no provider, and configure it by the state.
        expect((await rejection(startPlugin("gitlab-fleet", { version: "99.0.0" }))).message).to.match(NEWER);
    });
});
