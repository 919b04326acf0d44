import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { hostname } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { formatOwner } from "../../../core/owner-file";
import { type Props, UNKNOWN } from "../../../core/props";
import { thisMachine } from "../../../hosts/machine";
import { isRoot } from "../../helpers/as-user";
import { skipWithout } from "../../helpers/needs";
import { type Plugin, startPlugin } from "../../helpers/plugin";
import { rejection } from "../../helpers/rejection";
import { type HostOptions, sshWith, startWorld, type TestHost, type World } from "./world";

const FILES = "ManagerFiles";
const PLACE = "ManagerPlace";
const TOML = 'concurrent = 4\n[[runners]]\ntoken = "glrt-verysecrettoken000000"\n';
const ID = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

const KINDS: Record<string, { login?(world: World): string; sudo?: boolean }> = {
    "that has coreutils": {},
    "whose only tools are busybox's": {
        login: (world) => {
            const folder = path.join(world.folder, "busybox");
            fs.mkdirSync(folder);
            const which = execFileSync("sh", ["-c", "command -v busybox"], { encoding: "utf8" }).trim();
            execFileSync(which, ["--install", "-s", folder]);
            return `PATH=${folder} exec ${folder}/sh -c "$SSH_ORIGINAL_COMMAND"`;
        },
    },
    "that is written with sudo": {
        sudo: true,
        login: () =>
            [
                'case $SSH_ORIGINAL_COMMAND in "sudo -n sh -s") exec sh -s ;; esac',
                'exec setpriv --reuid 65534 --regid 65534 --clear-groups sh -c "$SSH_ORIGINAL_COMMAND"',
            ].join("\n"),
    },
};

for (const [kind, { login, sudo }] of Object.entries(KINDS)) {
    describe(`a manager's files on a host ${kind}`, () => {
        let world: World;
        let host: TestHost;
        let plugin: Plugin;
        let ssh: Props;
        const directory = () => path.join(host.folder, "etc/gitlab-runner");
        const at = (name: string) => path.join(directory(), name);
        const read = (name = "config.toml") => fs.readFileSync(at(name), "utf8");
        const inputs = (more: Props = {}): Props => ({
            directory: directory(),
            ssh,
            configToml: TOML,
            systemId: "r_abcdefgh1234",
            look: true,
            ...more,
        });
        const label = () => `root@127.0.0.1:${host.port}`;
        const said = () => plugin.logs.map(({ message }) => message).join("\n");
        const diff = (state: Props, news: Props, id = "x") => plugin.diff(FILES, id, state, news);

        before(async function () {
            skipWithout("sshd", this);
            if (!isRoot) this.skip();
            world = startWorld();
            host = await world.host({ login: login?.(world) } satisfies HostOptions);
            ssh = { ...host.options, ...(sudo ? { sudo } : {}) };
        });
        beforeEach(async () => {
            fs.rmSync(host.folder, { recursive: true, force: true });
            fs.mkdirSync(host.folder);
            fs.chmodSync(world.folder, 0o755);
            plugin = await startPlugin("gitlab-fleet");
        });
        afterEach(() => plugin.close());
        after(() => world?.close());

        it("are written, found again, put right after an edit by hand, and removed with their directory", async () => {
            const { state, id, secrets } = await plugin.create(FILES, inputs(), { secrets: ["ssh"] });
            expect(id).to.equal(`ssh://${label()}${directory()}`);
            expect(secrets).to.deep.equal(["configToml", "ssh"]);
            expect(state).to.deep.include({
                host: hostname(),
                machine: thisMachine().id,
                directoryCreated: true,
                configPath: at("config.toml"),
                ssh,
            });
            expect(state).to.not.have.property("look");
            expect(fs.readdirSync(directory()).sort()).to.deep.equal([
                ".gitlab-fleet-owner",
                ".runner_system_id",
                "config.toml",
            ]);
            expect([read(), read(".runner_system_id")]).to.deep.equal([TOML, "r_abcdefgh1234"]);
            expect(fs.statSync(at("config.toml")).mode & 0o777).to.equal(0o600);
            expect((await diff(state, inputs())).changes).to.equal(false);
            fs.writeFileSync(at("config.toml"), TOML.replace("4", "40"), { mode: 0o644 });
            expect((await diff(state, inputs())).detailed).to.deep.equal({ configToml: "update" });
            expect(said()).to.contain(
                `config.toml in ${label()}:${directory()} is not what was declared and will be written again`,
            );
            expect((await plugin.read(FILES, id, state, inputs()))!.state.configToml).to.contain("40");
            const { state: next } = await plugin.update(FILES, id, state, inputs({ configToml: `${TOML}# more\n` }));
            expect(read()).to.equal(`${TOML}# more\n`);
            expect(said()).to.contain(
                `${label()}:${directory()} had a config.toml that was edited by hand: it is kept as config.toml.edited-by-hand.`,
            );
            fs.appendFileSync(at("config.toml"), "# by hand\n");
            await plugin.delete(FILES, id, next);
            expect(fs.readdirSync(directory())).to.deep.equal([
                "config.toml.edited-by-hand",
                "config.toml.edited-by-hand.2",
            ]);
            for (const name of fs.readdirSync(directory())) fs.rmSync(at(name));
            const again = await plugin.create(FILES, inputs());
            await plugin.delete(FILES, again.id, { ...again.state, directoryCreated: true });
            expect(fs.existsSync(directory())).to.equal(false);
            expect(JSON.stringify(plugin.logs)).to.not.contain("glrt-").and.not.contain("PRIVATE");
        });

        it("keep owner, group and mode, and what was configured by hand before is kept aside", async () => {
            fs.mkdirSync(directory(), { recursive: true });
            fs.writeFileSync(at("config.toml"), "by hand\n");
            fs.chownSync(at("config.toml"), 1234, 4321);
            fs.chmodSync(at("config.toml"), 0o640);
            await plugin.create(FILES, inputs());
            const { uid, gid, mode } = fs.statSync(at("config.toml"));
            expect([uid, gid, mode & 0o777]).to.deep.equal([1234, 4321, 0o640]);
            expect(read("config.toml.before-gitlab-fleet")).to.equal("by hand\n");
            expect(said()).to.contain(`${label()}:${directory()} already had a config.toml: it is kept as`);
        });

        it("are those of the stack that the host's owner file names, and nobody else's", async () => {
            fs.mkdirSync(directory(), { recursive: true });
            fs.writeFileSync(at(".gitlab-fleet-owner"), formatOwner({ owner: "other/prod/ci" }));
            for (const attempt of [
                () => plugin.create(FILES, inputs()),
                () => plugin.create(PLACE, { directory: directory(), ssh }),
            ]) {
                const { message } = await rejection(attempt());
                expect(message).to.contain(`${label()}:${directory()} is the directory of other/prod/ci`);
            }
            expect(fs.readdirSync(directory())).to.deep.equal([".gitlab-fleet-owner"]);
        });

        it("are imported by the address of their directory, with a login as ssh has it", async () => {
            const { id, state } = await plugin.create(FILES, inputs());
            const { PATH } = process.env;
            process.env.PATH = `${sshWith(world, host)}:${PATH}`;
            try {
                const found = (await plugin.read(FILES, sudo ? directory() : id))!;
                expect(found.state).to.include({ configToml: TOML, systemId: "r_abcdefgh1234" });
                expect(found.inputs.ssh).to.deep.equal(sudo ? undefined : { host: `ssh://${label()}` });
                const { changes } = await plugin.diff(FILES, found.id, found.state, { ...found.inputs, look: true });
                expect(changes).to.equal(false);
            } finally {
                process.env.PATH = PATH;
            }
            const refreshed = await plugin.read(FILES, id, state, inputs());
            expect(refreshed!.inputs).to.deep.include({ directory: directory(), ssh });
        });

        it("move from this machine's directory to ssh of the same machine, and back, and keep text and identity", async () => {
            const place = { id: ID, host: hostname(), machine: thisMachine().id };
            const local = { ...inputs({ place }), ssh: undefined };
            const before = await plugin.create(FILES, local);
            const moved = inputs({ place });
            expect((await diff(before.state, moved)).detailed).to.deep.equal({ ssh: "add" });
            const { state } = await plugin.update(FILES, before.id, before.state, moved);
            expect(state).to.deep.include({ ssh, placeId: ID, systemId: "r_abcdefgh1234", directoryCreated: true });
            expect((await diff(state, moved)).changes).to.equal(false);
            expect(read()).to.equal(TOML);
            const back = await plugin.diff(FILES, "x", state, local, moved);
            expect(back.detailed).to.deep.equal({ ssh: "delete" });
            const { state: home } = await plugin.update(FILES, before.id, state, local, { oldInputs: moved });
            expect(home).to.not.have.property("ssh");
            await plugin.delete(FILES, before.id, home);
            expect(fs.existsSync(directory())).to.equal(false);
        });

        it("do not move from another machine's directory to ssh in silence", async () => {
            const place = { id: ID, host: "ci-01", machine: "0".repeat(32) };
            const { state } = await plugin.create(FILES, { ...inputs(), ssh: undefined });
            const there = { ...state, ...place, placeId: ID };
            const error = await rejection(plugin.update(FILES, "x", there, inputs({ place })));
            expect(error.message).to.contain("is on ci-01").and.contain("give it another name");
            const onPlace = { directory: directory(), place };
            const refused = await rejection(plugin.update(PLACE, "it", onPlace, { directory: directory(), ssh }));
            expect(refused.message).to.contain("is on ci-01").and.contain("Nothing was changed.");
        });

        it("are written anew on a host that was recreated, and the place says where it is by now", async () => {
            const { state, id } = await plugin.create(PLACE, { directory: directory(), ssh, look: true });
            expect(state.place).to.include({ host: hostname(), machine: thisMachine().id });
            const was = { ...state, place: { ...(state.place as Props), machine: "0".repeat(32), host: "was" } };
            const wanted = { directory: directory(), ssh, declared: "2" };
            expect((await plugin.update(PLACE, id, was, wanted)).state.place).to.deep.equal(state.place);
            const files = await plugin.create(FILES, inputs({ place: state.place }));
            const old = { ...files.state, host: "was", machine: "0".repeat(32) };
            fs.rmSync(directory(), { recursive: true });
            expect((await diff(old, inputs({ place: state.place }))).detailed).to.have.property("configToml");
            const { state: next } = await plugin.update(FILES, id, old, inputs({ place: state.place }));
            expect(next).to.include({ host: hostname(), machine: thisMachine().id });
            expect(read()).to.equal(TOML);
        });

        it("need no host in a preview, which says once that it compares with the state", async () => {
            const { state, id } = await plugin.create(FILES, inputs());
            const connections = () => host.log().match(/Accepted publickey/g)!.length;
            const before = connections();
            await plugin.close();
            plugin = await startPlugin("gitlab-fleet");
            const blind = inputs({ look: false });
            fs.appendFileSync(at("config.toml"), "# by hand\n");
            expect((await diff(state, blind)).changes).to.equal(false);
            expect((await diff(state, inputs({ look: undefined }))).changes).to.equal(false);
            const edited = { ...blind, configToml: TOML.replace("4", "8") };
            expect((await diff(state, edited)).detailed).to.deep.equal({ configToml: "update" });
            await plugin.create(FILES, edited, { preview: true });
            await plugin.create(FILES, inputs({ ssh: { host: UNKNOWN } }), { preview: true });
            await plugin.update(FILES, id, state, edited, { preview: true });
            const place = { directory: directory(), ssh };
            await plugin.create(PLACE, place, { preview: true });
            await plugin.update(PLACE, "it", { ...place, place: {} }, { ...place, declared: "2" }, { preview: true });
            expect(connections()).to.equal(before);
            expect(
                plugin.logs.filter(({ message }) => message.includes("compared with the state")).length,
            ).to.be.lessThan(2);
        });
    });
}
