import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { readExamples } from "../../core/config-toml/examples";
import { GOLDEN_INPUTS } from "../../core/config-toml/golden-inputs";
import { Loader, lint } from "./loader";
import { findMisreadings } from "./meaning";

const ROOT = join(__dirname, "../../..");
const FOLDERS = ["tests/golden", "docs/config-toml/examples"];

describe("config.toml files that people read", () => {
    for (const folder of FOLDERS) {
        for (const name of readdirSync(join(ROOT, folder)).filter((file) => file.endsWith(".toml"))) {
            it(`${folder}/${name} passes gitlab-runner lint`, () => {
                const { passed, said } = lint(join(ROOT, folder, name));
                expect(passed, said).to.equal(true);
                expect(said).to.contain("Configuration file is valid.");
            });
        }
    }

    it("mean to gitlab-runner what they were written from", async () => {
        const loader = new Loader();
        try {
            const golden = Object.entries(GOLDEN_INPUTS).map(([name, config]) => ({
                path: `tests/golden/${name}.toml`,
                config,
            }));
            const examples = readExamples().map(({ name, manager }) => ({
                path: `docs/config-toml/examples/${name}.toml`,
                config: manager,
            }));
            for (const { path, config } of [...golden, ...examples]) {
                const { config: read } = await loader.load(readFileSync(join(ROOT, path), "utf8"));
                expect(findMisreadings(config, read!), path).to.deep.equal([]);
            }
        } finally {
            loader.stop();
        }
    });
});
