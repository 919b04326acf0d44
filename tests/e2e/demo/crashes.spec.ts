import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { type Engine, startEngine } from "../../helpers/engine";
import { killUp } from "../../helpers/killed-up";
import { demoFleet, managerFolder, warningFleet } from "./fleets";

describe("a fleet whose update is torn off", () => {
    let engine: Engine;
    const groupRunners = () => engine.sandbox.db.runners.all().filter((runner) => runner.runnerType === "group_type");

    beforeEach(async () => {
        engine = await startEngine({ config: demoFleet });
    });
    afterEach(() => engine.close());

    it("ends with exactly one working runner after kill -9 between GitLab's answer and the saved state", async () => {
        // The answer to the creation is held back; by then GitLab has the runner and the state has not.
        engine.sandbox.faults.plan({
            method: "POST",
            path: "/user/runners",
            fault: { kind: "hold-answer" },
        });
        const { killed, left, output } = await killUp(engine.stack, pending);
        expect(killed, output).to.equal(true);
        expect(left).to.deep.equal([]);
        await engine.stack.run(["cancel", "--yes"]);
        await engine.up();
        await expectOneWorkingRunner();
    });

    for (const { moment, runners } of [
        { moment: "makes runners", runners: 5 },
        { moment: "has made them and goes on to the managers", runners: 24 },
    ]) {
        it(`leaves no process behind when its engine is killed while it ${moment}`, async () => {
            // Managers that warn: the more a program has to say, the more it cannot deliver.
            engine.stack.setConfig(warningFleet(engine.folder, 24));
            const before = groupRunners().length;
            const run = await killUp(engine.stack, () => groupRunners().length >= before + runners);
            expect(run.killed, run.output).to.equal(true);
            expect(run.left).to.deep.equal([]);
        });
    }

    it("ends with exactly one working runner when GitLab made it but the answer was lost", async () => {
        engine.sandbox.faults.plan({ method: "POST", path: "/user/runners", fault: { kind: "lose-answer" } });
        const first = await engine.stack.run(["up", "--yes", "--skip-preview"]);
        expect(first.code).to.not.equal(0);
        expect(first.output).to.include("POST /user/runners");
        expect(
            engine.sandbox.journal.count({ method: "POST", path: "/user/runners" }),
            "POST is never sent again",
        ).to.equal(1);
        await engine.up();
        await expectOneWorkingRunner();
    });

    it("ends with exactly one working runner, the same one, after the state file was lost and somebody said so", async () => {
        await engine.up();
        fs.rmSync(path.join(engine.folder, "backend"), { recursive: true });
        fs.mkdirSync(path.join(engine.folder, "backend"));
        fs.rmSync(engine.stack.configFile);
        const [before] = groupRunners();
        engine.stack.setConfig(`${demoFleet(engine.folder).trimEnd()}\n  gitlab-fleet:stateLost: true\n`);
        await engine.stack.init();
        await engine.up();
        expect(groupRunners().map(({ id }) => id)).to.deep.equal([before!.id]);
        await expectOneWorkingRunner();
    });

    async function expectOneWorkingRunner(): Promise<void> {
        const [runner, ...others] = groupRunners();
        expect(others).to.deep.equal([]);
        const text = fs.readFileSync(path.join(managerFolder(engine.folder), "config.toml"), "utf8");
        expect(text).to.include(runner!.token);
        const verified = await fetch(`${engine.sandbox.url}/api/v4/runners/verify`, {
            method: "POST",
            headers: { "content-type": "application/json" },
            body: JSON.stringify({ token: /^ *token = "(.+)"$/m.exec(text)![1], system_id: "s_0123456789ab" }),
        });
        expect(verified.status).to.equal(200);
        await engine.expectNoChanges();
    }

    /** True once GitLab has a runner that is not one of the story's twelve. */
    function pending(): boolean {
        return groupRunners().some((runner) => runner.maintenanceNote?.includes("gitlab-fleet"));
    }
});
