import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { Io } from "../../../cli/io";
import { clearAfterCrash, describeLocks, findLocks, hasEnded } from "../../../cli/pipeline/locks";
import type { Finished } from "../../../cli/pipeline/pulumi";
import { type Place, rememberStart } from "../../../cli/pipeline/started";
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

    it("is that of a process that has ended where it was a job of this project, and not because of its host's name", () => {
        const env = { CI_PROJECT_ID: "7" };
        const ended = (host: string, isThere = true, variables: NodeJS.ProcessEnv = env) =>
            hasEnded({ user: "root", host, pid: "1", since: NOW }, variables, () => isThere);
        expect(ended("runner-t1abc-project-7-concurrent-0")).to.equal(true);
        expect(ended("runner-x-1-project-7-concurrent-3-n8x2")).to.equal(true);
        expect(ended("runner-t1abc-project-77-concurrent-0")).to.equal(false);
        expect(ended("runner-t1abc-project-7-concurrent-0", true, {})).to.equal(false);
        expect(ended("laptop", false)).to.equal(false);
        expect(ended(os.hostname())).to.equal(false);
        expect(ended(os.hostname(), false)).to.equal(false);
    });

    describe("of a process that this command had started", () => {
        let home: string;
        beforeEach(() => {
            home = fs.mkdtempSync(path.join(os.tmpdir(), "gitlab-fleet-locks-"));
        });
        afterEach(() => fs.rmSync(home, { recursive: true }));
        const here: Place = { machine: { host: "ci-1", id: "a1" }, boot: "b1", namespace: "pid:[1]" };
        const remember = () => rememberStart({ PULUMI_HOME: home }, 41, NOW, here);
        const ended = (lock: object = {}, place: Place = here, isThere = false) =>
            hasEnded(
                { user: "root", host: "ci-1", pid: "41", since: NOW + 3000, ...lock },
                { PULUMI_HOME: home },
                () => isThere,
                place,
            );

        it("has ended where it is not there any more, and where the machine was started anew since", () => {
            remember();
            expect(ended()).to.equal(true);
            expect(ended({}, here, true)).to.equal(false);
            expect(ended({}, { ...here, boot: "b2" }, true)).to.equal(true);
        });

        it("may be at work in another container or on another machine of the same name, whatever ids are free here", () => {
            expect(ended()).to.equal(false);
            remember();
            expect(ended({}, { ...here, namespace: "pid:[2]" })).to.equal(false);
            expect(ended({}, { ...here, machine: { host: "ci-1", id: "a2" } })).to.equal(false);
            expect(ended({ host: "ci-2" })).to.equal(false);
            const nameless: Place = { machine: { host: "ci-1" }, boot: "b1" };
            rememberStart({ PULUMI_HOME: home }, 41, NOW, nameless);
            expect(ended({}, { ...nameless, boot: "b2" })).to.equal(false);
        });

        it("is another one where the lock is older than its start, much younger, or of no time", () => {
            remember();
            for (const since of [NOW - 60_000, NOW + 3600_000, undefined]) expect(ended({ since })).to.equal(false);
        });

        it("is forgotten when it has ended well, or after a month", () => {
            remember()();
            expect(ended()).to.equal(false);
            remember();
            const month = NOW + 31 * 24 * 3600_000;
            const [file] = fs.readdirSync(home, { recursive: true }).filter((name) => `${name}`.endsWith(".json"));
            fs.utimesSync(path.join(home, `${file}`), NOW / 1000, NOW / 1000);
            rememberStart({ PULUMI_HOME: home }, 42, month, here);
            expect(ended()).to.equal(false);
        });

        it("is remembered beside what cannot be swept away", () => {
            remember()();
            fs.symlinkSync("nowhere", path.join(home, "gitlab-fleet-started/7.json"));
            remember();
            expect(ended()).to.equal(true);
        });

        it("waits for a person where nothing could be written, or what stands there is nonsense", () => {
            const file = path.join(home, "file");
            fs.writeFileSync(file, "");
            expect(() => rememberStart({ PULUMI_HOME: file }, 41, NOW, here)()).to.not.throw();
            remember();
            for (const text of ["", "null", "{}", '{"machine":7,"at":1}']) {
                fs.writeFileSync(path.join(home, "gitlab-fleet-started/41.json"), text);
                expect(ended(), text).to.equal(false);
            }
        });
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
