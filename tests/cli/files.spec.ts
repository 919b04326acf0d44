import { execFileSync, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { needReadable } from "../../cli/files";

describe("a file that an option names", () => {
    it("is still there after a look whether it can be read, also where a shell hands it over once", () => {
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "files-"));
        const pipe = path.join(folder, "ca.pem");
        execFileSync("mkfifo", [pipe]);
        // A second text for whoever would read again, who would else wait for ever.
        const writer = spawn("sh", ["-c", 'echo one > "$0"; sleep 0.3; exec echo two > "$0"', pipe], {
            detached: true,
        });
        try {
            needReadable("--cacert", pipe);
            expect(fs.readFileSync(pipe, "utf8")).to.equal("one\n");
        } finally {
            process.kill(-writer.pid!);
            fs.rmSync(folder, { recursive: true });
        }
    });

    it("that is not there, or is a folder, is told by the option's name", () => {
        expect(() => needReadable("--cacert", "/nowhere.pem")).to.throw(
            "--cacert /nowhere.pem cannot be read (ENOENT). Correct the path.",
        );
        expect(() => needReadable("--cacert", os.tmpdir())).to.throw("cannot be read (EISDIR). Correct the path.");
    });
});
