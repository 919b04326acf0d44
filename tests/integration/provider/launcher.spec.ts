import { execFileSync, spawn, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import * as grpc from "@grpc/grpc-js";
import type { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { expect } from "chai";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { packages } from "../../../provider/packages";

const BIN = resolve(__dirname, "../../../provider/bin");
const LIMIT = 400;

/** Starts a launcher as the engine does, and waits for the port. */
async function start(name: string) {
    const began = performance.now();
    const child = spawn(join(BIN, name), ["127.0.0.1:1"], { stdio: ["ignore", "pipe", "inherit"] });
    const line = await new Promise<string>((done) => child.stdout.once("data", (chunk) => done(String(chunk))));
    return { child, line, took: performance.now() - began };
}

describe("launchers", function () {
    this.timeout(30_000);
    before(() => {
        execFileSync(process.execPath, [resolve(__dirname, "../../../dev/scripts/build.mjs")]);
    });

    for (const name of ["gitlab", "gitlab-fleet"]) {
        it(`pulumi-resource-${name} announces its port within ${LIMIT} ms and answers there`, async () => {
            const times: number[] = [];
            let bare = Number.POSITIVE_INFINITY;
            // On a machine that is busy with something else even Node.js alone is slow: then three times that is allowed.
            const isFast = (time: number) => time <= Math.max(LIMIT, 3 * bare);
            for (let i = 0; i < 5 && !times.some(isFast); i++) {
                const { child, line, took } = await start(`pulumi-resource-${name}`);
                times.push(Math.round(took));
                expect(line).to.match(/^\d+\n$/);
                const client = new ResourceProviderClient(
                    `127.0.0.1:${line.trim()}`,
                    grpc.credentials.createInsecure(),
                );
                const info = await new Promise<PluginInfo>((done, fail) =>
                    client.getPluginInfo(new Empty(), (error, answer) => (error === null ? done(answer) : fail(error))),
                );
                client.close();
                child.kill();
                expect(info.getVersion()).to.equal(packages[name]!.version);
                const began = performance.now();
                spawnSync(process.execPath, ["-e", "0"]);
                bare = Math.min(bare, performance.now() - began);
            }
            expect(
                times.some(isFast),
                `starts took ${times.join(", ")} ms, bare Node.js ${Math.round(bare)} ms`,
            ).to.equal(true);
        });

        it(`pulumi-resource-${name} says what to run when the plugin is not built`, () => {
            const folder = fs.mkdtempSync(join(tmpdir(), "launcher-"));
            fs.copyFileSync(join(BIN, `pulumi-resource-${name}`), join(folder, "start"));
            const { status, stderr } = spawnSync(join(folder, "start"), { encoding: "utf8" });
            fs.rmSync(folder, { recursive: true });
            expect(status).to.equal(1);
            expect(stderr).to.contain("is missing. Run: npm ci");
        });

        it(`pulumi-resource-${name} has a twin for Windows that starts the same`, () => {
            const [sh, cmd] = ["", ".cmd"].map((end) =>
                fs.readFileSync(join(BIN, `pulumi-resource-${name}${end}`), "utf8"),
            );
            expect(sh).to.contain(`start.cjs" ${name} "$@"`);
            expect(cmd).to.contain(`start.cjs" ${name} %*`).and.to.contain("\r\n");
        });
    }

    it("starts without the compiled form of the plugin too, and makes it for the next start", async () => {
        const folder = fs.mkdtempSync(join(tmpdir(), "launcher-"));
        for (const file of ["plugin.js", "start.cjs", "pulumi-resource-gitlab"]) {
            fs.copyFileSync(join(BIN, file), join(folder, file));
        }
        const compiled = () => fs.readdirSync(folder).filter((file) => file.endsWith(".cache"));
        const child = spawn(join(folder, "pulumi-resource-gitlab"), { stdio: ["ignore", "pipe", "inherit"] });
        const line = await new Promise<string>((done) => child.stdout.once("data", (chunk) => done(String(chunk))));
        expect(line).to.match(/^\d+\n$/);
        for (let i = 0; i < 100 && compiled().length === 0; i++) await new Promise((done) => setTimeout(done, 100));
        child.kill();
        const made = compiled();
        fs.rmSync(folder, { recursive: true });
        expect(made).to.have.lengthOf(1);
    });

    it("says which packages there are when it is started for another", () => {
        const { status, stderr } = spawnSync(process.execPath, [join(BIN, "plugin.js"), "github"], {
            encoding: "utf8",
        });
        expect(status).to.equal(1);
        expect(stderr).to.equal('Which package? One of gitlab, gitlab-fleet (got "github").\n');
    });

    it("ends when whoever started it is gone", async () => {
        const starter = `const { spawn } = require("node:child_process");
            const child = spawn(${JSON.stringify(join(BIN, "pulumi-resource-gitlab"))}, { stdio: ["ignore", "pipe", "ignore"] });
            child.stdout.once("data", () => { console.log(child.pid); process.kill(process.pid, "SIGKILL"); });`;
        const pid = Number(spawnSync(process.execPath, ["-e", starter], { encoding: "utf8" }).stdout);
        expect(pid).to.be.greaterThan(1);
        const isAlive = () => {
            try {
                // An orphan that ended may wait for its new parent to notice: that counts as ended.
                return process.kill(pid, 0) && !fs.readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
            } catch {
                return false;
            }
        };
        for (let i = 0; i < 50 && isAlive(); i++) {
            await new Promise((done) => setTimeout(done, 100));
        }
        expect(isAlive()).to.equal(false);
    });

    it("builds nothing while nothing changed", () => {
        const began = performance.now();
        const output = execFileSync(process.execPath, [resolve(__dirname, "../../../dev/scripts/build.mjs")], {
            encoding: "utf8",
        });
        expect(output).to.equal("");
        expect(performance.now() - began).to.be.lessThan(2000);
    });

    it("forgets what was built once and is no more: a program that finds something out of date does not start", () => {
        const stamps = resolve(__dirname, "../../../.cache/build.json");
        const built = JSON.parse(fs.readFileSync(stamps, "utf8"));
        fs.writeFileSync(stamps, JSON.stringify({ ...built, "provider/bin/once.js": { "provider/once.ts": "1:1" } }));
        execFileSync(process.execPath, [resolve(__dirname, "../../../dev/scripts/build.mjs")]);
        expect(JSON.parse(fs.readFileSync(stamps, "utf8"))).to.deep.equal(built);
    });
});
