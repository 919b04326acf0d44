import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { runCli } from "../../cli/helpers";
import { type Engine, startEngine } from "../../helpers/engine";
import { oneRunner, SEED } from "./fleets";
import { RunnerProcess, until } from "./process";

describe("one runner, always, with the real gitlab-runner", () => {
    let engine: Engine;
    let process_: RunnerProcess | undefined;

    before(async () => {
        engine = await startEngine({ config: (folder) => oneRunner(folder), seed: SEED });
    });
    after(async () => {
        await process_?.stop();
        await engine.close();
    });

    const runner = () => engine.sandbox.db.runners.all()[0]!;
    const managers = () => engine.sandbox.db.managers.find("runner", runner().id);
    const configFile = () => path.join(engine.folder, "manager/config.toml");
    const doctor = async (...more: string[]) => {
        const ran = await runCli(["doctor", "--config", configFile(), "--json", ...more], {
            env: { GITLAB_BASE_URL: `${engine.sandbox.url}/api/v4/`, GITLAB_TOKEN: engine.sandbox.tokens.owner },
        });
        return JSON.parse(ran.out).workers[0].findings.map(({ code }: { code: string }) => code);
    };
    const runJob = async () => {
        const { jobs } = engine.sandbox.db;
        const job = jobs.enqueue({ project: "apps/etl", script: "echo hello", tags: ["docker"] });
        await until(
            () => ["success", "failed"].includes(jobs.must(job.id).status),
            180,
            () => process_!.log,
        );
        return jobs.must(job.id).status;
    };

    it("fails up with the doctor's explanation when the manager is not heard from", async () => {
        engine.stack.setConfig(
            oneRunner(engine.folder).replace(
                "runners: [docker-small]",
                'runners: [docker-small]\n      online: { timeout: "4s" }',
            ),
        );
        const result = await engine.stack.run(["up", "--yes", "--skip-preview"]);
        expect(result.code).to.not.equal(0);
        expect(result.output)
            .to.contain("did not hear from r_")
            .and.contain("GitLab has never heard from this host")
            .and.contain("Start gitlab-runner with this config.toml");
        expect(await doctor()).to.deep.equal(["not-heard"]);
    });

    it("goes on once the process runs, and a job runs", async () => {
        engine.stack.setConfig(
            oneRunner(engine.folder).replace("runners: [docker-small]", "runners: [docker-small]\n      online: true"),
        );
        process_ = new RunnerProcess(path.join(engine.folder, "manager"));
        await engine.up();
        expect(managers().map(({ systemId }) => systemId)).to.deep.equal([
            fs.readFileSync(path.join(engine.folder, "manager/.runner_system_id"), "utf8"),
        ]);
        expect(await runJob()).to.equal("success");
        expect(await doctor()).to.deep.equal(["healthy"]);
        await engine.expectNoChanges();
    });

    it("recovers a worker that was disabled for an hour: same runner, new token, jobs within one up", async () => {
        const { id, token } = runner();
        const log = path.join(engine.folder, "gitlab-runner.log");
        engine.sandbox.db.runners.update(id, { token: "glrt-resetbysomebodyelse0000" });
        await process_!.logs("is unhealthy and will be disabled for 1h0m0s");
        fs.writeFileSync(log, process_!.log);
        engine.sandbox.db.runners.update(id, { token });
        expect(await doctor("--log", log), "a good token does not end the hour").to.deep.equal(["disabled"]);
        engine.sandbox.db.runners.update(id, { token: "glrt-resetbysomebodyelse0000" });
        expect(await doctor()).to.deep.equal(["token-rotated"]);
        const preview = await engine.stack.run(["preview"]);
        expect(preview.output).to.contain(`The token of runner ${id} will be renewed: GitLab refuses it`);
        await engine.up();
        expect(runner().id).to.equal(id);
        expect(await runJob()).to.equal("success");
        expect(managers()).to.have.lengthOf(1);
        await engine.expectNoChanges();
    });

    it("replaces the file within seconds of the reset, the only time in which the old token is dead", async () => {
        engine.stack.setConfig(
            oneRunner(engine.folder, "rotationTrigger: now").replace(
                "runners: [docker-small]",
                "runners: [docker-small]\n      online: true",
            ),
        );
        engine.sandbox.journal.clear();
        await engine.up();
        const [reset] = engine.sandbox.journal.entries({ path: /reset_authentication_token$/ });
        const dead = fs.statSync(configFile()).mtimeMs - Date.parse(reset!.at);
        console.log(`      the old token was dead for ${Math.round(dead)} ms before the file was replaced`);
        expect(dead).to.be.within(0, 20_000);
        const refused = engine.sandbox.journal
            .entries({ path: "/api/v4/jobs/request" })
            .filter(({ status }) => status === 403);
        // gitlab-runner looks at the file every three seconds: fewer than three refusals, so it is not disabled.
        expect(refused.length).to.be.lessThan(3);
        expect(await runJob()).to.equal("success");
    });

    it("adds no manager when a process is replaced, because its identity is ours", async () => {
        await process_!.stop();
        process_ = new RunnerProcess(path.join(engine.folder, "manager"));
        expect(await runJob()).to.equal("success");
        expect(managers()).to.have.lengthOf(1);
    });
});

describe('rotation "runner", with the real gitlab-runner', () => {
    let engine: Engine;
    let process_: RunnerProcess | undefined;

    before(async () => {
        engine = await startEngine({ config: (folder) => oneRunner(folder, "rotation: runner"), seed: SEED });
        lifeOfTokens(24);
    });
    after(async () => {
        await process_?.stop();
        await engine.close();
    });

    const lifeOfTokens = (seconds: number) => {
        const group = engine.sandbox.db.groups.first("path", "apps")!;
        engine.sandbox.db.groups.update(group.id, { runnerTokenExpirationInterval: seconds });
    };

    it("reads the token back that the process has rotated, and does not overwrite or reset it", async () => {
        const made = engine.up();
        const ready = () => fs.existsSync(path.join(engine.folder, "manager/config.toml"));
        await until(ready, 180, () => "config.toml");
        process_ = new RunnerProcess(path.join(engine.folder, "manager"));
        await made;
        const [runner] = engine.sandbox.db.runners.all();
        const first = runner!.token;
        expect(engine.read("manager/config.toml")).to.contain("token_expires_at").and.contain(first);
        // What the process gets now lives long enough to be looked at.
        lifeOfTokens(30 * 24 * 3600);
        const current = () => engine.sandbox.db.runners.must(runner!.id).token;
        await until(
            () => current() !== first && engine.read("manager/config.toml").includes(current()),
            120,
            () => process_!.log,
        );
        const second = current();
        engine.sandbox.journal.clear();
        const result = await engine.up();
        expect(result.output).to.contain("Took over the token that gitlab-runner has rotated");
        expect(engine.sandbox.journal.entries({ path: /^\/api\/v4\/runners\/\d+\/reset/ })).to.deep.equal([]);
        expect(current()).to.equal(second);
        expect(engine.read("manager/config.toml")).to.contain(second).and.contain("Written by gitlab-fleet");
        const state = await engine.stack.state();
        const kept = state.deployment.resources!.find(({ type }) => type === "gitlab-fleet:index:RunnerToken");
        expect(kept!.outputs!.expiresAt).to.equal(
            new Date(engine.sandbox.db.runners.must(runner!.id).tokenExpiresAt!).toISOString(),
        );
        expect(JSON.stringify(state)).to.not.contain(second);
    });
});
