import * as path from "node:path";
import { expect } from "chai";
import { root } from "../../../dev/scripts/pulumi";
import { type Engine, startEngine } from "../../helpers/engine";
import { skipWithout } from "../../helpers/needs";
import { javaProgram } from "./java-classes";
import { LanguageProject, shownIn } from "./project";

describe("a program in Java", () => {
    let project: LanguageProject;
    let engine: Engine;

    before(async function () {
        skipWithout("java", this);
        project = new LanguageProject("{ name: java, options: { binary: app.jar } }");
        await javaProgram(project.folder, shownIn("java").replace('"/etc/gitlab-runner"', '"etc"'));
        const PATH = `${path.join(root, ".cache/bin")}${path.delimiter}${process.env.PATH}`;
        engine = await startEngine({ config: () => "config: {}\n", project: project.folder, env: { PATH } });
    });
    after(async () => {
        await engine?.close();
        project?.remove();
    });

    it("is what docs/languages.md shows: it compiles, does the demo's up, and then finds nothing to do", async () => {
        const { output } = await engine.up();
        const outputs = JSON.parse((await engine.stack.run(["stack", "output", "--json"])).stdout);
        expect(outputs).to.deep.include({ token: "[secret]" });
        const toml = project.read("etc/config.toml");
        expect(toml).to.contain(`id = ${outputs.runnerId}`);
        const [, token = ""] = /token = "(glrt-[^"]+)"/.exec(toml) ?? [];
        expect(token).to.not.equal("");
        expect(JSON.stringify(await engine.stack.state())).to.not.contain(token);
        expect(output).to.not.contain(token);
        await engine.expectNoChanges();
    });
});
