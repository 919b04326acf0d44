import { expect } from "chai";
import { skipWithout } from "../../helpers/needs";
import { sandboxFor } from "../../sandbox/client";
import { runPython } from "./python-venv";

describe("PyPI's python-gitlab", () => {
    before(function () {
        skipWithout("python", this);
    });
    const sandbox = sandboxFor();

    it("creates, changes, lists and deletes runners and allowlist entries, and gets the errors it expects", async function () {
        // The first run installs it.
        this.timeout(120_000);
        const { url, tokens } = sandbox();
        const output = await runPython("python_gitlab.py", [url, tokens.owner!, tokens.root!, tokens.stranger!]);
        expect(output.trim()).to.equal("ok");
    });
});
