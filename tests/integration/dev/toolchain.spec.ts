import { spawnSync } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
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

    describe("Pulumi's own release", () => {
        let server: Server;
        let downloads: string;
        beforeEach(async () => {
            server = createServer((_, response) => response.end()).listen(0, "127.0.0.1");
            await once(server, "listening");
            downloads = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
        });
        afterEach(() => server.close());

        /** An npm whose package `pulumi` downloads this version, with these programs. */
        const fetchWith = async (version: string, programs: string[], from = downloads) => {
            const { fetchRelease } = await import(path.join(root, "dev/scripts/pulumi-release.mjs"));
            const npm = path.join(folder, "npm");
            const files = programs.map((name) => `touch "$PULUMI_HOME/versions/3.259.0/bin/${name}"`);
            const lines = ['mkdir -p "$PULUMI_HOME/versions/3.259.0/bin"', ...files, `echo v${version}`];
            fs.writeFileSync(npm, `#!/bin/sh\n${lines.join("\n")}\n`, { mode: 0o755 });
            return fetchRelease("3.259.0", ["pulumi", "pulumi-language-nodejs"], path.join(folder, "home"), {
                downloads: from,
                npm,
            });
        };

        it("is taken where npm's package can download it", async () => {
            const found = await fetchWith("3.259.0", ["pulumi", "pulumi-language-nodejs"]);
            expect(found).to.equal(path.join(folder, "home/versions/3.259.0/bin"));
        });

        it("is left where its server does not answer, another version came, or a program is missing", async () => {
            expect(await fetchWith("3.259.0", ["pulumi", "pulumi-language-nodejs"], "http://127.0.0.1:1/")).to.equal(
                undefined,
            );
            expect(await fetchWith("3.200.0", ["pulumi", "pulumi-language-nodejs"])).to.equal(undefined);
            fs.rmSync(path.join(folder, "home"), { recursive: true });
            expect(await fetchWith("3.259.0", ["pulumi"])).to.equal(undefined);
        });
    });

    it("says first what has to be built, and how long that may take", () => {
        const { stderr } = run({}, "pulumi", "gitlab-runner");
        expect(stderr).to.match(
            /^To be built once, .*: pulumi, gitlab-runner\. At most about \d+ minutes on this machine/,
        );
    });
});
