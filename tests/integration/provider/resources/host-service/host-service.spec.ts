import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import type { Props } from "../../../../../core/props";
import { closeHosts } from "../../../../../hosts/hosts";
import { type FakeSystemd, fakeSystemd } from "../../../../helpers/fake-systemd";
import { type Plugin, type PluginError, startPlugin } from "../../../../helpers/plugin";
import { rejection } from "../../../../helpers/rejection";
import { hasShell, type ShellHosts, shellHosts } from "../../../../helpers/shell-hosts";

const TYPE = "HostService";
const LOADED = "Configuration loaded   builds=0 max_builds=1";
const REFUSED = "Failed to load config decoding: toml: line 1";
const TOKEN = "glrt-verysecrettoken000000";
const START = "Start it: systemctl start gitlab-runner. Then run pulumi up again.";

for (const transport of ["this machine", "ssh and dash"] as const) {
    describe(`HostService, through ${transport}`, () => {
        let shells: ShellHosts;
        let systemd: FakeSystemd;
        let plugin: Plugin;
        let directory: string;
        const isLocal = transport === "this machine";
        const where = isLocal ? "this machine" : "ci@vm-01";

        beforeEach(async function () {
            if (!isLocal && !hasShell("dash")) this.skip();
            shells = shellHosts();
            // What is written for systemd goes into a folder of this test.
            const aside = `sed -u "s#/etc/systemd/system#${shells.folder}/system#g" |`;
            if (!isLocal) shells.use("dash", { env: aside });
            systemd = fakeSystemd(shells.folder);
            directory = path.join(shells.folder, "gitlab runner");
            fs.mkdirSync(directory);
            write();
            plugin = await startPlugin("gitlab-fleet");
        });
        afterEach(async () => {
            await plugin?.close();
            closeHosts();
            shells?.remove();
        });

        const write = (secondsAgo = 0) => {
            const config = path.join(directory, "config.toml");
            fs.writeFileSync(config, "concurrent = 1\n");
            const time = Date.now() / 1000 - secondsAgo;
            fs.utimesSync(config, time, time);
        };
        const inputs = (more: Props = {}): Props => ({
            directory,
            unit: "gitlab-runner",
            configHash: "one",
            ...(isLocal ? {} : { ssh: { host: "ci@vm-01" } }),
            ...more,
        });
        const failing = async (more: Props = {}) => (await rejection(plugin.create(TYPE, inputs(more)))).message;
        const said = (severity: string) =>
            plugin.logs.filter((one) => one.severity === severity).map(({ message }) => message);

        it("ends when the process says that it has loaded the file, and not for what it said before", async () => {
            systemd.log(LOADED, Date.now() / 1000 - 5);
            let isLater = false;
            setTimeout(() => {
                isLater = true;
                systemd.log(LOADED);
            }, 700);
            const { state } = await plugin.create(TYPE, inputs());
            expect(isLater).to.equal(true);
            expect(state).to.deep.include({ unit: "gitlab-runner", runnerVersion: "19.4.0" });
            expect(state.loadedAt).to.be.a("string");
            expect(systemd.commands().filter((line) => /start|stop|reload|kill/.test(line))).to.deep.equal([]);
        });

        it("waits again when the file, the host or the service is another one, and for nothing else", async () => {
            systemd.log(LOADED);
            const { id, state } = await plugin.create(TYPE, inputs());
            const before = systemd.commands().length;
            const changes = async (news: Props) =>
                Object.keys((await plugin.diff(TYPE, id, state, news, inputs())).detailed);
            expect(await changes(inputs({ timeout: 9, quiet: true }))).to.deep.equal([]);
            expect(await changes(inputs({ configHash: "two" }))).to.deep.equal(["configHash"]);
            expect(await changes(inputs({ unit: "other", stopTimeout: 9 }))).to.have.members(["unit", "stopTimeout"]);
            expect(systemd.commands()).to.have.lengthOf(before);
        });

        it("asks no host in a preview, and says what would be written", async () => {
            fs.rmSync(path.join(shells.folder, "systemctl"));
            if (!isLocal) shells.use("dash", { before: "exit 1" });
            const more = { stopTimeout: 900, version: ">=20" };
            await plugin.create(TYPE, inputs(more), { preview: true });
            await plugin.update(TYPE, "x", { ...inputs(), loadedAt: "" }, inputs(more), { preview: true });
            expect(said("info").map((text) => text.slice(0, 100))).to.deep.equal([
                `up writes /etc/systemd/system/gitlab-runner.service.d/10-gitlab-fleet.conf on ${where}: systemctl stop lets jobs end`.slice(
                    0,
                    100,
                ),
            ]);
            expect(shells.requests()).to.deep.equal([]);
        });

        it("fails with gitlab-runner's words when it refuses the file, made safe and without a token", async () => {
            systemd.log(LOADED);
            systemd.log(`\u001b[31mERROR: Failed to load config ${TOKEN}\n::error::x\u202e   builds=0`);
            expect(await failing()).to.equal(
                `HostService "it": gitlab-runner (gitlab-runner.service on ${where}) refused its config.toml ` +
                    "(ERROR: Failed to load config [secret] ::error::x). It continues with the old one. Correct it and run up again.",
            );
        });

        it("says that the process does not run, and does not start it", async () => {
            systemd.unit("loaded", "inactive", "dead");
            expect(await failing()).to.equal(
                `HostService "it": gitlab-runner.service is not running on ${where}. ${START}`,
            );
            systemd.unit("loaded", "failed", "failed", 1);
            systemd.log("FATAL: no");
            expect(await failing()).to.contain(`is not running on ${where} (it last said: FATAL: no). ${START}`);
            systemd.unit("loaded", "activating", "auto-restart", 1);
            expect(await failing()).to.contain(`gitlab-runner.service on ${where} does not stay up (FATAL: no).`);
            expect(systemd.commands().join("\n")).to.not.match(/systemctl (start|restart|reload)/);
        });

        it("names what a host lacks: the unit, systemd, the right to read a journal, an answer", async () => {
            systemd.unit("not-found", "inactive", "dead");
            expect(await failing()).to.contain(`${where} has no unit gitlab-runner.service. Correct service;`);
            systemd.program(
                "systemctl",
                "echo 'System has not been booted with systemd as init system (PID 1).' >&2; exit 1",
            );
            expect(await failing()).to.contain("says nothing of gitlab-runner.service (System has not been booted");
            systemd.program("systemctl", `cat ${shells.folder}/unit.txt`);
            systemd.unit("loaded", "active");
            systemd.journal("Hint: You are currently not seeing messages from other users and the system.\n");
            expect(await failing()).to.contain("or put the user into the group systemd-journal.");
            systemd.journal("no such thing\n", 1);
            expect(await failing()).to.contain(`journalctl on ${where} cannot be read (no such thing).`);
            systemd.program("journalctl", "exit 127");
            expect(await failing()).to.contain(`${where} has no journalctl,`);
            systemd.program("systemctl", "exit 127");
            expect(await failing()).to.contain("Leave service out there.");
        });

        it("ends after its time limit, with what the process said last", async () => {
            systemd.log("Checking for jobs... received");
            expect(await failing({ timeout: 1 })).to.contain(
                "has not loaded its config.toml within 1 s (it last said: Checking for jobs... received).",
            );
        });

        it("takes silence for success where the file was written long ago, as the journal may not go back so far", async () => {
            write(3600);
            const began = Date.now();
            await plugin.create(TYPE, inputs({ timeout: 20 }));
            expect(Date.now() - began).to.be.greaterThan(7000);
            // But not a refusal that is still in it.
            systemd.log(REFUSED);
            expect(await failing()).to.contain(`refused its config.toml (${REFUSED}).`);
        }).timeout(30_000);

        it("warns of a version that is not the expected one, or that nobody knows", async () => {
            systemd.log(LOADED);
            await plugin.create(TYPE, inputs({ version: ">=19" }));
            expect(said("warn")).to.deep.equal([]);
            await plugin.create(TYPE, inputs({ version: ">=20" }));
            systemd.program("gitlab-runner", "exit 127");
            await plugin.create(TYPE, inputs({ version: ">=20" }));
            expect(said("warn")).to.deep.equal([
                `gitlab-runner on ${where} is 19.4.0, and shall be >=20. Update its package there, or change version.`,
                `gitlab-runner on ${where} says no version, and it shall be >=20. Is it on the PATH there?`,
            ]);
        });

        it("refuses a unit, a range and limits that are none before anything is asked", async () => {
            const { failures } = await plugin.check(
                TYPE,
                inputs({ unit: "x; reboot", version: "new", timeout: 0, stopTimeout: 0 }),
            );
            expect(failures.map(({ property }) => property)).to.deep.equal([
                "unit",
                "version",
                "timeout",
                "stopTimeout",
            ]);
            expect(failures[0]!.reason).to.contain('(got "x; reboot")');
            await rejection(plugin.create(TYPE, inputs({ unit: "--root=/tmp" })));
            expect(systemd.commands()).to.deep.equal([]);
        });

        if (isLocal) return;

        describe("and its drop-in", () => {
            const folder = () => path.join(shells.folder, "system/gitlab-runner.service.d");
            const file = () => path.join(folder(), "10-gitlab-fleet.conf");
            const reloads = () => systemd.commands().filter((line) => line === "systemctl daemon-reload").length;
            const news = (more: Props = {}) => inputs({ stopTimeout: 900, ...more });
            beforeEach(() => systemd.log(LOADED));

            it("is written once and read by systemd, changes in place, and goes with its option", async () => {
                const { id, state } = await plugin.create(TYPE, news());
                expect(fs.readFileSync(file(), "utf8")).to.match(
                    /^# Written by gitlab-fleet for demo\/test\/it, [\s\S]*\[Service\]\nKillMode=mixed\nKillSignal=SIGQUIT\nTimeoutStopSec=900\n$/,
                );
                expect(fs.statSync(file()).mode & 0o777).to.equal(0o644);
                expect(fs.statSync(folder()).mode & 0o777).to.equal(0o755);
                expect(reloads()).to.equal(1);
                const { mtimeMs } = fs.statSync(file());
                const second = await plugin.update(TYPE, id, state, news({ configHash: "two" }));
                expect(fs.statSync(file()).mtimeMs).to.equal(mtimeMs);
                expect(reloads()).to.equal(1);
                const third = await plugin.update(TYPE, id, second.state, news({ stopTimeout: 60 }));
                expect(fs.readFileSync(file(), "utf8")).to.contain("TimeoutStopSec=60\n");
                expect(reloads()).to.equal(2);
                const { state: last } = await plugin.update(TYPE, id, third.state, inputs());
                expect(fs.existsSync(folder())).to.equal(false);
                expect(last).to.not.have.any.keys("dropIn", "dropInHash");
                expect(reloads()).to.equal(3);
            });

            it("is removed with the manager, but not when it is another text or there is another file beside it", async () => {
                const { id, state } = await plugin.create(TYPE, news());
                fs.writeFileSync(path.join(folder(), "other.conf"), "");
                await plugin.delete(TYPE, id, state);
                expect(fs.readdirSync(folder())).to.deep.equal(["other.conf"]);
                const again = await plugin.create(TYPE, news());
                fs.appendFileSync(file(), "# mine\n");
                await plugin.delete(TYPE, again.id, again.state);
                expect(fs.readFileSync(file(), "utf8")).to.contain("# mine");
                expect(said("info").at(-1)).to.contain("is not as it was written: it was left as it is.");
            });

            it("moves with the unit's name", async () => {
                const { id, state } = await plugin.create(TYPE, news());
                await plugin.update(TYPE, id, state, news({ unit: "runner-2.service" }));
                expect(fs.readdirSync(path.join(shells.folder, "system"))).to.deep.equal(["runner-2.service.d"]);
            });

            it("is removed with a manager that has moved on, though another one has its former service", async () => {
                const { id, state } = await plugin.create(TYPE, news());
                const { state: moved } = await plugin.update(TYPE, id, state, news({ unit: "runner-2.service" }));
                await plugin.create(TYPE, news(), { name: "next" });
                await plugin.delete(TYPE, id, moved);
                expect(fs.readdirSync(path.join(shells.folder, "system"))).to.deep.equal(["gitlab-runner.service.d"]);
            });

            it("stays where the host has another name now", async () => {
                const { id, state } = await plugin.create(TYPE, news());
                const { state: now } = await plugin.update(
                    TYPE,
                    id,
                    state,
                    news({ ssh: { host: "vm-01.example.org" } }),
                );
                expect(fs.existsSync(file())).to.equal(true);
                expect(now.dropIn).to.equal(state.dropIn);
            });

            it("is not written over somebody else's file, nor another stack's", async () => {
                fs.mkdirSync(folder(), { recursive: true });
                for (const [text, who] of [
                    ["[Service]\n", "was not written by gitlab-fleet."],
                    ["# Written by gitlab-fleet for shop/prod/it, and removed with it.\n", "is that of shop/prod/it."],
                ] as const) {
                    fs.writeFileSync(file(), text);
                    expect(await failing({ stopTimeout: 900 })).to.contain(
                        `10-gitlab-fleet.conf ${who} Remove it there`,
                    );
                    expect(fs.readFileSync(file(), "utf8")).to.equal(text);
                }
                expect(reloads()).to.equal(0);
            });

            it("is in the state when the process refuses its file afterwards, so that it is removed in the end", async () => {
                systemd.log(REFUSED);
                const { kept, message } = await rejection<PluginError>(plugin.create(TYPE, news()));
                const { id, state } = { id: kept!.id, state: kept!.state.props };
                expect(message).to.contain("refused its config.toml");
                const { detailed } = await plugin.diff(TYPE, id, state, news());
                expect(Object.keys(detailed)).to.deep.equal(["configHash"]);
                await plugin.delete(TYPE, id, state);
                expect(fs.existsSync(file())).to.equal(false);
            });

            it("counts only once systemd has read it", async () => {
                systemd.program(
                    "systemctl",
                    `[ "$1" = show ] && exec cat ${shells.folder}/unit.txt; echo Access denied; exit 1`,
                );
                expect(await failing({ stopTimeout: 900 })).to.contain("but systemd has not read it (Access denied).");
                systemd.program("systemctl", `cat ${shells.folder}/unit.txt`);
                await plugin.create(TYPE, news());
                expect(reloads()).to.equal(2);
            });
        });
    });
}
