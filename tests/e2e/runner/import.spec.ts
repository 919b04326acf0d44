import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { PulumiStack } from "../../../dev/scripts/pulumi";
import { addManager } from "../../../sandbox";
import { type Engine, startEngine } from "../../helpers/engine";
import { SEED } from "./fleets";

/** One runner that two managers serve. */
const config = (folder: string, runner = "") => `config:
  gitlab-fleet:runners:
    docker-small: { scope: { group: apps }, tags: [docker], config: { executor: shell }, ${runner} }
  gitlab-fleet:managers:
    ci-01: { placement: { directory: ${folder}/one }, runners: [docker-small], config: { concurrent: 1 } }
    ci-02: { placement: { directory: ${folder}/two }, runners: [docker-small], config: { concurrent: 2 } }
`;

describe("a runner that two managers serve", () => {
    let engine: Engine;

    before(async () => {
        engine = await startEngine({ config: (folder) => config(folder), seed: SEED });
        await engine.up();
    });
    after(() => engine.close());

    const runner = () => engine.sandbox.db.runners.all()[0]!;
    const files = () => ["one", "two"].map((manager) => engine.read(`${manager}/config.toml`));

    it("has its new token in both files after the up that reset it, and nothing in the output or plain state", async () => {
        const { token: old } = runner();
        engine.stack.setConfig(config(engine.folder, "rotationTrigger: now"));
        const { output } = await engine.up();
        const { token } = runner();
        expect(token).to.not.equal(old);
        for (const text of files()) expect(text).to.contain(token).and.not.contain(old);
        expect(JSON.stringify(await engine.stack.state())).to.not.contain(token);
        expect(output).to.not.contain(token);
    });

    it("is imported, with its token and its managers' files, by pulumi import", async () => {
        const { id } = runner();
        const systemId = fs.readFileSync(path.join(engine.folder, "one/.runner_system_id"), "utf8");
        const { db, clock } = engine.sandbox;
        addManager(db, { runnerId: id, systemId, contactedAt: clock.now() });
        const other = await importing([
            { type: "gitlab:index/userRunner:UserRunner", name: "runner", id: String(id) },
            { type: "gitlab-fleet:index:RunnerToken", name: "token", id: String(id) },
            { type: "gitlab-fleet:index:ManagerFiles", name: "files", id: path.join(engine.folder, "one") },
            { type: "gitlab-fleet:index:ManagerOnline", name: "online", id: `${id}/${systemId}` },
            { type: "gitlab-fleet:index:JobTokenPolicies", name: "policies", id: String(db.projects.all()[0]!.id) },
        ]);
        expect(other.result.code, other.result.output).to.equal(0);
        const { deployment } = await other.stack.state();
        const outputs = (name: string) =>
            deployment.resources!.find(({ urn }) => urn.endsWith(`::${name}`))!.outputs as Record<string, unknown>;
        expect(outputs("runner")).to.include({ description: "docker-small", runnerType: "group_type" });
        expect(outputs("runner")).to.not.have.property("token");
        expect(outputs("token")).to.deep.equal({ runnerId: String(id) });
        expect(outputs("files")).to.include({ directory: path.join(engine.folder, "one"), systemId });
        expect(outputs("online")).to.include({ runnerId: String(id), systemId });
        expect(JSON.stringify(deployment)).to.not.contain(runner().token);
    });

    it("is not imported where nothing of a resource is in GitLab, and the message says what to do", async () => {
        const { result } = await importing([
            { type: "gitlab-fleet:index:ExclusiveRunners", name: "exclusive", id: "group_type/1" },
        ]);
        expect(result.code).to.not.equal(0);
        expect(result.output).to.contain("ExclusiveRunners: cannot be imported").and.contain("Declare it and run");
    });

    let count = 0;
    /** A stack of its own into which resources are imported. */
    async function importing(resources: { type: string; name: string; id: string }[]) {
        count++;
        const folder = path.join(engine.folder, `import-${count}`);
        const address = {
            GITLAB_BASE_URL: `${engine.sandbox.url}/api/v4/`,
            GITLAB_TOKEN: engine.sandbox.tokens.owner!,
        };
        const stack = new PulumiStack({ folder, stack: `import-${count}`, config: "config: {}\n", env: address });
        await stack.init();
        const file = path.join(folder, "import.json");
        fs.writeFileSync(file, JSON.stringify({ resources }));
        const result = await stack.run(["import", "--yes", "--generate-code=false", "--protect=false", "--file", file]);
        return { stack, result };
    }
});
