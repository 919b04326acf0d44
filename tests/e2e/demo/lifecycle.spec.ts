import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { root } from "../../../dev/scripts/pulumi";
import { type Engine, startEngine } from "../../helpers/engine";
import { execute } from "../../helpers/shell";
import { demoFleet, managerFolder } from "./fleets";

describe("a fleet's life with the real engine", () => {
    let engine: Engine;
    const configFile = () => path.join(managerFolder(engine.folder), "config.toml");
    const groupRunners = () => engine.sandbox.db.runners.all().filter((runner) => runner.runnerType === "group_type");

    before(async () => {
        engine = await startEngine({ config: demoFleet });
    });
    after(() => engine.close());

    it("previews without sending a single writing request, and names every runner it would delete", async () => {
        const result = await engine.stack.run(["preview"]);
        expect(result.code, result.output).to.equal(0);
        expect(engine.sandbox.journal.writes()).to.deep.equal([]);
        for (const runner of groupRunners()) expect(result.output).to.include(`${runner.id}`);
        expect(fs.existsSync(configFile())).to.equal(false);
    });

    it("leaves one runner, one worker and the two consumers", async () => {
        await engine.up();
        expect(groupRunners().map((runner) => runner.description)).to.deep.equal(["my-runner"]);
        const text = fs.readFileSync(configFile(), "utf8");
        expect(text.match(/^\[\[runners\]\]$/gm)).to.have.lengthOf(1);
        expect(text).to.include(groupRunners()[0]!.token);
        expect(fs.statSync(configFile()).mode & 0o777).to.equal(0o600);
        expect(await allowlist()).to.deep.equal(["apps/etl", "apps/web"]);
    });

    it("finds nothing to do afterwards, and a second up sends no writing request", async () => {
        await engine.expectNoChanges();
        engine.sandbox.journal.clear();
        await engine.up();
        expect(engine.sandbox.journal.writes()).to.deep.equal([]);
    });

    it("changes a runner in place, with one request, when a setting is edited", async () => {
        const [before] = groupRunners();
        engine.stack.setConfig(demoFleet(engine.folder).replace("[docker, fastapi]", "[docker, fastapi, linux]"));
        engine.sandbox.journal.clear();
        await engine.up();
        const writes = engine.sandbox.journal.writes().map((entry) => `${entry.method} ${entry.path}`);
        expect(writes).to.deep.equal([`PUT /api/v4/runners/${before!.id}`]);
        expect(groupRunners()[0]!.tagList).to.have.members(["docker", "fastapi", "linux"]);
        await engine.expectNoChanges();
    });

    it("puts right what somebody changed in GitLab, once a refresh has seen it", async () => {
        const [runner] = groupRunners();
        engine.sandbox.db.runners.update(runner!.id, { active: false, description: "changed by hand" });
        await engine.stack.run(["refresh", "--yes"]);
        await engine.up();
        expect(groupRunners()[0]).to.include({ id: runner!.id, active: true, description: "my-runner" });
        await engine.expectNoChanges();
    });

    it("finds an edit made by hand in config.toml without a refresh, and puts it right", async () => {
        const before = fs.readFileSync(configFile(), "utf8");
        fs.writeFileSync(configFile(), before.replace("concurrent = 4", "concurrent = 40"));
        const preview = await engine.stack.run(["preview", "--expect-no-changes"]);
        expect(preview.code, preview.output).to.not.equal(0);
        await engine.up();
        expect(fs.readFileSync(configFile(), "utf8")).to.equal(before);
    });

    it("makes a runner anew that was deleted in GitLab, and the manager gets its token in the same up", async () => {
        const [gone] = groupRunners();
        engine.sandbox.db.runners.delete(gone!.id);
        await engine.stack.run(["refresh", "--yes"]);
        await engine.up();
        const [runner] = groupRunners();
        expect(runner!.id).to.not.equal(gone!.id);
        expect(fs.readFileSync(configFile(), "utf8")).to.include(runner!.token);
        await engine.expectNoChanges();
    });

    it("is found by audit in the state of its stack, by name or with all others", async () => {
        const flags = async (...states: string[]) => {
            const args = [path.join(root, "bin/gitlab-fleet.js"), "audit", "--group", "apps", "--json", ...states];
            const { stdout } = await execute(process.execPath, args, {
                cwd: root,
                env: engine.stack.env,
                input: '{ "deployment": { "resources": [] } }',
            });
            return (JSON.parse(stdout) as { runners: { flags: string[] }[] }).runners.flatMap((runner) => runner.flags);
        };
        expect(await flags("--state", "-")).to.include("not-in-state");
        expect(await flags("--stack", "test")).to.not.include("not-in-state");
        expect(await flags("--all-stacks")).to.not.include("not-in-state");
    });

    it("destroys all of ours in GitLab and on disk, and nothing else", async () => {
        const stranger = path.join(managerFolder(engine.folder), "somebody-elses-file");
        fs.writeFileSync(stranger, "");
        const result = await engine.stack.run(["destroy", "--yes"]);
        expect(result.code, result.output).to.equal(0);
        expect(groupRunners()).to.deep.equal([]);
        expect(await allowlist()).to.deep.equal([]);
        expect(fs.readdirSync(managerFolder(engine.folder))).to.deep.equal([
            "config.toml.edited-by-hand",
            "somebody-elses-file",
        ]);
        const kept = engine.sandbox.db.projects.all().map((project) => project.path);
        expect(kept).to.include.members(["etl", "web", "poetry", "tool"]);
    });

    async function allowlist(): Promise<string[]> {
        const url = `${engine.sandbox.url}/api/v4/projects/${encodeURIComponent("containers/poetry")}/job_token_scope/allowlist`;
        const answer = await fetch(url, { headers: { "PRIVATE-TOKEN": engine.sandbox.tokens.owner! } });
        const projects = (await answer.json()) as { path_with_namespace: string }[];
        return projects.map((project) => project.path_with_namespace).filter((name) => name !== "containers/poetry");
    }
});
