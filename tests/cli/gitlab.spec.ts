import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { sayingSo } from "../../cli/gitlab";
import { Io } from "../../cli/io";
import { runCli } from "./helpers";

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

describe("a token that is nowhere", () => {
    let folder: string;
    before(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "no-token-"));
        fs.writeFileSync(path.join(folder, "pulumi"), "#!/bin/sh\necho '{}'\n", { mode: 0o755 });
    });
    after(() => fs.rmSync(folder, { recursive: true }));

    it("is asked for by what was tried: the environment, the stack that was named, none of several", async () => {
        const audit = async (...argv: string[]) =>
            (await runCli(["audit", ...argv], { env: { PATH: `${folder}:${process.env.PATH}` } })).err;
        expect(await audit())
            .to.contain("GITLAB_TOKEN is not set. Put")
            .and.contain("--stack NAME");
        const named = await audit("--stack", "prod");
        expect(named)
            .to.contain("stack prod has no gitlab:token")
            .and.contain("pulumi config set --secret gitlab:token --stack prod")
            .and.not.contain("--stack NAME");
        expect(await audit("--stack", "prod", "--stack", "dev")).to.contain("of several stacks none gives its own");
    });
});
