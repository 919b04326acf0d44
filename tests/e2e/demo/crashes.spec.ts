import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { root } from "../../../scripts/pulumi";
import { type Engine, startEngine } from "../../helpers/engine";
import { demoFleet, managerFolder } from "./fleets";

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
            fault: { kind: "hold-answer", ms: 10_000 },
        });
        const killed = await killWhen(pending);
        expect(killed).to.equal(true);
        await engine.stack.run(["cancel", "--yes"]);
        await engine.up();
        await expectOneWorkingRunner();
    });

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

    /** Runs `pulumi up` and kills it, the program and the plugins with SIGKILL as soon as `reached` says so. */
    async function killWhen(reached: () => boolean): Promise<boolean> {
        const child = spawn(
            "pulumi",
            [
                "up",
                "--yes",
                "--skip-preview",
                "--non-interactive",
                "--stack",
                "test",
                "--config-file",
                engine.stack.configFile,
            ],
            {
                cwd: root,
                env: engine.stack.env,
                stdio: "ignore",
                detached: true, // a process group of its own, so that all of it can be killed at once
            },
        );
        const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
        const deadline = Date.now() + 180_000;
        while (!reached() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
        const killed = reached();
        process.kill(-child.pid!, "SIGKILL");
        await ended;
        return killed;
    }
});
