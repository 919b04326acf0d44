import { expect } from "chai";
import { judge } from "../../../../provider/resources/config-loaded/config-loaded";

const running = {
    State: { Running: true, Restarting: false, Paused: false, StartedAt: "", FinishedAt: "", ExitCode: 0, Error: "" },
};
const lines = (...texts: string[]) => texts.map((text) => ({ time: "", text }));

describe("whether a configuration was loaded", () => {
    const verdict = (texts: string[], { container = running, quiet = false, waited = 1 } = {}) =>
        judge(container, lines(...texts), { quiet, waited });

    it("is judged by what the process said last", () => {
        expect(verdict([]).kind).to.equal("waiting");
        expect(verdict(["Configuration loaded   builds=0 max_builds=1"]).kind).to.equal("loaded");
        const refused = "ERROR: Failed to load config decoding: toml: line 1   builds=0 max_builds=1";
        expect(verdict(["Configuration loaded", refused])).to.deep.equal({
            kind: "refused",
            words: "ERROR: Failed to load config decoding: toml: line 1",
        });
        expect(verdict([refused, "Configuration loaded"]).kind).to.equal("loaded");
    });

    it("takes a process that does not stay up for a refusal", () => {
        const container = { State: { ...running.State, Running: false, ExitCode: 1 } };
        expect(verdict(["FATAL: Service run failed"], { container }).kind).to.equal("refused");
        expect(verdict([], { container, waited: 1 }).kind, "it may be on its way").to.equal("waiting");
        expect(verdict([], { container, waited: 20 }).kind).to.equal("refused");
    });

    it("takes silence for success only where the log level hides it, and only after a while", () => {
        expect(verdict([], { quiet: true, waited: 3 }).kind).to.equal("waiting");
        expect(verdict([], { quiet: true, waited: 9 }).kind).to.equal("loaded");
    });
});
