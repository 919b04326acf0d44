import { execFileSync, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { needReadable, writePage } from "../../cli/files";
import { runCli } from "./helpers";

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

describe("a file that a command is to write", () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "files-"));
    const file = path.join(folder, "file");
    const writeOver = (earlier: string, text: string) => {
        fs.writeFileSync(file, earlier);
        writePage(file, text);
        return fs.readFileSync(file, "utf8");
    };
    after(() => fs.rmSync(folder, { recursive: true }));

    it("stays if it is not one of its kind, such as a stack's file with its secrets", async () => {
        const others = [
            "config:\n  gitlab:token: { secure: v1:x }\n",
            "# yaml-language-server\n",
            '{\n  "name": "fleet"\n}\n',
        ];
        for (const other of others) {
            for (const text of ["<!doctype html>\n", '{\n  "$schema": "x"\n}\n', "### Fleet dev\n", "[]\n"])
                expect(() => writeOver(other, text), text).to.throw(
                    /another file than this command writes, so it stays/,
                );
            const { code, err } = await runCli(["schema", file]);
            expect([code, err]).to.deep.equal([
                2,
                `gitlab-fleet: ${file} is another file than this command writes, so it stays. Choose another place.\n`,
            ]);
            expect(fs.readFileSync(file, "utf8")).to.equal(other);
        }
    });

    it("is written over if it is an earlier one, or empty", () => {
        const pairs = [
            ["", "### Fleet dev\n"],
            ["### Fleet prod: nothing changes\n", "### Fleet dev\n"],
            ["<!doctype html>\n<p>1", "<!doctype html>\n<p>2"],
            ['{"create":1}\n', '{"create":2}\n'],
            ["[]\n", '[{"description":"x"}]\n'],
        ] as const;
        for (const [earlier, text] of pairs) expect(writeOver(earlier, text)).to.equal(text);
    });
});
