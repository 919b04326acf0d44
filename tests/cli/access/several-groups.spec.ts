import { expect } from "chai";
import { type Sandbox, startSandbox } from "../../../sandbox";
import { readDeclared, runCommand, SEED } from "./world";

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

    it("knows a group that is named by its id: what is on a list for nothing is told", async () => {
        const { id: source } = sandbox.db.projects.first("path", "containers/base")!;
        const group = (path: string) => sandbox.db.groups.all().find((one) => one.fullPath === path)!.id;
        const { id: _, ...link } = sandbox.db.groupLinks.first("source", source)!;
        sandbox.db.groupLinks.insert({ ...link, targetId: group("apps/web") });
        for (const named of ["apps", String(group("apps"))]) {
            const { stdout } = await runCommand(sandbox, ["access", "scan", "--group", named, "--check", "--json"]);
            const unused = JSON.parse(stdout).unused.map(({ entry }: { entry: string }) => entry);
            expect(unused, named).to.include("apps/web");
        }
    });

    it("takes --kinds more than once, as with commas", async () => {
        const scan = (...kinds: string[]) => runCommand(sandbox, ["access", "scan", "--group", "apps", ...kinds]);
        const { stdout } = await scan("--kinds", "image", "--kinds", "from");
        expect(stdout).to.equal((await scan("--kinds", "image,from")).stdout);
    });
});
