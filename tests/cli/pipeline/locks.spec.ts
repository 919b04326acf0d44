import { hostname } from "node:os";
import { expect } from "chai";
import { Io } from "../../../cli/io";
import { clearAfterCrash, describeLocks, findLocks, hasEnded } from "../../../cli/pipeline/locks";
import type { Finished } from "../../../cli/pipeline/pulumi";
import { rejection } from "../../helpers/rejection";

const locked = (host: string, pid = 7, at = "2026-11-26T20:00:00Z") =>
    `error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with \`pulumi cancel\`.\n  file:///b/.pulumi/locks/x.json: created by root@${host} (pid ${pid}) at ${at}\n`;
const NOW = Date.parse("2026-11-26T20:12:00Z");

describe("a stack's lock", () => {
    it("is told with who holds it and since when", () => {
        const said = describeLocks("prod", findLocks(locked("ci-7") + locked("laptop", 8, "long ago")), NOW);
        expect(said).to.include(
            "root@ci-7, process 7, since 2026-11-26T20:00:00Z (12 minutes ago); root@laptop, process 8.",
        );
        expect(said).to.include("pulumi cancel --stack prod");
    });

    it("is that of a process that has ended where it was a job of this project, or one of this machine that is gone", () => {
        const env = { CI_PROJECT_ID: "7" };
        const ended = (host: string, isThere = true, variables: NodeJS.ProcessEnv = env) =>
            hasEnded({ user: "root", host, pid: "1", since: undefined }, variables, () => isThere);
        expect(ended("runner-t1abc-project-7-concurrent-0")).to.equal(true);
        expect(ended("runner-x-1-project-7-concurrent-3-n8x2")).to.equal(true);
        expect(ended("runner-t1abc-project-77-concurrent-0")).to.equal(false);
        expect(ended("runner-t1abc-project-7-concurrent-0", true, {})).to.equal(false);
        expect(ended("laptop", false)).to.equal(false);
        expect(ended(hostname())).to.equal(false);
        expect(ended(hostname(), false)).to.equal(true);
    });

    const clear = async (answers: Partial<Finished>[]) => {
        const asked: string[] = [];
        let out = "";
        const io = new Io({ stdout: { write: (text) => (out += text) }, env: { CI_PROJECT_ID: "7" }, now: () => NOW });
        const run = clearAfterCrash(
            io,
            async (args) => {
                asked.push(args[0]!);
                return { code: 0, stdout: "", stderr: "", ...answers.shift() };
            },
            "prod",
        );
        return { run, asked, out: () => out };
    };

    it("is removed before an up where a killed job of this pipeline left it, and pending operations are struck in any case", async () => {
        const plain = await clear([{}]);
        await plain.run;
        expect(plain.asked).to.deep.equal(["refresh"]);
        const left = await clear([{ code: 255, stderr: locked("runner-t1abc-project-7-concurrent-0") }, {}, {}]);
        await left.run;
        expect(left.asked).to.deep.equal(["refresh", "cancel", "refresh"]);
        expect(left.out()).to.include("left its lock behind");
    });

    it("stays where somebody may be at work, and a state that cannot be written is told in Pulumi's words", async () => {
        const held = await clear([{ code: 255, stderr: locked("laptop") }]);
        expect((await rejection(held.run)).message)
            .to.include("root@laptop, process 7, since")
            .and.include("docs/after-a-crash.md");
        expect(held.asked).to.deep.equal(["refresh"]);
        const broken = await clear([{ code: 255, stderr: "error: could not deserialize deployment" }]);
        expect((await rejection(broken.run)).message).to.include("could not deserialize deployment");
    });
});
