import * as path from "node:path";
import { expect } from "chai";
import { root } from "../../../dev/scripts/pulumi";
import { type Engine, startEngine } from "../../helpers/engine";
import { LanguageProject } from "./project";

/** `make e2e` compiles it where the SDK has changed, and ends there when it cannot. */
const GO_PROGRAM = path.join(root, ".cache/bin/fleet-in-go");

describe("a program in Go", () => {
    let project: LanguageProject;
    let engine: Engine;

    before(async () => {
        project = new LanguageProject("python");
        engine = await startEngine({
            config: (folder) => `config:\n  fleet:directory: ${folder}/etc\n`,
            project: project.folder,
            env: { GO_PROGRAM, PULUMI_PYTHON_CMD: path.join(__dirname, "go-host.sh") },
        });
    });
    after(async () => {
        await engine?.close();
        project?.remove();
    });

    it("compiles with the SDK, declares every component, and then finds nothing to do", async () => {
        await engine.up();
        const outputs = JSON.parse((await engine.stack.run(["stack", "output", "--json"])).stdout);
        expect(outputs).to.deep.include({ token: "[secret]", tokens: "[secret]" });
        expect(outputs.configPath).to.equal(`${engine.folder}/etc/config.toml`);
        expect(engine.read("etc/config.toml")).to.contain(`id = ${outputs.runnerId}`);
        expect(outputs.projects).to.have.length(1);
        await engine.expectNoChanges();
    });
});
