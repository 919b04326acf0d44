import { join } from "node:path";
import { expect } from "chai";
import { parseStackConfig } from "../../../components/fleet/config/parse";
import { findProblems, parseConfigToml, renderConfigToml } from "../../../core/config-toml";
import { expectGolden } from "../../helpers/golden";
import { EXAMPLES, readExamples } from "./examples";

describe("examples in docs/config-toml", () => {
    const examples = readExamples();

    it("are the five kinds of runners that people ask for", () => {
        expect(examples.map(({ name }) => name)).to.have.members([
            "shell",
            "docker",
            "docker-services-s3",
            "kubernetes",
            "docker-autoscaler",
        ]);
    });

    for (const { name, stack, manager } of examples) {
        it(`${name}: is a stack configuration without a mistake`, () => {
            const values = Object.fromEntries(
                Object.entries(stack).map(([key, value]) => [key, JSON.stringify(value)]),
            );
            const env = { GITLAB_TOKEN: "glpat-example", GITLAB_BASE_URL: "https://gitlab.example.org/api/v4/" };
            expect(
                parseStackConfig({ values, secretKeys: [], env, owner: "gitlab-fleet/example" }).problems,
            ).to.deep.equal([]);
        });

        it(`${name}: draws no warning`, () => {
            expect(findProblems(manager, "m")).to.deep.equal([]);
        });

        it(`${name}: becomes the config.toml beside it, and back`, () => {
            const text = renderConfigToml(manager);
            expectGolden(text, join(EXAMPLES, `${name}.toml`));
            const workers = manager.workers.map(({ runner: _, ...worker }) => worker);
            expect(parseConfigToml(text)).to.deep.equal({ global: manager.global, workers });
        });
    }
});
