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

describe("an address that is wrong", () => {
    const audit = async (env: Record<string, string>, ...argv: string[]) =>
        (await runCli(["audit", ...argv], { env: { GITLAB_TOKEN: "glpat-0123456789abcdefghij", ...env } })).err;
    /** The same, where a stack has the login. */
    async function auditOfStack(login: Record<string, string>, env: Record<string, string>, ...argv: string[]) {
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "address-"));
        const values = Object.entries({ token: "glpat-x", ...login }).map(([key, value]) => [
            `gitlab:${key}`,
            { value },
        ]);
        const config = JSON.stringify(Object.fromEntries(values));
        const says = `[ $1 = config ] && echo '${config}' || echo '{"deployment":{}}'`;
        fs.writeFileSync(path.join(folder, "pulumi"), `#!/bin/sh\n${says}\n`, { mode: 0o755 });
        const own = { GITLAB_TOKEN: "", PATH: `${folder}:${process.env.PATH}`, ...env };
        try {
            return await audit(own, "--stack", "prod", ...argv);
        } finally {
            fs.rmSync(folder, { recursive: true });
        }
    }

    it("is called what it was given by: the option, or the variable", async () => {
        expect(await audit({}, "--gitlab", "gitlab.example.org")).to.match(/^gitlab-fleet: --gitlab must be an http/);
        expect(await audit({ GITLAB_BASE_URL: "x" })).to.match(/^gitlab-fleet: GITLAB_BASE_URL must be an http/);
        const silent = "http://127.0.0.1:1";
        // Without retries, nothing is waited for.
        const ask = (env: Record<string, string>, ...argv: string[]) => auditOfStack({ retries: "0" }, env, ...argv);
        expect(await ask({}, "--gitlab", silent)).to.contain("Check --gitlab and that GitLab is up.");
        expect(await ask({ GITLAB_BASE_URL: silent })).to.contain("Check GITLAB_BASE_URL and that");
    });

    it("is called by the stack's key where a stack gave it", async () => {
        expect(await auditOfStack({ baseUrl: "gitlab" }, {})).to.match(
            /^gitlab-fleet: gitlab:baseUrl of stack prod must be/,
        );
    });

    it("and so are other things: a certificate, a token, a host", async () => {
        const at = ["--gitlab", "http://127.0.0.1:1"];
        expect(await audit({}, ...at, "--cacert", "/nowhere.pem")).to.contain("--cacert /nowhere.pem cannot be read");
        expect(await audit({ GITLAB_TOKEN: "GR1348941abcdefghijklmnopqrst" }, ...at)).to.match(
            /^gitlab-fleet: GITLAB_TOKEN is /,
        );
        const { err } = await runCli(["doctor", "--config", "ssh://vm-01.invalid/etc/gitlab-runner/config.toml"]);
        expect(err).to.contain("Correct the host in --config.").and.not.contain("ssh.host");
    });
});
