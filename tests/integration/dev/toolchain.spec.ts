import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { root } from "../../../dev/scripts/pulumi";

describe("dev/scripts/toolchain.mjs", () => {
    let folder: string;

    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "toolchain-"));
        for (const part of ["scripts", "toolchain/pulumi", "toolchain/gitlab-runner"]) {
            fs.cpSync(path.join(root, "dev", part), path.join(folder, "dev", part), { recursive: true });
        }
    });
    afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

    /** Runs it in a clone with nothing built, on a machine that has these programs and no Go. */
    function run(programs: Record<string, string>, ...args: string[]) {
        const bin = path.join(folder, "path");
        fs.mkdirSync(bin, { recursive: true });
        for (const [name, says] of Object.entries(programs)) {
            fs.writeFileSync(path.join(bin, name), `#!/bin/sh\necho '${says}'\n`, { mode: 0o755 });
        }
        const { status, stderr } = spawnSync(process.execPath, ["dev/scripts/toolchain.mjs", ...args], {
            cwd: folder,
            env: { PATH: `${bin}:/bin` },
            encoding: "utf8",
        });
        return { status, stderr };
    }

    it("uses a recent Pulumi and, for the demo, a recent gitlab-runner of this machine, and says which", () => {
        const programs = {
            pulumi: "v3.230.0",
            "pulumi-language-nodejs": "",
            "gitlab-runner": "Version:      19.2.1",
        };
        const { status, stderr } = run(programs, "--any", "pulumi", "gitlab-runner");
        expect(status, stderr).to.equal(0);
        expect(stderr).to.equal(
            ["pulumi", "gitlab-runner"].map((name) => `  ${name}: using ${folder}/path/${name}\n`).join(""),
        );
    });

    it("takes no old one, and none but its own gitlab-runner for tests", () => {
        for (const [version, ...args] of [["18.9.0", "--any"], ["19.2.1"]]) {
            const { status, stderr } = run({ "gitlab-runner": `Version: ${version}` }, ...args, "gitlab-runner");
            expect(status).to.equal(1);
            expect(stderr).to.contain("gitlab-runner has to be built, and there is no Go.");
        }
    });

    it("says first what has to be built, and how long that may take", () => {
        const { stderr } = run({}, "pulumi", "gitlab-runner");
        expect(stderr).to.match(
            /^To be built once, .*: pulumi, gitlab-runner\. At most about \d+ minutes on this machine/,
        );
    });
});
