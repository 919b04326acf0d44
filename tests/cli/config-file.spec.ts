import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { runCli } from "./helpers";

describe("--config", () => {
    let folder: string;
    const at = (name: string) => join(folder, name);

    beforeEach(() => {
        folder = fs.mkdtempSync(join(tmpdir(), "config-file-"));
    });
    afterEach(() => fs.rmSync(folder, { recursive: true }));

    it("takes a regular file, and says of anything else what it is and what to do", async () => {
        execFileSync("mkfifo", [at("fifo")]);
        fs.writeFileSync(at("sparse"), "");
        fs.truncateSync(at("sparse"), 2 ** 30);
        const table: Record<string, string> = {
            [at("fifo")]: "is a FIFO, not a regular file. To read what a program prints, pipe it into --config -.",
            "/dev/zero": "is a device, not a regular file. To read what a program prints, pipe it into --config -.",
            [folder]: "is a directory, not a regular file (EISDIR). Name the config.toml in it.",
            [at("sparse")]: "is larger than 8 MiB (EFBIG).",
            [at("missing")]: "cannot be read (ENOENT). Correct the path.",
        };
        const env = { GITLAB_BASE_URL: "http://127.0.0.1:1", GITLAB_TOKEN: "glpat-aaaaaaaaaaaaaaaaaaaa" };
        for (const [file, text] of Object.entries(table)) {
            for (const command of ["doctor", "import"]) {
                const { code, err } = await runCli([command, "--config", file], { env });
                expect(code, file).to.equal(2);
                expect(err).to.contain(`--config ${file} ${text}`);
            }
        }
    });

    it("reads no identity out of a FIFO beside it either", async () => {
        fs.writeFileSync(at("config.toml"), "concurrent = 1\n");
        execFileSync("mkfifo", [at(".runner_system_id")]);
        const { err } = await runCli(["doctor", "--config", at("config.toml")]);
        expect(err).to.not.contain("runner_system_id");
    });
});
