import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { parse, stringify } from "yaml";
import { addRunner } from "../../../sandbox";
import { runCli } from "../../cli/helpers";
import { isRoot } from "../../helpers/as-user";
import { type Engine, startEngine } from "../../helpers/engine";
import { killUp } from "../../helpers/killed-up";
import { skipWithout } from "../../helpers/needs";
import { SEED } from "../runner/fleets";
import { RunnerProcess, until } from "../runner/process";
import { sshWith, startWorld, type TestHost, type World } from "./world";

type Placement = Record<string, unknown>;

describe("a packaged runner on a host becomes a declared one, by ssh", () => {
    const { PATH } = process.env;
    let world: World;
    let host: TestHost;
    let engine: Engine;
    let runner: RunnerProcess;
    let id: number;
    let imported: string;
    const directory = () => path.join(host.folder, "etc/gitlab-runner");
    const file = (name = "config.toml") => path.join(directory(), name);
    const read = (name?: string) => fs.readFileSync(file(name), "utf8");
    const writes = () => engine.sandbox.journal.entries().filter(({ method }) => method !== "GET" && method !== "HEAD");
    const changes = () =>
        writes()
            .map(({ method, path: where }) => `${method} ${where}`)
            .filter((text) => /\/(groups|projects|runners|user)\b/.test(text) && !/\/(verify|jobs)/.test(text));
    const here = () => ({ ssh: { host: "root@127.0.0.1", port: host.port, directory: directory() } });
    /** The configuration with the manager's placement changed. */
    const placed = (placement: Placement) => {
        const { config } = parse(imported);
        const [manager] = Object.values(config["gitlab-fleet:managers"]) as object[];
        Object.assign(manager!, { placement, online: true });
        return stringify({ config });
    };
    const runJob = async () => {
        const { jobs } = engine.sandbox.db;
        const job = jobs.enqueue({ project: "apps/etl", script: "echo hello", tags: ["docker"] });
        const isOver = () => ["success", "failed"].includes(jobs.must(job.id).status);
        await until(isOver, 180, () => runner.log);
        return jobs.must(job.id).status;
    };

    before(async function () {
        skipWithout("sshd", this);
        if (!isRoot) this.skip();
        world = startWorld();
        host = await world.host();
        process.env.PATH = `${sshWith(world, host)}:${PATH}`;
        engine = await startEngine({ config: () => "config: {}\n", seed: SEED });
        const group = engine.sandbox.db.groups.all().find(({ path: name }) => name === "apps")!;
        const live = addRunner(engine.sandbox.db, {
            runnerType: "group_type",
            groupId: group.id,
            description: "my-runner",
            tagList: ["docker"],
        });
        id = live.id;
        const worker = (token: string) =>
            `[[runners]]\n  name = "my-runner"\n  url = "${engine.sandbox.url}"\n  token = "${token}"\n  executor = "shell"\n`;
        const dead = ["glrt-dead0000000000000001", "glrt-dead0000000000000002"];
        fs.mkdirSync(directory(), { recursive: true });
        fs.writeFileSync(file(), `concurrent = 1\n${[...dead, live.token].map(worker).join("")}`, { mode: 0o600 });
        runner = new RunnerProcess(directory());
        await until(
            () => runner.log.includes("403"),
            60,
            () => runner.log,
        );
    });
    after(async () => {
        await runner?.stop();
        await engine?.close();
        await world?.close();
        process.env.PATH = PATH;
    });

    it("is printed with its one live worker and the placement by which it was read", async () => {
        const ran = await runCli(["import", "--config", `ssh://root@127.0.0.1:${host.port}${file()}`], {
            env: { GITLAB_BASE_URL: `${engine.sandbox.url}/api/v4/`, GITLAB_TOKEN: engine.sandbox.tokens.owner },
        });
        expect(ran.code, ran.err).to.equal(1);
        imported = ran.out;
        const managers = parse(imported).config["gitlab-fleet:managers"];
        expect(managers["127.0.0.1"].placement).to.deep.equal(here());
        expect(managers["127.0.0.1"].runners).to.deep.equal(["my-runner"]);
    });

    it("is declared by one up, heard from, and takes a job; the next up changes nothing", async () => {
        const before = read();
        engine.stack.setConfig(placed(here()));
        const preview = await engine.stack.run(["preview"]);
        expect(preview.code, preview.output).to.equal(0);
        expect(read()).to.equal(before);
        await engine.up();
        expect(engine.sandbox.db.runners.all().map((one) => one.id)).to.deep.equal([id]);
        expect(read().match(/^\[\[runners\]\]/gm)).to.have.lengthOf(1);
        expect(read("config.toml.before-gitlab-fleet")).to.equal(before);
        expect(await runJob()).to.equal("success");
        engine.sandbox.journal.clear();
        await engine.expectNoChanges();
        await engine.up();
        expect(changes()).to.deep.equal([]);
    });

    it("is put right after an edit by hand, by an up; a preview, which needs no host, does not see it", async () => {
        const declared = read();
        fs.writeFileSync(file(), declared.replace("concurrent = 1", "concurrent = 40"));
        await engine.expectNoChanges();
        const { output } = await engine.up();
        expect(output).to.contain("concurrent 40 → 1");
        expect(output.replace(/\s+/g, " ")).to.contain(
            "that was edited by hand: it is kept as config.toml.edited-by-hand.",
        );
        expect(read("config.toml.edited-by-hand")).to.contain("concurrent = 40");
        expect(read()).to.equal(declared);
    });

    it("has a whole file when the engine is killed while it writes, and the next up does the rest", async () => {
        const [before, owner] = [read(), read(".gitlab-fleet-owner")];
        engine.stack.setConfig(placed(here()).replace("concurrent: 1", "concurrent: 3"));
        const { killed, left, output } = await killUp(engine.stack, () => read(".gitlab-fleet-owner") !== owner);
        expect(killed, output).to.equal(true);
        expect(left).to.deep.equal([]);
        expect([before, before.replace("concurrent = 1", "concurrent = 3")]).to.include(read());
        await engine.stack.run(["cancel", "--yes"]);
        const copies = () => fs.readdirSync(directory()).filter((name) => /^config\.toml\./.test(name));
        const kept = copies();
        await engine.up();
        expect(read()).to.equal(before.replace("concurrent = 1", "concurrent = 3"));
        expect(copies()).to.deep.equal(kept);
        engine.stack.setConfig(placed(here()));
        await engine.up();
        expect(read()).to.equal(before);
    });

    it("moves to a directory of the same machine and back: same files, same identity, same token", async () => {
        const kept = ["config.toml", ".runner_system_id", ".gitlab-fleet-owner"];
        const token = engine.sandbox.db.runners.all()[0]!.token;
        const managers = () => engine.sandbox.db.managers.find("runner", id).map(({ systemId }) => systemId);
        const [contents, known] = [kept.map((name) => read(name)), managers()];
        for (const placement of [{ directory: directory() }, here(), { directory: directory() }, here()]) {
            engine.stack.setConfig(placed(placement));
            engine.sandbox.journal.clear();
            const preview = await engine.stack.run(["preview", "--diff"]);
            expect(preview.code, preview.output).to.equal(0);
            expect(preview.output).to.not.match(/replace/);
            const { output } = await engine.up();
            expect(output).to.not.match(/replaced|created|deleted/);
            expect(kept.map((name) => read(name))).to.deep.equal(contents);
            expect(changes()).to.deep.equal([]);
            await engine.expectNoChanges();
        }
        expect(engine.sandbox.db.runners.all()[0]!.token).to.equal(token);
        expect(managers()).to.deep.equal(known);
        expect(await runJob()).to.equal("success");
    });

    it("takes key and known host as secrets, which are in no output and not in the plain state", async () => {
        const { privateKey, knownHosts } = host.options;
        const lines = privateKey!.split("\n").filter((line) => line.length > 40);
        process.env.PATH = PATH;
        try {
            engine.stack.setConfig(
                placed({ ssh: { host: `ssh://root@127.0.0.1:${host.port}`, directory: directory(), knownHosts } }),
            );
            const key = `'gitlab-fleet:managers["127.0.0.1"].placement.ssh.privateKey'`;
            const flags = `--secret --path --stack test --config-file ${engine.stack.configFile}`;
            // As docs/hosts.md says.
            const set = await engine.stack.spawn("sh", [
                "-c",
                `pulumi config set ${flags} ${key} < ${path.join(world.folder, "user")}`,
            ]);
            expect(set.code, set.output).to.equal(0);
            const outputs = [await engine.stack.run(["preview", "--diff"]), await engine.up()];
            for (const { code, output } of outputs) {
                expect(code, output).to.equal(0);
                for (const line of lines) expect(output).to.not.contain(line);
            }
            const state = JSON.stringify(await engine.stack.state());
            for (const line of lines) expect(state).to.not.contain(line);
            await engine.expectNoChanges();
        } finally {
            process.env.PATH = `${sshWith(world, host)}:${PATH}`;
        }
    });

    it("is not reached: the up stops before the token is reset, and names the host", async () => {
        const { token } = engine.sandbox.db.runners.all()[0]!;
        const before = read();
        await host.stop();
        engine.stack.setConfig(placed(here()).replace("adopt:", "rotationTrigger: now\n      adopt:"));
        engine.sandbox.journal.clear();
        const { code, output } = await engine.stack.run(["up", "--yes", "--skip-preview"]);
        expect(code).to.not.equal(0);
        expect(output).to.contain(`root@127.0.0.1:${host.port} cannot be reached: nothing listens on its port.`);
        expect(changes()).to.deep.equal([]);
        expect(engine.sandbox.db.runners.all()[0]!.token).to.equal(token);
        expect(read()).to.equal(before);
    });
});
