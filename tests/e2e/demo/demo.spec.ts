import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { root } from "../../../dev/scripts/pulumi";

describe("make demo", () => {
    let output: string;
    let took: { real: number; cpu: number };

    before(() => {
        const shown = spawnSync("bash", ["-c", "TIMEFORMAT='took %R %U %S'; time make --no-print-directory demo"], {
            cwd: root,
            encoding: "utf8",
        });
        expect(shown.status, shown.stderr).to.equal(0);
        output = shown.stdout;
        const [real, user, system] = /^took (\S+) (\S+) (\S+)$/m.exec(shown.stderr)!.slice(1).map(Number);
        took = { real: real!, cpu: user! + system! };
    });

    it("ends with `demo: ok`, and takes less than a minute of one core when everything is built", () => {
        expect(output.trimEnd().split("\n").at(-1)).to.equal("demo: ok");
        expect(took.cpu).to.be.below(60);
        // Other tests run beside it.
        expect(took.real).to.be.below(180);
    });

    it("writes what it shows as .demo/report.json", () => {
        const report = JSON.parse(fs.readFileSync(path.join(root, ".demo", "report.json"), "utf8"));
        expect(report.before.runners).to.have.lengthOf(12);
        expect(report.before.workers).to.deep.equal(Array(12).fill("my-runner"));
        expect(report.before.allowlist).to.deep.equal([]);
        expect(report.after.runners).to.have.lengthOf(1);
        expect(report.after.runners[0].description).to.equal("my-runner");
        expect(report.after.workers).to.deep.equal(["my-runner"]);
        expect(report.after.allowlist).to.deep.equal(["apps/etl", "apps/web"]);
        expect(report.secondPreview).to.equal("no changes");
    });

    it("shows the 403 of the first story before, and a job of the real gitlab-runner after", () => {
        expect(output).to.match(/Checking for jobs\.\.\. forbidden/);
        expect(output).to.match(/Job succeeded/);
    });

    it("prints no colours into a pipe, and no token", () => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what a colour is
        expect(output).to.not.match(/\x1b\[/);
        expect(output).to.not.match(/gl(rt|pat)-[\w-]{12,}/);
    });
});
