import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { root } from "../../dev/scripts/pulumi";

/** What this Node.js says of itself under `node --require`. */
const OLD = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "18.20.8" } });`;

const PROGRAMS: Record<string, string[]> = {
    "the command": ["bin/gitlab-fleet.js", "audit", "--group", "apps"],
    "the plugin": ["provider/bin/start.cjs", "gitlab"],
    "the policy pack": ["policies/bin/index.js"],
};

describe("a Node.js that is too old", () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "too-old-"));
    const preload = path.join(folder, "old.cjs");

    before(() => fs.writeFileSync(preload, OLD));
    after(() => fs.rmSync(folder, { recursive: true }));

    for (const [title, args] of Object.entries(PROGRAMS)) {
        it(`is named by ${title} before anything is done`, () => {
            const options = { cwd: root, encoding: "utf8", timeout: 60_000 } as const;
            const { status, stdout, stderr } = spawnSync(process.execPath, ["--require", preload, ...args], options);
            expect(stderr).to.match(/^gitlab-fleet \S+ needs Node.js 20\.\d+\.\d+ or newer \(this is 18\.20\.8\)\./);
            expect([stdout, status]).to.deep.equal(["", args.includes("audit") ? 2 : 1]);
        });
    }
});
