import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { addRunner, DAY, type Runner, startSandbox } from "../../../sandbox";
import { type Engine, startEngine } from "../../helpers/engine";
import { oneRunner, SEED } from "./fleets";

/** A stack of the same project and name on a backend of its own, against the same GitLab: another clone's. */
async function startClone(engine: Engine): Promise<Engine> {
    return startEngine({ config: (folder) => oneRunner(folder), gitlab: engine.sandbox });
}

describe("whose runner it is, with the real engine", () => {
    let engine: Engine;

    beforeEach(async () => {
        engine = await startEngine({ config: (folder) => oneRunner(folder), seed: SEED });
        await engine.up();
    });
    afterEach(() => engine.close());

    const runners = () => engine.sandbox.db.runners.all();
    const hearFrom = (runner: Runner) =>
        engine.sandbox.db.runners.update(runner.id, {
            contactedAt: engine.sandbox.clock.now(),
            creationState: "finished",
        });
    const loseState = async (more = "") => {
        fs.rmSync(path.join(engine.folder, "backend"), { recursive: true });
        fs.mkdirSync(path.join(engine.folder, "backend"));
        fs.rmSync(engine.stack.configFile);
        engine.stack.setConfig(oneRunner(engine.folder, "", more));
        await engine.stack.init();
    };

    it("leaves another clone's live runner alone, although project, stack and name are the same, and says whose it may be", async () => {
        const [theirs] = runners();
        hearFrom(theirs!);
        const before = engine.sandbox.db.runners.must(theirs!.id);
        const clone = await startClone(engine);
        try {
            const { output } = await clone.up();
            expect(output).to.contain(`namesake #${theirs!.id} "docker-small" (online, last contact `);
            expect(output).to.contain("it may belong to another clone's stack gitlab-fleet/test");
            expect(output).to.contain("pulumi config set gitlab-fleet:stateLost true");
            expect(runners()).to.have.length(2);
            expect(engine.sandbox.db.runners.must(theirs!.id)).to.deep.equal(before);
            await engine.expectNoChanges();
            expect((await clone.stack.run(["destroy", "--yes", "--skip-preview"])).code).to.equal(0);
            expect(runners()).to.deep.equal([before]);
        } finally {
            await clone.close();
        }
    });

    it("leaves the directory of another clone's manager alone, whatever name the manager has there", async () => {
        const before = fs.readFileSync(path.join(engine.folder, "manager/config.toml"), "utf8");
        for (const name of ["ci-01", "ci-02"]) {
            const clone = await startEngine({
                config: () => oneRunner(engine.folder).replace("ci-01", name),
                gitlab: engine.sandbox,
            });
            try {
                for (const command of [["preview"], ["up", "--yes", "--skip-preview"]]) {
                    const { code, output } = await clone.stack.run(command);
                    expect(code, output).to.not.equal(0);
                    expect(output).to.contain(
                        "is the directory of gitlab-fleet/test/ci-01, in another state than this one",
                    );
                }
                expect(fs.readFileSync(path.join(engine.folder, "manager/config.toml"), "utf8")).to.equal(before);
            } finally {
                await clone.close();
            }
        }
        await engine.expectNoChanges();
    });

    it("adopts what a lost state declared once somebody says so: same id, token reset, and nothing to do afterwards", async () => {
        const [lost] = runners();
        const { token } = lost!;
        hearFrom(lost!);
        await loseState("gitlab-fleet:stateLost: true");
        await engine.up();
        expect(runners().map(({ id }) => id)).to.deep.equal([lost!.id]);
        const [found] = runners();
        expect(found!.token).to.not.equal(token);
        expect(engine.read("manager/config.toml")).to.contain(found!.token);
        await engine.expectNoChanges();
        engine.stack.setConfig(oneRunner(engine.folder));
        await engine.expectNoChanges();
    });

    it("adopts what was declared since a state that is restored, once somebody says so; before that a preview names it", async () => {
        const backend = path.join(engine.folder, "backend");
        const big = "    big: { scope: { group: apps }, config: { executor: shell } }\n";
        const grown = (more = "") =>
            oneRunner(engine.folder, "", more)
                .replace(/^ {2}gitlab-fleet:managers:/m, `${big}$&`)
                .replace("[docker-small]", "[docker-small, big]");
        fs.cpSync(backend, `${backend}.yesterday`, { recursive: true });
        engine.stack.setConfig(grown());
        await engine.up();
        const before = runners();
        for (const runner of before) hearFrom(runner);
        fs.rmSync(backend, { recursive: true });
        fs.renameSync(`${backend}.yesterday`, backend);
        const { output } = await engine.stack.run(["preview"]);
        expect(output).to.contain(`namesake #${before[1]!.id} "big"`).and.contain("an older one restored?");
        engine.stack.setConfig(grown("gitlab-fleet:stateLost: true"));
        await engine.up();
        expect(runners().map(({ id }) => id)).to.deep.equal(before.map(({ id }) => id));
        expect(engine.read("manager/config.toml")).to.contain(runners()[0]!.token).and.contain(runners()[1]!.token);
        engine.stack.setConfig(grown());
        await engine.expectNoChanges();
    });

    it("leaves a stranger's runner alone that has the id of ours since GitLab was restored from a backup", async () => {
        const [ours] = runners();
        engine.sandbox.db.runners.delete(ours!.id);
        const theirs = engine.sandbox.db.runners.insert({
            ...addRunner(engine.sandbox.db, {
                runnerType: "group_type",
                groupId: ours!.groupId,
                description: "theirs",
            }),
            id: ours!.id,
            createdAt: ours!.createdAt + DAY,
        });
        const preview = await engine.stack.run(["preview"]);
        expect(preview.code, preview.output).to.equal(0);
        expect(preview.output).to.contain(`Runner ${ours!.id} in GitLab is another one now: "theirs"`);
        await engine.up();
        expect(engine.sandbox.db.runners.must(theirs.id)).to.deep.equal(theirs);
        await engine.expectNoChanges();
        expect(engine.read("manager/config.toml")).to.not.contain(theirs.token);
    });

    it("forgets at a refresh, and leaves at a destroy, what is somebody else's now", async () => {
        const [ours] = runners();
        const note = "managed-by: gitlab-fleet other/prod#zzzzzzzzzz/theirs";
        engine.sandbox.db.runners.update(ours!.id, { maintenanceNote: note });
        const { output } = await engine.stack.run(["destroy", "--yes", "--skip-preview"]);
        expect(output).to.contain("is declared by other/prod (state zzzzzzzzzz) now");
        expect(engine.sandbox.db.runners.must(ours!.id).maintenanceNote).to.equal(note);
    });

    for (const command of [
        ["preview"],
        ["up", "--yes", "--skip-preview"],
        ["up", "--yes", "--skip-preview", "--refresh"],
    ]) {
        it(`stops pulumi ${command.join(" ")} under the address of another GitLab, before anything is written there`, async () => {
            const other = await startSandbox({
                seed: { ...SEED, users: [{ username: "olga" }, { username: "root", admin: true }] },
            });
            const environment = { GITLAB_BASE_URL: `${other.url}/api/v4/`, GITLAB_TOKEN: other.tokens.owner! };
            addRunner(other.db, { runnerType: "group_type", groupId: 1, description: "theirs" });
            try {
                const before = other.db.runners.all();
                const { code, output } = await engine.stack.run(command, { env: environment });
                expect(code).to.not.equal(0);
                expect(output).to.contain(other.url).and.contain("Another GitLab is another stack");
                expect(other.journal.writes()).to.deep.equal([]);
                expect(other.db.runners.all()).to.deep.equal(before);
            } finally {
                await other.close();
            }
        });
    }

    it("goes on under a new host name of the same GitLab, and replaces nothing", async () => {
        const url = engine.sandbox.url.replace("127.0.0.1", "localhost");
        const environment = { GITLAB_BASE_URL: `${url}/api/v4/` };
        const [before] = runners();
        const { code, output } = await engine.stack.run(["up", "--yes", "--skip-preview"], { env: environment });
        expect(code, output).to.equal(0);
        expect(output).to.contain("It is the same GitLab.");
        expect(runners().map(({ id, token }) => [id, token])).to.deep.equal([[before!.id, before!.token]]);
        const again = await engine.stack.run(["preview", "--expect-no-changes"], { env: environment });
        expect(again.code, again.output).to.equal(0);
    });
});
