import { expect } from "chai";
import { judge, lastWords } from "../../../core/service/loaded";

describe("whether a process has loaded its configuration", () => {
    const verdict = (texts: string[], more: object = {}) =>
        judge({ process: { running: true, restarting: false, exitCode: 0 }, texts, quiet: false, waited: 1, ...more });

    it("is told from the log of a container, of a unit, and in each format", () => {
        const why = "decoding: toml: line 1";
        for (const refused of [
            `ERROR: Failed to load config ${why}   builds=0 max_builds=1`,
            // gitlab-runner run --syslog, as packages start it, logs the words alone.
            `Failed to load config ${why}`,
            `time="2026-11-26T20:40:00Z" level=error msg="Failed to load config ${why}"`,
            `{"level":"error","msg":"Failed to load config ${why}"}`,
        ]) {
            expect(verdict(["Configuration loaded", refused]).kind, refused).to.equal("refused");
            expect(verdict([refused, "Configuration loaded"]).kind, refused).to.equal("loaded");
        }
        expect(verdict(["Job says: Failed to load config"]).kind).to.equal("waiting");
    });

    it("has the last words of a process that comes and goes", () => {
        const process = { running: false, restarting: true, exitCode: 1 };
        const texts = ["one", "two", "three", "four   builds=1"];
        expect(verdict(texts, { process })).to.deep.equal({ kind: "refused", words: lastWords(texts) });
        expect(lastWords(texts)).to.equal("two; three; four");
    });

    it("is waited for until the process says so, or might have complained for a while and reports nothing", () => {
        expect(verdict(["Configuration loaded"]).kind).to.equal("loaded");
        expect(verdict([], { waited: 100 }).kind).to.equal("waiting");
        for (const [waited, kind] of [
            [7, "waiting"],
            [8, "loaded"],
        ] as const)
            expect(verdict([], { quiet: true, waited }).kind).to.equal(kind);
    });

    it("is refused by a process that has ended, at once where it said something", () => {
        const ended = { running: false, restarting: false, exitCode: 3 };
        expect(verdict([], { process: ended, waited: 7 }).kind).to.equal("waiting");
        expect(verdict([], { process: ended, waited: 8 })).to.deep.equal({
            kind: "refused",
            words: "exit code 3, and it said nothing",
        });
        for (const process of [ended, { ...ended, running: true, restarting: true }])
            expect(verdict(["Configuration loaded", "killed"], { process }).kind).to.equal("refused");
    });

    it("is told in gitlab-runner's words, without its counters and padding", () => {
        const line = "  FATAL: no  such   file   builds=10 max_builds=12 ";
        expect(verdict([line])).to.deep.equal({ kind: "refused", words: "FATAL: no such file" });
    });
});
