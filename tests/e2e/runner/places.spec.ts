import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { PulumiStack, root } from "../../../dev/scripts/pulumi";
import { DAY } from "../../../sandbox";
import { type Engine, startEngine } from "../../helpers/engine";
import { oneRunner, SEED } from "./fleets";

/** Environment of a run on a machine of another name and id. */
const onOther = (name: string) => ({
    OTHER_MACHINE: name,
    NODE_OPTIONS: `--require ${JSON.stringify(path.join(root, "tests/helpers/other-machine.cjs"))}`,
});

describe("a manager's directory that cannot be reached", () => {
    let engine: Engine;
    const plain = () => oneRunner(engine.folder);
    const runner = () => engine.sandbox.db.runners.all()[0]!;
    const writes = () => engine.sandbox.journal.entries().filter(({ method }) => method !== "GET" && method !== "HEAD");
    const changes = () =>
        writes()
            .map(({ method, path: where }) => `${method} ${where}`)
            .filter((text) => !text.endsWith("/graphql") && !text.includes("/discovery"));
    const run = (args: string[], env?: Record<string, string>) => engine.stack.run(args, { env });
    const up = (env?: Record<string, string>) => run(["up", "--yes", "--skip-preview", "--refresh"], env);
    const ci = () => onOther("ci-job");
    const file = () => path.join(engine.folder, "manager/config.toml");

    beforeEach(async () => {
        engine = await startEngine({ config: (folder) => oneRunner(folder), seed: SEED });
        await engine.up();
        engine.sandbox.journal.clear();
    });
    afterEach(() => engine.close());

    it("is not looked at from another machine: a nightly preview there sees no change, and an up without any goes on", async () => {
        fs.renameSync(path.join(engine.folder, "manager"), path.join(engine.folder, "on-ci-01"));
        const preview = await run(["preview", "--expect-no-changes"], ci());
        expect(preview.code, preview.output).to.equal(0);
        expect(preview.output).to.contain("and this is ci-job: not looked at from here.");
        expect((await up(ci())).code).to.equal(0);
        expect((await run(["refresh", "--yes", "--skip-preview"], ci())).code).to.equal(0);
        expect((await run(["preview", "--expect-no-changes"], ci())).code).to.equal(0);
        expect(changes()).to.deep.equal([]);
        expect(fs.existsSync(path.join(engine.folder, "manager"))).to.equal(false);
        fs.renameSync(path.join(engine.folder, "on-ci-01"), path.join(engine.folder, "manager"));
        await engine.expectNoChanges();
    });

    // What an up would have to write, and what it would do in GitLab first.
    const cases: Record<string, (config: string) => string> = {
        "a token due for rotation": (config) => {
            const tokenExpiresAt = engine.sandbox.clock.now() + 2 * DAY;
            engine.sandbox.db.runners.update(runner().id, { tokenExpiresAt });
            return config.replace("tags:", "rotateBefore: 3d\n      tags:");
        },
        "a token reset on request": (config) => config.replace("tags:", "rotationTrigger: now\n      tags:"),
        "a runner in another scope": (config) => config.replace("group: apps", "group: ops"),
        "a runner deleted in GitLab": (config) => {
            engine.sandbox.db.runners.delete(runner().id);
            return config;
        },
        "another key of config.toml, with another tag": (config) =>
            config.replace("concurrent: 1", "concurrent: 2").replace("[docker]", "[docker, more]"),
        "another name of the manager": (config) => config.replace("ci-01:", "ci-02:\n      renamedFrom: ci-01"),
        "a further runner": (config) =>
            config
                .replace(
                    "  gitlab-fleet:managers",
                    "    more: { scope: { group: apps }, tags: [x], config: { executor: shell } }\n  gitlab-fleet:managers",
                )
                .replace("[docker-small]", "[docker-small, more]"),
    };
    const unreachable: Record<string, () => { env?: Record<string, string>; says: string }> = {
        "on another machine": () => ({ env: ci(), says: "Run pulumi up there." }),
        "whose config.toml is a FIFO": () => {
            fs.rmSync(file());
            execFileSync("mkfifo", [file()]);
            return { says: "is a FIFO" };
        },
        "that another stack has taken": () => {
            const owner = path.join(engine.folder, "manager/.gitlab-fleet-owner");
            fs.writeFileSync(owner, "managed-by: gitlab-fleet gitlab-fleet/other/ci-01\n");
            return { says: "is the directory of gitlab-fleet/other/ci-01" };
        },
    };
    for (const [change, edit] of Object.entries(cases)) {
        const everywhere = change === "a token due for rotation" || change === "a runner in another scope";
        for (const [place, make] of Object.entries(unreachable).slice(0, everywhere ? 3 : 1)) {
            it(`stops up before anything is changed in GitLab: ${change}, in a directory ${place}`, async () => {
                const { token } = runner();
                const before = place === "whose config.toml is a FIFO" ? "" : fs.readFileSync(file(), "utf8");
                engine.stack.setConfig(edit(plain()));
                const { env, says } = make();
                const { code, output } = await up(env);
                expect(code, output).to.not.equal(0);
                expect(output).to.contain(says);
                expect(changes(), output).to.deep.equal([]);
                expect(engine.sandbox.db.runners.all().every((known) => known.token === token)).to.equal(true);
                if (before !== "") expect(fs.readFileSync(file(), "utf8")).to.equal(before);
                if (env === undefined) return;
                // On its own machine the same up does it.
                const done = await up();
                expect(done.code, done.output).to.equal(0);
                expect(fs.readFileSync(file(), "utf8")).to.contain(runner().token);
                await engine.expectNoChanges();
            });
        }
    }

    it("may be written from another machine that mounts it, where the placement says so", async () => {
        const shared = plain().replace("/manager }", "/manager, sharedBetweenMachines: true }");
        engine.stack.setConfig(shared);
        const first = await up(ci());
        expect(first.code, first.output).to.equal(0);
        engine.stack.setConfig(shared.replace("tags:", "rotationTrigger: now\n      tags:"));
        const { code, output } = await up(ci());
        expect(code, output).to.equal(0);
        expect(fs.readFileSync(file(), "utf8")).to.contain(runner().token);
        await engine.expectNoChanges();
    });

    it("keeps its files when the stack is destroyed from another machine", async () => {
        const { code, output } = await run(["destroy", "--yes", "--skip-preview"], ci());
        expect(code, output).to.equal(0);
        expect(output).to.contain("the files were left as they are. Delete them there by hand.");
        expect(fs.existsSync(file())).to.equal(true);
    });
});

describe("a Docker engine that cannot be reached", () => {
    it("stops up before a runner is made", async () => {
        const docker = "docker: { host: 'unix:///nowhere/docker.sock' }";
        const engine = await startEngine({
            config: (folder) => oneRunner(folder).replace(/directory: [^ ]+/, docker),
            seed: SEED,
        });
        try {
            const { code, output } = await engine.stack.run(["up", "--yes", "--skip-preview"]);
            expect(code, output).to.not.equal(0);
            expect(output).to.contain("/nowhere/docker.sock");
            expect(engine.sandbox.db.runners.all()).to.deep.equal([]);
        } finally {
            await engine.close();
        }
    });
});

describe("two stacks and one directory", () => {
    let engine: Engine;
    let other: PulumiStack;
    const file = () => path.join(engine.folder, "manager/config.toml");
    const config = (more = "") =>
        oneRunner(engine.folder, "", "", "docker-other").replace("/manager }", `/manager${more} }`);

    before(async () => {
        engine = await startEngine({ config: (folder) => oneRunner(folder), seed: SEED });
        await engine.up();
        other = new PulumiStack({
            folder: path.join(engine.folder, "other"),
            stack: "other",
            config: config(),
            env: { GITLAB_BASE_URL: `${engine.sandbox.url}/api/v4/`, GITLAB_TOKEN: engine.sandbox.tokens.owner! },
        });
        await other.init();
    });
    after(() => engine.close());

    it("are refused at preview and by up, before a runner is made, and nothing is taken over", async () => {
        const before = fs.readFileSync(file(), "utf8");
        const runners = engine.sandbox.db.runners.all().length;
        for (const args of [["preview"], ["up", "--yes", "--skip-preview"]]) {
            const { code, output } = await other.run(args);
            expect(code, output).to.not.equal(0);
            expect(output).to.contain("is the directory of gitlab-fleet/test/ci-01");
        }
        expect(engine.sandbox.db.runners.all()).to.have.lengthOf(runners);
        expect(fs.readFileSync(file(), "utf8")).to.equal(before);
        await engine.expectNoChanges();
    });

    it("pass it on where that is said; the first one then touches nothing in it", async () => {
        other.setConfig(config(", takeOverFrom: gitlab-fleet/test/ci-01"));
        const { code, output } = await other.run(["up", "--yes", "--skip-preview"]);
        expect(code, output).to.equal(0);
        expect(fs.readdirSync(path.dirname(file()))).to.include("config.toml.before-gitlab-fleet");
        const taken = fs.readFileSync(file(), "utf8");
        const refused = await engine.stack.run(["preview"]);
        expect(refused.output).to.contain("is the directory of gitlab-fleet/other/ci-01");
        const destroyed = await engine.stack.run(["destroy", "--yes", "--skip-preview"]);
        expect(destroyed.code, destroyed.output).to.equal(0);
        expect(fs.readFileSync(file(), "utf8")).to.equal(taken);
        const settled = await other.run(["preview", "--expect-no-changes"]);
        expect(settled.code, settled.output).to.equal(0);
    });
});
