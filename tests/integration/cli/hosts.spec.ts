import * as fs from "node:fs";
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { parseStackConfig } from "../../../components/fleet/config/parse";
import { addRunner, type Runner, type Sandbox, startSandbox } from "../../../sandbox";
import { runCli } from "../../cli/helpers";
import { fakeSystemd } from "../../helpers/fake-systemd";
import { SELF_SIGNED } from "../../helpers/self-signed";
import { type ShellHosts, shellHosts } from "../../helpers/shell-hosts";

describe("the command on a host that ssh reaches", () => {
    let sandbox: Sandbox;
    let hosts: ShellHosts;
    let folder: string;
    let live: Runner;
    let env: NodeJS.ProcessEnv;
    const file = () => path.join(folder, "config.toml");
    const calls = () => fs.readFileSync(path.join(hosts.folder, "calls"), "utf8");
    const run = (command: string, address: string, ...more: string[]) =>
        runCli([command, "--config", `ssh://${address}${file()}`, ...more], { env });

    before(async () => {
        sandbox = await startSandbox({
            seed: {
                users: [{ username: "olga" }],
                groups: [{ path: "apps", members: { olga: "owner" } }],
                tokens: [{ name: "olga", user: "olga", scopes: ["read_api"] }],
            },
        });
        env = { GITLAB_BASE_URL: `${sandbox.url}/api/v4/`, GITLAB_TOKEN: sandbox.tokens.olga };
        live = addRunner(sandbox.db, { runnerType: "group_type", groupId: sandbox.db.groups.all()[0]!.id });
    });
    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(tmpdir(), "host-"));
        const worker = (token: string) =>
            `[[runners]]\n  name = "my-runner"\n  url = "${sandbox.url}"\n  token = "${token}"\n  executor = "shell"\n`;
        fs.writeFileSync(file(), `concurrent = 2\n${worker("glrt-dead0000000000000000")}${worker(live.token)}`);
        fs.writeFileSync(path.join(folder, ".runner_system_id"), "s_0123456789ab\n");
        hosts = shellHosts();
        hosts.use("dash");
    });
    afterEach(() => {
        hosts.remove();
        fs.rmSync(folder, { recursive: true });
    });
    after(() => sandbox.close());

    it("import prints the placement by which the host is reached, ready to be pasted", async () => {
        const { code, out, err } = await run("import", "ci@vm-01.example.org:2222", "--sudo");
        expect({ code, err }).to.deep.equal({ code: 1, err: "" });
        const { config } = parse(out);
        expect(config["gitlab-fleet:managers"]).to.deep.equal({
            "vm-01": {
                placement: { ssh: { host: "ci@vm-01.example.org", port: 2222, directory: folder, sudo: true } },
                systemId: "s_0123456789ab",
                runners: ["my-runner"],
                config: { concurrent: 2 },
            },
        });
        const values = Object.fromEntries(
            Object.entries(config).map(([key, value]) => [
                key,
                typeof value === "string" ? value : JSON.stringify(value),
            ]),
        );
        const parsed = parseStackConfig({ values, secretKeys: [], env: {}, owner: "shop/prod" });
        expect(parsed.problems.filter(({ severity }) => severity === "error")).to.deep.equal([]);
        expect(out).to.not.contain(live.token);
        expect(calls()).to.match(/-p 2222 -l ci .*vm-01\.example\.org sudo -n sh -s/);
        // One look for the file and what lies beside it, and one for a certificate of this GitLab.
        expect(hosts.requests()).to.deep.equal(["look", "look"]);
    });

    it("import names the manager after the host, by its address as a whole where it has no name", async () => {
        for (const [address, name, host] of [
            ["vm-01", "vm-01", "vm-01"],
            ["root@10.0.0.7", "10.0.0.7", "root@10.0.0.7"],
        ] as const) {
            const managers = parse((await run("import", address)).out).config["gitlab-fleet:managers"];
            expect(managers[name].placement).to.deep.equal({ ssh: { host, directory: folder } });
        }
    });

    it("import of several hosts says of one that is not reached that the result is a part, and what is missing", async () => {
        const dead = "vm-02: Connection refused";
        hosts.use("dash", { before: `case "$*" in *vm-02*) echo 'ssh: connect to host ${dead}' >&2; exit 255;; esac` });
        const args = ["import", "--config", `ssh://vm-02${file()}`, "--config", `ssh://vm-01${file()}`];
        const { code, out, err } = await runCli(args, { env });
        expect(code).to.equal(2);
        expect(err).to.match(
            /^gitlab-fleet: Of 2 files 1 could not be read: the result is a part\.\nvm-02 cannot be reached: /,
        );
        expect(Object.keys(parse(out).config["gitlab-fleet:managers"])).to.deep.equal(["vm-01"]);
        expect(out).to.match(/^# NOT ALL: .*\n# .*\n# {3}vm-02 cannot be reached: /m);
        const { unread } = JSON.parse((await runCli([...args, "--json"], { env })).out);
        expect(unread).to.have.lengthOf(1);
        expect(unread[0].config).to.equal(`ssh://vm-02${file()}`);
    });

    it("import reads hosts as root with --sudo, and a file of this machine beside them as it is", async () => {
        const here = path.join(folder, "here", "config.toml");
        fs.mkdirSync(path.dirname(here));
        fs.copyFileSync(file(), here);
        const args = ["import", "--config", here, "--config", `ssh://vm-01${file()}`, "--sudo"];
        const { config } = parse((await runCli(args, { env })).out);
        const placements = Object.values(config["gitlab-fleet:managers"]).map(
            (one) => (one as { placement: object }).placement,
        );
        expect(placements).to.deep.equal([
            { directory: path.dirname(here) },
            { ssh: { host: "vm-01", directory: folder, sudo: true } },
        ]);
    });

    it("doctor says of the host's workers what it says of those here, and from where GitLab was asked", async () => {
        const there = await run("doctor", "ci@vm-01");
        const here = await runCli(["doctor", "--config", file()], { env });
        expect(there.code).to.equal(here.code);
        const withoutTitle = (text: string) => text.split("\n").slice(1);
        expect(withoutTitle(there.out)).to.deep.equal(withoutTitle(here.out));
        expect(there.out.split("\n")[0]).to.equal(
            `ssh://ci@vm-01${file()} (s_0123456789ab), GitLab asked from this machine`,
        );
    });

    it("doctor reads there which workers gitlab-runner has disabled, in the journal of its unit, and here as well", async () => {
        const systemd = fakeSystemd(hosts.folder);
        const name = live.token.replace(/^glrt-/, "").slice(0, 9);
        systemd.log("Configuration loaded   builds=0", Date.now() / 1000 - 700);
        systemd.log(
            `\u001b[31mERROR: Runner "${sandbox.url}${name}" is unhealthy and will be disabled for 1h0m0s seconds!`,
            Date.now() / 1000 - 600,
        );
        for (const [address, where] of [
            ["ssh://ci@vm-01", "ci@vm-01"],
            ["", "this machine"],
        ] as const) {
            const { out } = await runCli(["doctor", "--config", `${address}${file()}`, "--service", "gitlab-runner"], {
                env,
            });
            expect(out.replace(/\s+/g, " ")).to.contain(
                `disabled this worker for an hour after three refused requests in a row 10 minutes ago (journal of gitlab-runner.service on ${where}).`,
            );
        }
        expect(systemd.commands()).to.have.lengthOf(2);
        expect(systemd.commands()[0]).to.contain("--lines=5000").and.contain("--unit=gitlab-runner.service");
        systemd.journal("no such thing\n", 1);
        const cases: [string[], string][] = [
            [["--service", "gitlab-runner"], "journalctl on ci@vm-01 cannot be read (no such thing)."],
            [["--service", "x; reboot"], "--service must be the name of a systemd unit"],
            [["--service", "x", "--log", "y"], "Give --log FILE or --service UNIT, one of them."],
        ];
        for (const [more, message] of cases) {
            const { code, err } = await run("doctor", "ci@vm-01", ...more);
            expect(code).to.equal(2);
            expect(err).to.contain(message);
        }
        systemd.journal("Hint: You are currently not seeing messages from other users and the system.\n");
        expect((await run("doctor", "ci@vm-01", "--service", "x")).err).to.contain(
            "give --sudo, or put the user into the group",
        );
        systemd.program("journalctl", "exit 127");
        expect((await run("doctor", "ci@vm-01", "--service", "x")).err).to.contain("ci@vm-01 has no journalctl.");
        const ofToken = await runCli(["doctor", "--token", live.token, "--service", "x"], { env });
        expect(ofToken.err).to.contain("--service goes with the --config of a machine");
    });

    it("doctor trusts the authorities that lie on the host, and leaves no copy of them here", async () => {
        const server = https
            .createServer(SELF_SIGNED, (req, res) => {
                const status = req.url?.includes("discovery") ? 501 : 401;
                res.writeHead(status, { "content-type": "application/json" }).end('{"message":"401 Unauthorized"}');
            })
            .listen(0, "127.0.0.1");
        await new Promise((resolve) => server.once("listening", resolve));
        const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
        fs.writeFileSync(
            file(),
            `[[runners]]\n  name = "x"\n  url = "${url}"\n  token = "glrt-abcdefghijklmnopqrst"\n  executor = "shell"\n`,
        );
        const codes = async () => {
            const { out } = await run("doctor", "ci@vm-01", "--json");
            return JSON.parse(out).workers[0].findings[0].code;
        };
        const copies = () => fs.readdirSync(tmpdir()).filter((name) => name.startsWith("gitlab-fleet-certs-"));
        const before = copies();
        expect(await codes()).to.equal("tls");
        fs.mkdirSync(path.join(folder, "certs"));
        fs.writeFileSync(path.join(folder, "certs/127.0.0.1.crt"), SELF_SIGNED.cert);
        expect(await codes()).to.equal("healthy");
        server.close();
        expect(copies()).to.deep.equal(before);
    });

    it("has the limits of a local file", async () => {
        const cases: [string, () => void, string][] = [
            ["nothing", () => {}, "--config ci@vm-01:FILE cannot be read (ENOENT). Correct the path."],
            [
                "a directory",
                () => fs.mkdirSync(file()),
                "--config ci@vm-01:FILE is a directory, not a regular file (EISDIR).",
            ],
            [
                "9 MiB",
                () => fs.writeFileSync(file(), Buffer.alloc(9 * 1024 * 1024, "#")),
                "--config ci@vm-01:FILE is larger than 8 MiB (EFBIG).",
            ],
            ["no TOML", () => fs.writeFileSync(file(), "concurrent = "), "gitlab-runner cannot load this file."],
        ];
        for (const [title, prepare, message] of cases) {
            fs.rmSync(file(), { recursive: true, force: true });
            prepare();
            for (const command of ["import", "doctor"]) {
                const { code, out, err } = await run(command, "ci@vm-01");
                expect({ code, out }, title).to.deep.equal({ code: 2, out: "" });
                expect(err, title).to.contain(message.replace("FILE", file()));
            }
        }
    });

    it("says in a sentence why a host is not reached", async () => {
        hosts.use("dash", { before: "echo 'ci@vm-01: Permission denied (publickey).' >&2; exit 255" });
        for (const command of ["import", "doctor"]) {
            const { code, out, err } = await run(command, "ci@vm-01");
            expect({ code, out }).to.deep.equal({ code: 2, out: "" });
            expect(err).to.match(/^(gitlab-fleet: )?ci@vm-01 cannot be reached: it refuses the login \(publickey\)\./);
            expect(err.trim().split("\n")).to.have.lengthOf(1);
        }
    });

    it("refuses what is not the address of a file on a host, before ssh is started", async () => {
        for (const [address, message] of [
            ["ssh://-oProxyCommand=x/etc/config.toml", "is not an address that ssh can use"],
            ["ssh://ci:hunter2@vm-01/etc/config.toml", "must hold no password"],
            ["ssh://vm-01", "names no file. For instance ssh://vm-01/etc/gitlab-runner/config.toml."],
            ["ssh://vm-01/etc/gitlab-runner/", "names no file"],
            ["ssh://vm-01:0/etc/config.toml", "has no port between 1 and 65535"],
        ] as const) {
            const { code, err } = await runCli(["doctor", "--config", address], { env });
            expect(code, address).to.equal(2);
            expect(err, address).to.contain(message).and.not.contain("hunter2");
            const many = await runCli(["import", "--config", "ssh://vm-01/etc/config.toml", "--config", address], {
                env,
            });
            expect(many, address).to.include({ code: 2, out: "" });
        }
        for (const command of ["import", "doctor"]) {
            const { code, err } = await runCli([command, "--config", file(), "--sudo"], { env });
            expect(code).to.equal(2);
            expect(err)
                .to.contain("--sudo is for a --config on a host")
                .and.contain("For a file of this machine, run the command itself with sudo.");
        }
        expect(fs.existsSync(path.join(hosts.folder, "calls"))).to.equal(false);
    });
});
