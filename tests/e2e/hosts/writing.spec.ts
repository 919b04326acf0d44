import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import type { Props } from "../../../core/props";
import { hashOf, type Operation } from "../../../hosts/host";
import { closeHosts, hostOf } from "../../../hosts/hosts";
import type { SshOptions } from "../../../hosts/ssh/address";
import { HostProblem } from "../../../hosts/ssh/problems";
import { isRoot } from "../../helpers/as-user";
import { skipWithout } from "../../helpers/needs";
import { type Plugin, startPlugin } from "../../helpers/plugin";
import { rejection } from "../../helpers/rejection";
import { startWire, startWorld, type TestHost, type World } from "./world";

const TOKEN = "glrt-verysecrettoken000000";
const OLD = `concurrent = 1\n[[runners]]\ntoken = "${TOKEN}"\n`;
/** As large as the file of a hundred workers. */
const NEW = `concurrent = 2\n${OLD.slice(15).repeat(400)}`;

describe("a file written on a host by ssh", () => {
    let world: World;
    let host: TestHost;
    let watching: ChildProcess | undefined;
    const file = () => path.join(host.folder, "config.toml");
    const read = () => fs.readFileSync(file(), "utf8");
    const names = () => fs.readdirSync(host.folder).sort();
    const write = (text: string, more: object = {}): Operation => ({
        do: "write",
        path: file(),
        text,
        secret: true,
        ...more,
    });
    const change = (options: SshOptions, operation: Operation) => hostOf(options).change([operation]);
    const until = async (holds: () => boolean) => {
        for (let tries = 0; tries < 200 && !holds(); tries++) await new Promise((done) => setTimeout(done, 25));
    };

    before(async function () {
        skipWithout("sshd", this);
        if (!isRoot) this.skip();
        world = startWorld();
        // Each session writes down which process its shell is.
        host = await world.host({ login: `echo $$ >>${world.folder}/shells; exec sh -s` });
    });
    beforeEach(() => {
        for (const name of names()) fs.rmSync(path.join(host.folder, name), { recursive: true });
        fs.writeFileSync(file(), OLD, { mode: 0o600 });
    });
    afterEach(() => {
        closeHosts();
        watching?.kill();
    });
    after(() => world?.close());

    it("is the old one or the new one wherever the connection is cut, and nothing else stays there", async () => {
        const wire = await startWire(host.port);
        const options = {
            ...host.options,
            port: wire.port,
            knownHosts: host.known.replace(/:\d+/, `:${wire.port}`),
        };
        try {
            await change(options, write(NEW));
            closeHosts();
            const all = wire.sent();
            const seen = { old: 0, new: 0 };
            // Everywhere in the write, and most densely in its last bytes.
            const cuts = Array.from(
                { length: 24 },
                (_, index) => 1 + Math.floor(((all - 1) * (index + Math.random())) / 24),
            );
            for (const cut of [...cuts, all - 1, all - 40, all - 300]) {
                fs.writeFileSync(file(), OLD);
                wire.cutAfter(cut);
                const outcome = await change(options, write(NEW)).catch((error: unknown) => error);
                if (outcome instanceof Error) {
                    expect(outcome, String(outcome)).to.be.instanceOf(HostProblem);
                    expect(outcome.message).to.not.contain(TOKEN);
                }
                await until(() => names().length === 1);
                expect(names(), `cut after ${cut} of ${all} bytes`).to.deep.equal(["config.toml"]);
                expect([OLD, NEW], `cut after ${cut} of ${all} bytes`).to.include(read());
                seen[read() === OLD ? "old" : "new"]++;
                closeHosts();
            }
            expect(seen.old).to.be.greaterThan(10);
            // And the way is free again.
            await change(options, write(NEW));
            expect(read()).to.equal(NEW);
        } finally {
            wire.close();
        }
    });

    it("is the old one or the new one wherever its shell is killed, and the next write clears away what is left", async () => {
        const shells = path.join(world.folder, "shells");
        for (let round = 0; round < 15; round++) {
            fs.writeFileSync(file(), OLD);
            await hostOf(host.options).look(host.folder, []);
            const shell = Number(fs.readFileSync(shells, "utf8").trim().split("\n").at(-1));
            const changed = change(host.options, write(NEW)).catch((error: unknown) => error);
            await new Promise((done) => setTimeout(done, Math.random() * 60));
            try {
                process.kill(shell, "SIGKILL");
            } catch {
                // It was faster.
            }
            const outcome = await changed;
            if (outcome instanceof Error) expect(outcome.message).to.contain("no file is half-written. Run it again.");
            expect([OLD, NEW]).to.include(read());
            closeHosts();
        }
        await change(host.options, write(OLD));
        expect(names()).to.deep.equal(["config.toml"]);
    });

    it("shows its tokens to nobody on the host: in no process's arguments or environment, no log, no other file", async () => {
        const watcher = path.join(world.folder, "watch.cjs");
        fs.writeFileSync(watcher, WATCHER);
        const watch = spawn(process.execPath, [watcher, TOKEN.slice(5, 20)], { stdio: ["pipe", "pipe", "inherit"] });
        let found = "";
        watch.stdout.setEncoding("utf8").on("data", (text: string) => {
            found += text;
        });
        const over = new Promise((done) => watch.once("close", done));
        watching = watch;
        // That it would be found.
        const control = spawn("sh", ["-c", "sleep 2; :", TOKEN], { stdio: "ignore" });
        await new Promise((done) => control.once("close", done));
        expect(found).to.contain("cmdline of sh");
        const before = found.length;
        for (let round = 0; round < 8; round++) {
            const over = round % 2 === 0 ? hashOf(read()) : undefined;
            await change(host.options, write(`${NEW}# ${round}\n`, { over }));
            await change(host.options, { do: "copy aside", path: file(), name: "copy", unless: [] });
            await hostOf(host.options).look(host.folder, [{ name: "config.toml" }]);
        }
        watch.stdin.end();
        await over;
        expect(
            found
                .slice(before)
                .replace(/^scans \d+$/m, "")
                .trim(),
        ).to.equal("");
        expect(Number(/scans (\d+)/.exec(found)![1])).to.be.greaterThan(20);
        expect(host.log()).to.not.contain(TOKEN).and.not.contain(TOKEN.slice(5));
        const open = names().filter((name) => (fs.statSync(path.join(host.folder, name)).mode & 0o077) !== 0);
        expect(open).to.deep.equal([]);
    });

    describe("on a disk", () => {
        let plugin: Plugin;
        const mount = (options: string) => execFileSync("mount", ["-t", "tmpfs", "-o", options, "none", host.folder]);
        const inputs = (configToml: string): Props => ({
            directory: host.folder,
            ssh: { ...host.options },
            configToml,
            systemId: "r_abcdefgh1234",
            look: true,
        });
        beforeEach(async () => {
            plugin = await startPlugin("gitlab-fleet");
        });
        afterEach(async () => {
            await plugin.close();
            execFileSync("umount", [host.folder]);
        });

        it("that is full stays the old one, and it is said what helps", async () => {
            mount("size=128k");
            const { state, id } = await plugin.create("ManagerFiles", inputs(OLD));
            const error = await rejection(plugin.update("ManagerFiles", id, state, inputs(NEW.repeat(8))));
            expect(error.message).to.equal(
                `ManagerFiles "it": the files in root@127.0.0.1:${host.port}:${host.folder} cannot be read or written (ENOSPC). ` +
                    "Make room on the disk.",
            );
            expect(read()).to.equal(OLD);
            expect(names()).to.deep.equal([".gitlab-fleet-owner", ".runner_system_id", "config.toml"]);
        });

        it("that is full is found before anything is changed in GitLab, here and on another machine", async () => {
            mount("size=512k");
            for (const place of [{ ssh: { ...host.options } }, {}]) {
                const wanted = { directory: host.folder, ...place };
                await plugin.create("ManagerPlace", wanted);
                fs.writeFileSync(path.join(host.folder, "log"), Buffer.alloc(480 * 1024));
                const error = await rejection(plugin.create("ManagerPlace", wanted));
                expect(error.message).to.match(
                    /cannot be written \(ENOSPC\). Make room on the disk. Nothing was changed.$/,
                );
                fs.rmSync(path.join(host.folder, "log"));
            }
        });

        it("that is read-only is found before anything is changed", async () => {
            mount("ro");
            const place = { directory: host.folder, ssh: { ...host.options } };
            for (const directory of [host.folder, path.join(host.folder, "new")]) {
                const error = await rejection(plugin.create("ManagerPlace", { ...place, directory }));
                expect(error.message).to.contain("(EROFS). Make the file system writable. Nothing was changed.");
            }
        });

        it("from which nothing may be run is written like any other", async () => {
            mount("noexec");
            await plugin.create("ManagerFiles", inputs(OLD));
            expect(read()).to.equal(OLD);
        });
    });
});

/** Looks into every process until its input ends, and prints those that have a text in their arguments or environment. */
const WATCHER = `
const fs = require("node:fs");
const text = process.argv[2];
let scans = 0;
let over = false;
process.stdin.on("end", () => { over = true; }).resume();
(function scan() {
    for (const pid of fs.readdirSync("/proc").filter((name) => /^\\d+$/.test(name) && name !== String(process.pid))) {
        for (const file of ["cmdline", "environ"]) {
            try {
                const content = fs.readFileSync("/proc/" + pid + "/" + file, "latin1");
                if (content.includes(text)) process.stdout.write(file + " of " + fs.readFileSync("/proc/" + pid + "/comm", "utf8"));
            } catch {}
        }
    }
    scans++;
    if (!over) return void setImmediate(scan);
    process.stdout.write("scans " + scans + "\\n");
})();
`;
