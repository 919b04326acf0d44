import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as net from "node:net";
import { tmpdir, userInfo } from "node:os";
import * as path from "node:path";
import type { SshOptions } from "../../../hosts/ssh/address";

/** Hosts on loopback, each with an sshd of its own. */
export interface World {
    folder: string;
    /** Starts another host. */
    host(options?: HostOptions): Promise<TestHost>;
    /** A key that no host knows, unless it is told to. */
    key(name: string, passphrase?: string): string;
    close(): Promise<void>;
}

/** What is special about a host. */
export interface HostOptions {
    /** A shell script in whose place the requested command is in `SSH_ORIGINAL_COMMAND`. @default - it runs */
    login?: string;
    port?: number;
}

/** One host. */
export interface TestHost {
    port: number;
    /** Folder that stands for the host's disk. */
    folder: string;
    /** How to reach it as a CI job does: a key and the host's key, both as texts. */
    options: SshOptions;
    /** The line of `known_hosts` for it. */
    known: string;
    /** What its sshd has logged, in every detail. */
    log(): string;
    stop(): Promise<void>;
}

export function startWorld(): World {
    const folder = fs.mkdtempSync(path.join(tmpdir(), "ssh-world-"));
    const hosts: TestHost[] = [];
    let count = 0;
    const keygen = (file: string, passphrase = "") =>
        execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", passphrase, "-C", "test", "-f", file]);
    const key = (name: string, passphrase?: string) => {
        const file = path.join(folder, name);
        if (!fs.existsSync(file)) keygen(file, passphrase);
        return fs.readFileSync(file, "utf8");
    };
    const sshd = execFileSync("sh", ["-c", "PATH=$PATH:/usr/sbin command -v sshd"], { encoding: "utf8" }).trim();
    // sshd wants the folder in which it jails what talks to strangers.
    if (process.getuid!() === 0) fs.mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
    key("user");
    return {
        folder,
        key,
        async host({ login, port = 0 } = {}) {
            const home = path.join(folder, `host-${++count}`);
            fs.mkdirSync(home);
            keygen(path.join(home, "host_key"));
            const at = port === 0 ? await freePort() : port;
            const logFile = path.join(home, "sshd.log");
            const command = path.join(home, "login");
            if (login !== undefined) fs.writeFileSync(command, `#!/bin/sh\n${login}\n`, { mode: 0o755 });
            const settings = [
                `Port ${at}`,
                "ListenAddress 127.0.0.1",
                `HostKey ${home}/host_key`,
                `AuthorizedKeysFile ${folder}/user.pub`,
                "PidFile none",
                "UsePAM no",
                "StrictModes no",
                "PermitRootLogin prohibit-password",
                "PasswordAuthentication no",
                "KbdInteractiveAuthentication no",
                "MaxStartups 10:30:100",
                "PrintMotd yes",
                "LogLevel DEBUG3",
                ...(login === undefined ? [] : [`ForceCommand ${command}`]),
            ];
            fs.writeFileSync(path.join(home, "sshd_config"), `${settings.join("\n")}\n`);
            const log = fs.openSync(logFile, "a");
            const child = spawn(sshd, ["-D", "-e", "-f", path.join(home, "sshd_config")], {
                stdio: ["ignore", log, log],
            });
            await listening(at, child, logFile);
            const disk = path.join(home, "disk");
            fs.mkdirSync(disk);
            const known = `[127.0.0.1]:${at} ${fs.readFileSync(path.join(home, "host_key.pub"), "utf8").trim()}\n`;
            const host: TestHost = {
                port: at,
                folder: disk,
                known,
                options: {
                    host: `${userInfo().username}@127.0.0.1`,
                    port: at,
                    privateKey: key("user"),
                    knownHosts: known,
                },
                log: () => fs.readFileSync(logFile, "utf8"),
                stop: async () => {
                    if (child.exitCode !== null || child.signalCode !== null) return;
                    const over = new Promise((done) => child.once("exit", done));
                    child.kill();
                    await over;
                },
            };
            hosts.push(host);
            return host;
        },
        async close() {
            await Promise.all(hosts.map((host) => host.stop()));
            fs.rmSync(folder, { recursive: true, force: true });
        },
    };
}

/** Folder with an `ssh` that knows a host's key and has a key for it, as if `~/.ssh` had them. `before` runs first. */
export function sshWith(world: World, host: TestHost, before = ""): string {
    const folder = path.join(world.folder, `ssh-${host.port}`);
    fs.mkdirSync(folder, { recursive: true });
    const real = execFileSync("sh", ["-c", "command -v ssh"], { encoding: "utf8" }).trim();
    fs.writeFileSync(path.join(folder, "known"), host.known);
    const options = `-i ${world.folder}/user -o UserKnownHostsFile=${folder}/known`;
    fs.writeFileSync(path.join(folder, "ssh"), `#!/bin/sh\n${before}\nexec ${real} ${options} "$@"\n`, { mode: 0o755 });
    return folder;
}

/** A way to a host that can be cut. */
export interface Wire {
    port: number;
    /** Cuts every connection once this many more bytes have gone to the host. */
    cutAfter(bytes: number): void;
    /** Bytes that have gone to the host. */
    sent(): number;
    close(): void;
}

export async function startWire(to: number, at = 0): Promise<Wire> {
    let sent = 0;
    let limit = Number.POSITIVE_INFINITY;
    const sockets = new Set<net.Socket>();
    const server = net.createServer((near) => {
        const far = net.connect(to, "127.0.0.1");
        const cut = () => {
            near.destroy();
            far.destroy();
        };
        for (const socket of [near, far]) {
            sockets.add(socket);
            socket.on("error", cut).on("close", () => {
                sockets.delete(socket);
                cut();
            });
        }
        near.on("data", (chunk) => {
            const allowed = chunk.subarray(0, Math.max(0, limit - sent));
            sent += chunk.length;
            far.write(allowed);
            if (sent >= limit) {
                limit = Number.POSITIVE_INFINITY;
                far.end();
                near.destroy();
            }
        });
        far.on("data", (chunk) => near.write(chunk));
    });
    const port = await new Promise<number>((done) =>
        server.listen(at, "127.0.0.1", () => done((server.address() as net.AddressInfo).port)),
    );
    return {
        port,
        cutAfter: (bytes) => {
            limit = sent + bytes;
        },
        sent: () => sent,
        close: () => {
            for (const socket of sockets) socket.destroy();
            server.close();
        },
    };
}

export async function freePort(): Promise<number> {
    const server = net.createServer();
    const port = await new Promise<number>((done) =>
        server.listen(0, "127.0.0.1", () => done((server.address() as net.AddressInfo).port)),
    );
    await new Promise((done) => server.close(done));
    return port;
}

async function listening(port: number, child: ChildProcess, logFile: string): Promise<void> {
    for (let tries = 0; tries < 200; tries++) {
        if (child.exitCode !== null) break;
        const answers = await new Promise<boolean>((done) => {
            const socket = net.connect(port, "127.0.0.1");
            socket.on("connect", () => {
                socket.destroy();
                done(true);
            });
            socket.on("error", () => done(false));
        });
        if (answers) return;
        await new Promise((done) => setTimeout(done, 50));
    }
    throw new Error(`sshd does not listen:\n${fs.readFileSync(logFile, "utf8").slice(-2000)}`);
}
