import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as net from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { closeHosts, hostOf } from "../../../hosts/hosts";
import type { SshOptions } from "../../../hosts/ssh/address";
import { isRoot } from "../../helpers/as-user";
import { skipWithout } from "../../helpers/needs";
import { rejection } from "../../helpers/rejection";
import { freePort, startWorld, type TestHost, type World } from "./world";

const FILES = [{ name: "config.toml" }];

describe("a host reached by ssh", () => {
    let world: World;
    let host: TestHost;
    const look = (options: SshOptions, directory = host.folder) => hostOf(options).look(directory, FILES);
    const refusal = async (options: SshOptions) => (await rejection(look(options))).message;
    const label = (port = host.port) => `root@127.0.0.1:${port}`;

    before(async function () {
        skipWithout("sshd", this);
        if (!isRoot) this.skip();
        world = startWorld();
        host = await world.host();
    });
    afterEach(() => closeHosts());
    after(() => world?.close());

    it("needs a key and a host key as texts and nothing else, which lie nowhere afterwards", async () => {
        fs.writeFileSync(path.join(host.folder, "config.toml"), "concurrent = 1\n");
        const before = fs.readdirSync(tmpdir()).filter((name) => name.startsWith("gitlab-fleet-ssh-"));
        const { files } = await look(host.options);
        expect(files["config.toml"]!.found!.text).to.equal("concurrent = 1\n");
        const after = fs.readdirSync(tmpdir()).filter((name) => name.startsWith("gitlab-fleet-ssh-"));
        expect(after).to.deep.equal(before);
        // Variables of CI lose the last line break, and editors on Windows make others.
        const { privateKey = "" } = host.options;
        await look({ ...host.options, privateKey: privateKey.trimEnd().replace(/\n/g, "\r\n") });
        await look({ ...host.options, host: `ssh://root@127.0.0.1:${host.port}`, port: undefined });
    });

    const cases: Record<string, () => Promise<[SshOptions, ...(string | RegExp)[]]>> = {
        "is down": async () => {
            const port = await freePort();
            return [{ ...host.options, port }, `${label(port)} cannot be reached: nothing listens on its port.`];
        },
        "has no such name": async () => [
            { ...host.options, host: "ci@vm-01.invalid", port: undefined },
            "ci@vm-01.invalid cannot be reached: no host has this name. Correct ssh.host.",
        ],
        "has a host key that is not known": async () => [
            { ...host.options, knownHosts: "other ssh-ed25519 AAAA\n" },
            `${label()} cannot be reached: its host key is not known. Once: run ssh-keyscan -p ${host.port} 127.0.0.1,`,
            "put the line into knownHosts.",
        ],
        "has another host key than the known one": async () => [
            { ...host.options, knownHosts: (await world.host()).known.replace(/:\d+/, `:${host.port}`) },
            `${label()} cannot be reached: its host key is another one than the known one.`,
            "somebody may be answering in its place: do not go on.",
        ],
        "refuses the key": async () => [
            { ...host.options, privateKey: world.key("stranger") },
            `${label()} cannot be reached: it refuses the login (publickey).`,
            "put the public half of privateKey into its authorized_keys.",
        ],
        "has no such user": async () => [
            { ...host.options, host: "nosuchuser@127.0.0.1" },
            "nosuchuser@127.0.0.1:",
            "it refuses the login (publickey). Is the user right?",
        ],
        "is given a key with a passphrase": async () => [
            { ...host.options, privateKey: world.key("locked", "secret words") },
            "privateKey has a passphrase, which nobody could enter.",
        ],
        "is given half of a key": async () => [
            { ...host.options, privateKey: (host.options.privateKey ?? "").slice(0, 150) },
            "privateKey is not a key that ssh can read",
        ],
        "asks for a password for sudo": async () => [
            {
                ...(await world.host({ login: NOBODY })).options,
                sudo: true,
            },
            "asks for a password for sudo. Allow its user to use sudo without one: root ALL=(root) NOPASSWD: ALL in",
        ],
        "has no sudo": async () => [
            { ...(await world.host({ login: withPath("busybox") })).options, sudo: true },
            "has no sudo. Log in as root without sudo: true, or install it.",
        ],
        "has no shell": async () => [
            (await world.host({ login: 'echo "bash: line 1: sh: command not found" >&2; exit 127' })).options,
            "has no shell (sh)",
        ],
        "lets its user run nothing": async () => [
            (await world.host({ login: "exec /usr/sbin/nologin" })).options,
            "lets its user not run commands",
        ],
        "lacks tools": async () => [
            (await world.host({ login: withPath("few") })).options,
            /lacks .*\bod\b.*\. Install coreutils or busybox there\./,
        ],
        "is a Windows host": async () => [
            (await world.host({ login: WINDOWS })).options,
            "is a Windows host, on which files cannot be written this way.",
        ],
        "is a Windows host with a shell of its own": async () => [
            (await world.host({ login: withPath("mingw") })).options,
            "is a Windows host",
        ],
        "prints without end": async () => [
            (await world.host({ login: "exec yes" })).options,
            "cannot be reached: it prints without end at login.",
        ],
    };
    for (const [title, make] of Object.entries(cases)) {
        it(`is refused with what to do when it ${title}`, async () => {
            const [options, ...texts] = await make();
            const message = await refusal(options);
            for (const text of texts) {
                if (typeof text === "string") expect(message).to.contain(text);
                else expect(message).to.match(text);
            }
            expect(message)
                .to.not.contain("PRIVATE KEY")
                .and.not.match(/[\p{Cc}]/u);
            expect(message.length).to.be.lessThan(700);
            if (process.env.SHOW) console.log(message);
        });
    }

    it("that does not answer is given up after the time that was given", async () => {
        const silent = net.createServer(() => {});
        const port = await new Promise<number>((done) =>
            silent.listen(0, "127.0.0.1", () => done((silent.address() as net.AddressInfo).port)),
        );
        try {
            expect(await refusal({ ...host.options, port, connectTimeout: 1 })).to.match(/timed out/);
        } finally {
            silent.close();
        }
    });

    it("may print what it likes at login, on both outputs, with terminal codes and without a line break at its end", async () => {
        const noise = [
            'printf "\\033[2J\\033[31mWelcome to vm-01\\n*** go ***\\ndone\\nfail\\nLast login: never"',
            'printf "Permission denied (publickey)\\n" >&2',
            'exec sh -c "$SSH_ORIGINAL_COMMAND"',
        ];
        const noisy = await world.host({ login: noise.join("\n") });
        fs.writeFileSync(path.join(noisy.folder, "config.toml"), "x\n");
        const { files } = await look(noisy.options, noisy.folder);
        expect(files["config.toml"]!.found!.text).to.equal("x\n");
    });

    it("may have another login shell, which understands the command like any other", async () => {
        for (const [index, shell] of ["bash -lc", "dash -c", "busybox sh -c"].entries()) {
            const other = await world.host({ login: `exec ${shell} "$SSH_ORIGINAL_COMMAND"` });
            const path = `${other.folder}/${index}/x`;
            await hostOf(other.options).change([
                { do: "make directory", path: `${other.folder}/${index}` },
                { do: "write", path, text: "x" },
            ]);
            expect(fs.readFileSync(path, "utf8")).to.equal("x");
        }
    });

    it("is reached as ~/.ssh/config says, with an agent or a file for the key", async () => {
        const { options, port } = host;
        const file = path.join(world.folder, "user");
        fs.writeFileSync(path.join(world.folder, "known"), host.known.replace(/^\S+/, "vm-01"));
        const config = [
            "Host vm-01",
            "  HostName 127.0.0.1",
            `  Port ${port}`,
            `  User ${options.host.split("@")[0]}`,
            `  IdentityFile ${file}`,
            "  HostKeyAlias vm-01",
            `  UserKnownHostsFile ${path.join(world.folder, "known")}`,
            // What would get in our way.
            "  RemoteCommand echo no",
            "  RequestTTY force",
            "  ControlMaster auto",
            `  ControlPath ${world.folder}/master`,
            "  LocalForward 127.0.0.1:1 127.0.0.1:1",
            "  ExitOnForwardFailure yes",
        ];
        fs.writeFileSync(path.join(world.folder, "config"), `${config.join("\n")}\n`);
        const bin = path.join(world.folder, "bin");
        fs.mkdirSync(bin);
        const real = execFileSync("sh", ["-c", "command -v ssh"], { encoding: "utf8" }).trim();
        fs.writeFileSync(path.join(bin, "ssh"), `#!/bin/sh\nexec ${real} -F ${world.folder}/config "$@"\n`, {
            mode: 0o755,
        });
        const { PATH } = process.env;
        process.env.PATH = `${bin}:${PATH}`;
        try {
            const seen = await look({ host: "vm-01" });
            expect(seen.directory.existing).to.equal(host.folder);
            expect(hostOf({ host: "vm-01" }).at("/etc")).to.equal("vm-01:/etc");
        } finally {
            process.env.PATH = PATH;
        }
    });

    it("does not keep a process alive that has asked it something", () => {
        const program = path.join(world.folder, "asks.ts");
        const root = path.resolve(__dirname, "../../..");
        fs.writeFileSync(
            program,
            `import { hostOf } from ${JSON.stringify(path.join(root, "hosts/hosts"))};\n` +
                `void hostOf(${JSON.stringify(host.options)}).look("/", []).then(() => console.log("seen"));\n`,
        );
        const tsx = path.join(root, "node_modules/.bin/tsx");
        expect(execFileSync(tsx, [program], { encoding: "utf8", timeout: 15_000 })).to.equal("seen\n");
    });

    /** Runs as another user than the one who logs in: root needs no password for sudo. */
    const NOBODY = 'exec setpriv --reuid 65534 --regid 65534 --clear-groups sh -c "$SSH_ORIGINAL_COMMAND"';
    const WINDOWS = [
        "echo \"'sh' is not recognized as an internal or external command,\"",
        'echo "operable program or batch file."',
        "exit 1",
    ].join("\n");

    /** A login with few programs. */
    function withPath(kind: "busybox" | "few" | "mingw"): string {
        const folder = path.join(world.folder, kind);
        fs.mkdirSync(folder, { recursive: true });
        if (kind === "mingw") {
            fs.writeFileSync(path.join(folder, "uname"), "#!/bin/sh\necho MINGW64_NT-10.0\n", { mode: 0o755 });
            return `PATH=${folder}:$PATH exec sh -c "$SSH_ORIGINAL_COMMAND"`;
        }
        const which = execFileSync("sh", ["-c", "command -v busybox"], { encoding: "utf8" }).trim();
        if (kind === "busybox") execFileSync(which, ["--install", "-s", folder]);
        // Not links: /usr/bin is hidden from a host with few programs.
        else for (const name of ["dash", "ls", "cat"]) fs.copyFileSync(`/usr/bin/${name}`, path.join(folder, name));
        // The script adds the usual folders, which such a host has not.
        if (kind === "busybox") return `PATH=${folder} exec ${folder}/sh -c "$SSH_ORIGINAL_COMMAND"`;
        return `exec unshare --mount sh -c 'mount -t tmpfs none /usr/bin 2>/dev/null; PATH=${folder} exec ${folder}/dash -s'`;
    }
});
