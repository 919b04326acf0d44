import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import { expect } from "chai";
import { root } from "../../../dev/scripts/pulumi";
import { type Engine, startEngine } from "../../helpers/engine";
import { skipWithout } from "../../helpers/needs";
import { demoFleet } from "../demo/fleets";

describe("a preview that is cancelled while it logs in to a host", () => {
    let silent: net.Server;
    let engine: Engine;
    let temporary: string;

    before(async function () {
        skipWithout("sshd", this);
        // Takes connections, and says nothing.
        silent = net.createServer((socket) => socket.on("error", () => {})).listen(0, "127.0.0.1");
        await once(silent, "listening");
        const { port } = silent.address() as net.AddressInfo;
        engine = await startEngine({
            config: (folder) => {
                execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", path.join(folder, "key")]);
                const privateKey = fs.readFileSync(path.join(folder, "key"), "utf8");
                const ssh = { host: "127.0.0.1", port, directory: "/etc/x", look: true, privateKey };
                return demoFleet(folder).replace(/placement: .*/, `placement: ${JSON.stringify({ ssh })}`);
            },
        });
        temporary = path.join(engine.folder, "temporary");
        fs.mkdirSync(temporary);
    });
    after(async () => {
        silent?.close();
        await engine?.close();
    });

    const keys = () => fs.readdirSync(temporary).filter((name) => fs.existsSync(path.join(temporary, name, "key")));

    for (const signal of ["SIGINT", "SIGTERM"] as const)
        it(`leaves no private key in the temporary folder: ${signal}`, async () => {
            const args = ["preview", "--non-interactive", "--stack", "test", "--config-file", engine.stack.configFile];
            const env = { ...engine.stack.env, TMPDIR: temporary };
            const preview = spawn("pulumi", args, { cwd: root, env, stdio: "ignore" });
            const ended = once(preview, "exit");
            while (keys().length === 0 && preview.exitCode === null) await new Promise((next) => setTimeout(next, 20));
            expect(keys()).to.have.lengthOf(1);
            preview.kill(signal);
            await ended;
            expect(keys()).to.deep.equal([]);
        });
});
