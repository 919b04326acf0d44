import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { directorySite } from "../../../dev/demo/directory";
import type { SandboxProcess } from "../../../dev/demo/sandbox-process";
import { root } from "../../../dev/scripts/pulumi";

describe("a machine that has gitlab-runner on PATH, and none of our own", () => {
    let folder: string;
    const PATH = process.env.PATH;
    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "on-path-"));
        process.env.PATH = `${folder}/bin:${PATH}`;
        fs.mkdirSync(`${folder}/bin`);
    });
    afterEach(() => {
        process.env.PATH = PATH;
        fs.rmSync(folder, { recursive: true, force: true });
    });

    const program = (name: string, script: string) =>
        fs.writeFileSync(`${folder}/bin/${name}`, `#!/bin/sh\n${script}\n`, { mode: 0o755 });

    it("runs the demo with it", async () => {
        program("gitlab-runner", 'echo "this is $0"');
        const place = await directorySite(folder).begin({ url: "http://127.0.0.1:1" } as SandboxProcess);
        const line = await place.log.waitFor(/./, 20).finally(() => place.log.stop());
        expect(line).to.equal(`this is ${folder}/bin/gitlab-runner`);
    });

    it("puts it into the demo's images", () => {
        program("gitlab-runner", "echo ours");
        program("busybox", "echo sh");
        program("docker", '[ "$1" = import ] && cat >>"$SEEN"');
        fs.cpSync(path.join(root, "dev/toolchain/images"), `${folder}/dev/toolchain/images`, { recursive: true });
        const { status, stderr } = spawnSync("bash", [`${folder}/dev/toolchain/images/images.sh`], {
            env: { PATH: `${folder}/bin:/usr/bin:/bin`, SEEN: `${folder}/seen` },
            encoding: "utf8",
        });
        expect(status, stderr).to.equal(0);
        expect(fs.readFileSync(`${folder}/seen`, "utf8")).to.contain("echo ours");
    });
});
