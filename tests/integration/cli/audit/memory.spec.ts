import { execFile } from "node:child_process";
import * as path from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { root } from "../../../../dev/scripts/pulumi";
import { addRunner, type Sandbox, startSandbox } from "../../../../sandbox";

describe("gitlab-fleet audit of 10,000 runners, in a process of its own", function () {
    this.timeout(60_000);
    let sandbox: Sandbox;

    before(async () => {
        sandbox = await startSandbox({
            seed: {
                users: [{ username: "root", admin: true }],
                tokens: [{ name: "root", user: "root", scopes: ["read_api"] }],
            },
        });
        for (let count = 0; count < 10_000; count++) {
            addRunner(sandbox.db, {
                runnerType: "instance_type",
                description: `my-runner ${count % 5000}`,
                tagList: ["docker", "linux"],
                maintenanceNote: "registered by a script on some machine, nobody knows which one".repeat(15),
            });
        }
    });
    after(() => sandbox.close());

    it("keeps no page of them: it does with a heap of 24 MB, which the pages alone would fill", async () => {
        const run = promisify(execFile);
        await run(process.execPath, [path.join(root, "dev/scripts/build.mjs")], { cwd: root });
        // A heap that overflows ends the process by a signal; 1 is the exit code of findings.
        const command = ["--max-old-space-size=24", path.join(root, "bin/gitlab-fleet.js"), "audit", "--instance"];
        const env = { GITLAB_BASE_URL: `${sandbox.url}/api/v4/`, GITLAB_TOKEN: sandbox.tokens.root };
        const ended = await run(process.execPath, command, { env }).catch((error) => error);
        expect(ended.code, ended.stderr).to.equal(1);
        expect(ended.stdout).to.match(/10[^\d]?000/);
    });
});
