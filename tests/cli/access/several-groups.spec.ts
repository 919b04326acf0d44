import { expect } from "chai";
import { readDeclared } from "../../../cli/access/declared";
import { type Sandbox, startSandbox } from "../../../sandbox";
import { runCommand, SEED } from "./world";

describe("gitlab-fleet access scan of several groups", () => {
    let sandbox: Sandbox;
    before(async () => {
        sandbox = await startSandbox({ seed: SEED });
    });
    after(() => sandbox.close());

    it("prints one list for a producer that all of them pull from", async () => {
        const { id: projectId } = sandbox.db.projects.first("path", "ci/templates")!;
        const content = "test: { image: $CI_REGISTRY/containers/base:1, script: [x] }";
        sandbox.db.files.insert({ projectId, path: ".gitlab-ci.yml", ref: "main", content });
        const { stdout } = await runCommand(sandbox, ["access", "scan", "--group", "apps", "--group", "ci"]);
        const base = readDeclared(stdout).find(({ producer }) => producer === "containers/base");
        expect(base!.projects).to.deep.equal(["apps/etl", "ci/templates"]);
    });
});
