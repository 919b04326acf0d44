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
});
