import { spawnSync } from "node:child_process";
import { expect } from "chai";
import { Clock, DAY } from "../../../sandbox/clock";
import { sandboxTime } from "../../helpers/clock";

describe("a process with the sandbox's time", () => {
    const run = (text: string, clock: Clock) => {
        const env = { ...process.env, ...sandboxTime({ clock }) };
        const { stdout, stderr } = spawnSync(process.execPath, ["-e", `console.log(${text})`], {
            env,
            encoding: "utf8",
        });
        expect(stderr).to.equal("");
        return stdout.trim();
    };

    it("reads it however it asks, and leaves other times as they are", () => {
        const clock = new Clock();
        clock.advance(400 * DAY);
        for (const now of ["Date.now()", "new Date().getTime()", "Number(new Date())"]) {
            expect(Number(run(now, clock)) - clock.now(), now).to.be.within(-1000, 60_000);
        }
        expect(run('new Date("2026-01-02T03:04:05Z").toISOString()', clock)).to.equal("2026-01-02T03:04:05.000Z");
        expect(run("new Date(0) instanceof Date && new Date(new Date(7)).getTime()", clock)).to.equal("7");
    });
});
