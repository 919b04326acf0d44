import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { root } from "../../../dev/scripts/pulumi";
import { sandboxFor } from "../../sandbox/client";

const run = promisify(execFile);

describe("GitLab's client-go", () => {
    const sandbox = sandboxFor();

    it("makes, changes, lists, pauses and deletes runners and allowlist entries, and gets the errors it expects", async () => {
        const { url, tokens } = sandbox();
        const program = path.join(root, ".cache/bin/gitlab-client-go");
        const { stdout } = await run(program, [url, tokens.owner!, tokens.stranger!]);
        expect(stdout.trim()).to.equal("ok");
    });
});
