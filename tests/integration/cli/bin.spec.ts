import { execFileSync, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";

const root = path.resolve(__dirname, "../../..");

describe("bin/gitlab-fleet.js", () => {
    before(function () {
        this.timeout(60_000);
        execFileSync(process.execPath, ["dev/scripts/build.mjs"], { cwd: root });
    });

    const command = (argv: string[], input = "") =>
        spawnSync(path.join(root, "node_modules/.bin/gitlab-fleet"), argv, {
            encoding: "utf8",
            input,
            cwd: "/",
            env: { PATH: process.env.PATH },
        });

    it("runs by itself from any folder, with the exit codes that scripts use", () => {
        expect(command(["--help"])).to.include({ status: 0, stderr: "" });
        expect(
            command(["doctor", "--config", "-"], "[[runners]]\n  token = 'GR1348941abcdefghijkl'\n").status,
        ).to.equal(1);
        expect(command(["nonsense"])).to.include({ status: 2, stdout: "" });
    });

    it("has no part of Pulumi in it, which would make it slow to start", () => {
        const began = performance.now();
        command(["--version"]);
        // Ten times what it takes on an idle machine.
        expect(performance.now() - began).to.be.lessThan(2000);
    });

    it("says in a sentence that what it prints cannot be written", function () {
        if (!fs.existsSync("/dev/full")) this.skip();
        const { stderr, status } = spawnSync(
            "sh",
            ["-c", `"${path.join(root, "bin/gitlab-fleet.js")}" --help >/dev/full`],
            {
                encoding: "utf8",
            },
        );
        expect([stderr, status]).to.deep.equal(["gitlab-fleet: standard output cannot be written (ENOSPC).\n", 2]);
    });

    it("names the plugins of a clone so that they are found from a project behind a link", () => {
        const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "behind-")));
        const project = path.join(folder, "a/b/c");
        fs.mkdirSync(project, { recursive: true });
        fs.symlinkSync(project, path.join(folder, "link"));
        fs.writeFileSync(path.join(project, "Pulumi.yaml"), "name: mine\nruntime: yaml\n");
        const { status, stderr } = command(["plugins", "--project", path.join(folder, "link")]);
        expect([status, stderr]).to.deep.equal([0, ""]);
        const [, named = ""] = /path: (.+)/.exec(fs.readFileSync(path.join(project, "Pulumi.yaml"), "utf8")) ?? [];
        expect(fs.readdirSync(path.resolve(project, named))).to.include("plugin.js");
        fs.rmSync(folder, { recursive: true });
    });

    it("ends quietly when nobody reads on", () => {
        const { stderr } = spawnSync("sh", ["-c", `"${path.join(root, "bin/gitlab-fleet.js")}" --help | head -1`], {
            encoding: "utf8",
        });
        expect(stderr).to.equal("");
    });
});
