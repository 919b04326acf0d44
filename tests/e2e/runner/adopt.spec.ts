import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { addRunner, HOUR, type Runner } from "../../../sandbox";
import { type Engine, startEngine } from "../../helpers/engine";
import { oneRunner, SEED } from "./fleets";

describe("adopting a runner with the real engine", () => {
    let engine: Engine;
    let group: number;

    before(async () => {
        engine = await startEngine({ config: (folder) => oneRunner(folder), seed: SEED });
        group = engine.sandbox.db.groups.first("path", "apps")!.id;
    });
    after(() => engine.close());

    const old = (changes: Partial<Runner>): Runner =>
        addRunner(engine.sandbox.db, {
            runnerType: "group_type",
            groupId: group,
            createdAt: engine.sandbox.clock.now() - 2 * HOUR,
            description: "my-runner",
            tagList: ["docker", "fastapi"],
            locked: true,
            ...changes,
        });
    const writes = () => engine.sandbox.journal.writes().map(({ method, path }) => `${method} ${path.slice(7)}`);
    const configure = (runner: string, more?: string) => engine.stack.setConfig(oneRunner(engine.folder, runner, more));

    it("lists the candidates when more than one runner has the description and tags", async () => {
        const [first, second] = [old({}), old({})];
        configure("adopt: { description: my-runner, tags: [docker] }");
        const result = await engine.stack.run(["preview"]);
        expect(result.code).to.not.equal(0);
        expect(result.output)
            .to.contain('Runner "docker-small": adopt: 2 runners have the description "my-runner" and the tags docker')
            .and.contain(`#${first.id} "my-runner"`)
            .and.contain(`#${second.id} "my-runner"`);
        expect(writes()).to.deep.equal([]);
        engine.sandbox.db.runners.delete(second.id);
    });

    it("makes the one that matches the declared one: same id, settings by PUT, token by reset, no POST", async () => {
        const [runner] = engine.sandbox.db.runners.all();
        const { id, token } = runner!;
        const preview = await engine.stack.run(["preview"]);
        expect(preview.code, preview.output).to.equal(0);
        expect(preview.output).to.contain("import");
        expect(writes()).to.deep.equal([]);
        await engine.up();
        expect(writes()).to.deep.equal([`PUT /runners/${id}`, `POST /runners/${id}/reset_authentication_token`]);
        const now = engine.sandbox.db.runners.must(id);
        expect(now).to.include({ description: "docker-small", locked: false });
        expect(now.tagList).to.deep.equal(["docker"]);
        expect(now.maintenanceNote).to.match(
            /^managed-by: gitlab-fleet gitlab-fleet\/test#[a-z0-9]{10}\/docker-small$/,
        );
        expect(now.token).to.not.equal(token);
        expect(engine.read("manager/config.toml")).to.contain(now.token).and.contain(`id = ${id}`);
    });

    it("changes nothing afterwards, with adopt still there and without it", async () => {
        await engine.expectNoChanges();
        configure("");
        await engine.expectNoChanges();
    });

    it("refuses a runner of another scope, which would be replaced and so deleted", async () => {
        const elsewhere = old({ groupId: engine.sandbox.db.groups.first("path", "ops")!.id });
        configure(`adopt: { id: ${elsewhere.id} }`);
        const result = await engine.stack.run(["preview"]);
        expect(result.code).to.not.equal(0);
        expect(result.output).to.contain(`adopt.id: runner ${elsewhere.id} "my-runner" is one of group`);
    });

    it("says what to do when the state of an adopted runner was lost, and finds it again once somebody says so", async () => {
        const [runner] = engine.sandbox.db.runners.all();
        fs.rmSync(path.join(engine.folder, "backend"), { recursive: true });
        fs.mkdirSync(path.join(engine.folder, "backend"));
        fs.rmSync(engine.stack.configFile);
        configure("adopt: { description: my-runner, tags: [docker] }");
        await engine.stack.init();
        engine.sandbox.journal.clear();
        const refused = await engine.stack.run(["preview"]);
        expect(refused.code).to.not.equal(0);
        expect(refused.output)
            .to.contain(`#${runner!.id} "docker-small" may be it: its marker`)
            .and.contain("adopt: lost");
        configure("adopt: lost", "gitlab-fleet:stateLost: true");
        await engine.up();
        expect(writes().filter((line) => line.includes("user/runners") || line.startsWith("DELETE"))).to.deep.equal([]);
        expect(engine.sandbox.db.runners.must(runner!.id).maintenanceNote).to.contain("managed-by");
        expect(engine.read("manager/config.toml")).to.contain(engine.sandbox.db.runners.must(runner!.id).token);
    });
});
