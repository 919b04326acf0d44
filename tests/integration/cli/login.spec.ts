import * as fs from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { type Sandbox, startSandbox } from "../../../sandbox";
import { runCli } from "../../cli/helpers";
import { SELF_SIGNED } from "../../helpers/self-signed";

describe("how the command reaches GitLab", () => {
    let folder: string;
    let sandbox: Sandbox;

    before(async () => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "login-"));
        sandbox = await startSandbox({
            seed: {
                users: [{ username: "root", admin: true }],
                tokens: [{ name: "root", user: "root", scopes: ["api"] }],
            },
        });
    });
    after(async () => {
        await sandbox.close();
        fs.rmSync(folder, { recursive: true });
    });

    /** A `pulumi` that knows one stack's configuration. */
    const withPulumi = (config: object, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => {
        const program = path.join(folder, "pulumi");
        const known = JSON.stringify(config);
        fs.writeFileSync(
            program,
            `#!/bin/sh\ncase "$1 $2" in "config --show-secrets") echo '${known}' ;; *) echo '{"deployment":{}}' ;; esac\n`,
            { mode: 0o755 },
        );
        return { PATH: `${folder}:${process.env.PATH}`, ...more };
    };
    const stack = () => ({
        "gitlab:baseUrl": { value: `${sandbox.url}/api/v4/`, secret: false },
        "gitlab:token": { value: sandbox.tokens.root, secret: true },
        "gitlab-fleet:runners": { value: "{}" },
    });

    it("is by the address and the token of the stack that it names, where the environment has no token", async () => {
        const { code, err, out } = await runCli(["audit", "--stack", "prod"], { env: withPulumi(stack()) });
        expect(err).to.equal("");
        expect(code, out).to.equal(0);
    });

    it("is by the one stack that access names, and scan asks none where it has a token", async () => {
        const group = ["access", "scan", "--group", "apps"];
        for (const args of [["access", "who", "1"], group]) {
            const { err } = await runCli([...args, "--stack", "prod"], { env: withPulumi(stack()) });
            expect(err, args.join(" ")).to.contain("404");
        }
        const nowhere = await runCli([...group, "--stack", "acme/fleet/elsewhere"], { env: withPulumi(stack()) });
        expect(nowhere.err, "the stack's file is there for --check alone").to.contain("404");
        const env = { GITLAB_BASE_URL: `${sandbox.url}/api/v4/`, GITLAB_TOKEN: sandbox.tokens.root };
        expect((await runCli([...group, "--stack", "prod"], { env: withPulumi({}, env) })).err).to.contain(
            "Add --check",
        );
        const two = await runCli([...group, "--check", "--stack", "prod", "--stack", "dev"], {
            env: withPulumi(stack()),
        });
        expect(two.err).to.contain("GITLAB_TOKEN is not set");
    });

    it("is by the environment first, and asks no stack then", async () => {
        const env = withPulumi({}, { GITLAB_BASE_URL: `${sandbox.url}/api/v4/`, GITLAB_TOKEN: sandbox.tokens.root });
        expect((await runCli(["audit", "--stack", "prod"], { env })).code).to.equal(0);
        const none = await runCli(["audit", "--stack", "prod"], { env: withPulumi({}) });
        expect(none.err).to.contain("GITLAB_TOKEN is not set");
    });

    it("sends the environment's token to the GitLab of the stack that it names, where no address is said", async () => {
        const env = withPulumi(stack(), { GITLAB_TOKEN: sandbox.tokens.root });
        expect((await runCli(["audit", "--stack", "prod"], { env })).code).to.equal(0);
        const other = await runCli(["audit", "--stack", "prod", "--gitlab", "http://127.0.0.1:9"], { env });
        expect(other.err).to.contain("http://127.0.0.1:9");
    });

    it("sends a stack's token to the stack's GitLab, whatever address the environment names", async () => {
        const env = withPulumi(stack(), { GITLAB_BASE_URL: "http://127.0.0.1:9/api/v4/" });
        expect((await runCli(["audit", "--stack", "prod"], { env })).code).to.equal(0);
    });

    it("trusts an authority of one's own by --cacert, anybody by --insecure, and says so where neither is given", async () => {
        const server = createServer(SELF_SIGNED, (_, response) => {
            response.writeHead(200, { "content-type": "application/json" }).end("{}");
        });
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
        const cert = path.join(folder, "ca.pem");
        fs.writeFileSync(cert, SELF_SIGNED.cert);
        const audit = (...more: string[]) =>
            runCli(["audit", "--group", "apps", "--gitlab", url, ...more], {
                env: { GITLAB_TOKEN: "glpat-abcdefghijklmnopqrst" },
            });
        try {
            expect((await audit()).err)
                .to.contain("its TLS certificate is not trusted")
                .and.contain("--cacert");
            for (const more of [["--cacert", cert], ["--insecure"]]) {
                expect((await audit(...more)).err).to.not.contain("certificate");
            }
        } finally {
            server.closeAllConnections();
            server.close();
        }
    });
});
