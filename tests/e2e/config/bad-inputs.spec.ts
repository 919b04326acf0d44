import { expect } from "chai";
import { findProblems, type ManagerConfig, renderConfigToml } from "../../../core/config-toml";
import { BAD_INPUTS } from "../../core/config-toml/bad-inputs";
import { justComplaint, type Loaded, Loader } from "./loader";

describe("mistakes, shown to gitlab-runner's own lint", () => {
    let loader: Loader;
    const verdicts = new Map<string, Loaded>();

    before(async () => {
        loader = new Loader();
        for (const { title, config } of BAD_INPUTS)
            verdicts.set(title, await loader.load(renderConfigToml(config as ManagerConfig)));
    });
    after(() => loader.stop());

    for (const { title, config, path, lint } of BAD_INPUTS) {
        it(`${title}: we refuse it at its path, lint ${lint} it`, () => {
            const paths = findProblems(config, "m")
                .filter((problem) => problem.severity === "error")
                .map((problem) => problem.path);
            expect(paths).to.deep.equal([`m${path}`]);
            expect(justComplaint(verdicts.get(title)!) === undefined ? "accepts" : "rejects").to.equal(lint);
        });
    }

    it("are caught by lint in part; the rest only we catch", () => {
        const ours = BAD_INPUTS.filter(({ lint }) => lint === "accepts").map(({ title }) => title);
        console.log(
            `      ${ours.length} of ${BAD_INPUTS.length} mistakes pass gitlab-runner lint, and only we catch them:`,
        );
        for (const title of ours) console.log(`        - ${title}`);
        expect(ours).to.not.be.empty;
    });
});
