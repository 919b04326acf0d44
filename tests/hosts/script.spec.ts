import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { scriptFor } from "../../hosts/ssh/script";
import { hasShell } from "../helpers/shell-hosts";

describe("the disk of a host", () => {
    let folder: string;

    beforeEach(function () {
        if (!hasShell("sh")) this.skip();
        folder = fs.mkdtempSync(join(tmpdir(), "disk-"));
    });
    afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

    const [MOST, MORE] = [2n ** 63n - 1n, 2n ** 64n - 1n];
    // Block size, blocks, free ones, those for all users, files, free ones.
    for (const [title, says, isFull] of [
        ["with room is not full", "4096 1000 100 90 1000 500", false],
        ["with less than 64 KiB is full", "4096 1000 15 15 1000 500", true],
        ["whose last blocks are root's is full for others, and not for root", "4096 1000 100 0 1000 500", "others"],
        ["with room for bytes and not for files is full", "4096 1000 100 90 1000 7", true],
        ["with 64 KiB is not full", "4096 1000 16 16 1000 500", false],
        ["whose blocks are larger than 64 KiB is full without any", "131072 1000 0 0 1000 500", true],
        ["that counts no files, as Btrfs, is not full", "4096 1000 100 90 0 0", false],
        ["that tells no size, as some network file systems, is not full", "4096 0 0 0 0 0", false],
        ["that tells no size of a block is not full", "0 1000 0 0 0 0", false],
        ["that is larger than anybody's is not full", "1048576 4294967296 4294967296 4294967296 1000 500", false],
        ["as large as a shell counts is not full", `4096 ${MOST} ${MOST} ${MOST} 0 0`, false],
        [
            "larger than a shell counts, as stores of objects say, is not full",
            `4096 ${MORE} ${MORE} ${MORE} 0 0`,
            false,
        ],
        ["of which stat does not tell, as BSD's, is not full", "-c", false],
        ["of which stat tells something else is not full", "4096 1000 $(id) * 1000 500", false],
    ] as const) {
        it(title, () => {
            fs.writeFileSync(join(folder, "stat"), `#!/bin/sh\nprintf '%s\\n' '${says}'\n`, { mode: 0o755 });
            for (const user of [0, 1000]) {
                const script = scriptFor("B").replace("U=$(id -u)", `U=${user}`);
                const { stdout } = spawnSync("sh", ["-c", script], {
                    input: `look\n${folder}\n0\n`,
                    env: { PATH: `${folder}:${process.env.PATH}` },
                    encoding: "utf8",
                });
                const expected = isFull === "others" ? user !== 0 : isFull;
                expect(/^B trouble (.*)$/m.exec(stdout)?.[1]).to.equal(
                    expected ? "No space left on device" : undefined,
                );
                expect(stdout).to.match(/^B done/m);
            }
        });
    }
});

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
