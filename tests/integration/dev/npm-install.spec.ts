import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { root } from "../../../dev/scripts/pulumi";

// Says when it begins, and takes its time. What another one has put there meanwhile, it takes away, as npm does.
const NPM = `#!/bin/sh
echo begins >>"$LOG"
rm -rf node_modules
sleep 0.5
mkdir node_modules
echo ends >>"$LOG"
`;

describe("dev/scripts/npm-install.mjs", () => {
    let folder: string;
    let log: string;

    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "npm-install-"));
        log = path.join(folder, "log");
        fs.mkdirSync(path.join(folder, "bin"));
        fs.writeFileSync(path.join(folder, "bin/npm"), NPM, { mode: 0o755 });
        fs.writeFileSync(path.join(folder, "package-lock.json"), "{}");
        fs.cpSync(path.join(root, "dev/scripts/npm-install.mjs"), path.join(folder, "dev/scripts/npm-install.mjs"));
    });
    afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

    async function install(): Promise<unknown> {
        const env = { PATH: `${folder}/bin:/bin:/usr/bin`, LOG: log };
        const made = spawn(process.execPath, ["dev/scripts/npm-install.mjs"], { cwd: folder, env, stdio: "ignore" });
        return (await once(made, "exit"))[0];
    }
    const said = () => fs.readFileSync(log, "utf8").trim().split("\n");

    it("installs once for all who ask at the same time", async () => {
        expect(await Promise.all([install(), install(), install()])).to.deep.equal([0, 0, 0]);
        expect(said()).to.deep.equal(["begins", "ends"]);
        expect(await install()).to.equal(0);
        expect(said()).to.have.lengthOf(2);
    });

    it("waits for nobody who has ended without a word", async () => {
        const ended = spawn(process.execPath, ["--eval", ""]);
        await once(ended, "exit");
        fs.mkdirSync(path.join(folder, ".cache"));
        fs.writeFileSync(path.join(folder, ".cache/npm-install.pid"), String(ended.pid));
        expect(await install()).to.equal(0);
        expect(said()).to.deep.equal(["begins", "ends"]);
    });
});
