import { expect } from "chai";
import { sayingSo } from "../../cli/gitlab";
import { Io } from "../../cli/io";

describe("a wait for GitLab", () => {
    it("is told once, where it takes long, because the error comes minutes later; and not where nobody would wonder", async () => {
        let [now, err] = [0, ""];
        const sleep = sayingSo(new Io({ stderr: { write: (text) => (err += text) }, now: () => now }));
        const { signal } = new AbortController();
        await sleep(1, signal);
        expect(err).to.equal("");
        now = 30_000;
        await sleep(1, signal);
        await sleep(1, signal);
        expect(err).to.equal("GitLab does not answer, or asks to wait: it is tried again.\n");
    });
});
