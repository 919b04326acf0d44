import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { scriptFor } from "../../hosts/ssh/script";
import { hasShell } from "../helpers/shell-hosts";

/** As on macOS and FreeBSD, where no path leads to what is open. */
describe("the script on a host without /proc", () => {
    let folder: string;

    beforeEach(function () {
        if (!hasShell("sh")) this.skip();
        folder = fs.mkdtempSync(join(tmpdir(), "no-proc-"));
    });
    afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

    it("copies a file aside once, and for its owner to read", () => {
        fs.writeFileSync(join(folder, "it"), "text", { mode: 0o640 });
        const script = scriptFor("B").replaceAll("/proc/self/fd", "/no/proc");
        const aside = `aside none\n${folder}/it\nit.before\n`;
        const { stdout } = spawnSync("sh", ["-c", script], {
            input: `change\n2\n${aside}${aside}`,
            encoding: "utf8",
        });
        expect(stdout.match(/^B copy .*/gm)).to.deep.equal(Array(2).fill(`B copy ${folder}/it.before`));
        expect(fs.statSync(join(folder, "it.before")).mode & 0o777).to.equal(0o600);
        expect(fs.readFileSync(join(folder, "it.before"), "utf8")).to.equal("text");
    });
});
