import * as fs from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { UNKNOWN } from "../../../../core/props";
import { thisMachine } from "../../../../hosts/machine";
import { type Plugin, startPlugin } from "../../../helpers/plugin";
import { rejection } from "../../../helpers/rejection";

const TYPE = "ManagerFiles";
const TOML = 'concurrent = 4\n[[runners]]\ntoken = "glrt-verysecrettoken000000"\n';
const SYSTEM_ID = "r_abcdefgh1234";

describe("ManagerFiles", () => {
    let root: string;
    let plugin: Plugin;
    const directory = () => join(root, "etc", "gitlab-runner");
    const config = () => join(directory(), "config.toml");
    const inputs = (more: object = {}) => ({ directory: directory(), configToml: TOML, systemId: SYSTEM_ID, ...more });
    const modeOf = (path: string) => (fs.statSync(path).mode & 0o777).toString(8);

    beforeEach(async () => {
        root = fs.mkdtempSync(join(tmpdir(), "manager-files-"));
        plugin = await startPlugin("gitlab-fleet");
    });
    afterEach(async () => {
        await plugin.close();
        fs.rmSync(root, { recursive: true, force: true });
    });

    it("writes both files for the owner's eyes only, into a directory it makes", async () => {
        const created = await plugin.create(TYPE, inputs());
        expect(created.id).to.equal(directory());
        expect(created.secrets).to.deep.equal(["configToml"]);
        expect(created.state).to.deep.equal({
            ...inputs(),
            configPath: config(),
            host: hostname(),
            machine: thisMachine().id,
            owner: "demo/test/it",
            directoryCreated: true,
        });
        expect(fs.readFileSync(config(), "utf8")).to.equal(TOML);
        expect(fs.readFileSync(join(directory(), ".runner_system_id"), "utf8")).to.equal(SYSTEM_ID);
        expect([modeOf(config()), modeOf(directory())]).to.deep.equal(["600", "700"]);
        expect(fs.readdirSync(directory()).sort()).to.deep.equal([
            ".gitlab-fleet-owner",
            ".runner_system_id",
            "config.toml",
        ]);
    });

    it("writes nothing in a preview, even with content that is not known yet", async () => {
        const preview = await plugin.create(TYPE, inputs({ configToml: UNKNOWN }), { preview: true });
        expect(preview.state).to.include({ configPath: config(), configToml: UNKNOWN });
        expect(fs.readdirSync(root)).to.deep.equal([]);
    });

    it("keeps the files that were written for another name in the same operation", async () => {
        const { id, state } = await plugin.create(TYPE, inputs(), { name: "new" });
        await plugin.delete(TYPE, id, state, "old");
        expect(fs.readFileSync(config(), "utf8")).to.equal(TOML);
    });

    it("is one of two that find an empty directory at the same moment: the other one writes nothing", async () => {
        const [one, other] = ["a", "b"].map((letter) => inputs({ place: { id: letter.repeat(16) } }));
        const ends = await Promise.allSettled([one, other].map((each) => plugin.create(TYPE, each!)));
        expect(ends.map(({ status }) => status).sort()).to.deep.equal(["fulfilled", "rejected"]);
        const { reason } = ends.find(({ status }) => status === "rejected") as PromiseRejectedResult;
        expect(String(reason.details ?? reason.message)).to.match(
            /another pulumi up is at work there|is the directory of/,
        );
        const winner = ends[0]!.status === "fulfilled" ? "a" : "b";
        expect(fs.readFileSync(join(directory(), ".gitlab-fleet-owner"), "utf8")).to.contain(winner.repeat(16));
    });

    it("sees no change after it wrote", async () => {
        const { id, state } = await plugin.create(TYPE, inputs());
        expect((await plugin.diff(TYPE, id, state, inputs())).changes).to.equal(false);
    });

    it("says of a port that the process binds only when it starts", async () => {
        const settings = (global: object) => ({ settings: { global: { concurrent: 4, ...global }, workers: {} } });
        const texts = ["", 'listen_address = ":9252"\n', '[session_server]\nlisten_address = "[::]:8093"\n'];
        const { id, state } = await plugin.create(TYPE, inputs(settings({})));
        expect(plugin.logs).to.deep.equal([]);
        const [, port, both] = [
            {},
            { listen_address: ":9252" },
            { listen_address: ":9252", session_server: { listen_address: "[::]:8093" } },
        ].map((global, index) =>
            inputs({ configToml: texts.slice(0, index + 1).join("") + TOML, ...settings(global) }),
        );
        await plugin.diff(TYPE, id, state, port!);
        await plugin.diff(TYPE, id, state, both!);
        const said = plugin.logs.flatMap(
            ({ message }) => /^(.*) read only when gitlab-runner starts/.exec(message)?.[1] ?? [],
        );
        expect(said).to.deep.equal(["listen_address is", "listen_address and [session_server] are"]);
    });

    it("says what an edit of the program changes, value by value, and takes it for no edit by hand", async () => {
        const before = inputs({ settings: { global: { concurrent: 4 }, workers: { a: { limit: 1 } } } });
        const { id, state } = await plugin.create(TYPE, before);
        const after = inputs({
            configToml: TOML.replace("= 4", "= 8"),
            settings: { global: { concurrent: 8 }, workers: { a: { limit: 1 } } },
        });
        const { detailed } = await plugin.diff(TYPE, id, state, after);
        expect(detailed).to.deep.equal({ "settings.global.concurrent": "update" });
        expect(plugin.logs.map(({ message }) => message)).to.deep.equal(["config.toml changes: concurrent 4 → 8."]);
        expect((await plugin.update(TYPE, id, state, after)).state).to.deep.include(after);
    });

    it("takes what its workers serve, which only policies read, for no change of the files", async () => {
        const { id, state } = await plugin.create(TYPE, inputs());
        const serves = { a: { runner: "ci", runUntagged: true } };
        const now = inputs({ serves });
        expect((await plugin.diff(TYPE, id, state, now)).changes).to.equal(false);
        expect((await plugin.read(TYPE, id, state, now))!.inputs).to.deep.include({ serves });
    });

    it("keeps in a refresh all that it is declared with, however little of it is in the files", async () => {
        const declared = inputs({ identity: "abcdefghij", look: true, settings: { global: { concurrent: 1 } } });
        const { id, state } = await plugin.create(TYPE, declared);
        expect((await plugin.read(TYPE, id, state, declared))!.inputs).to.deep.equal(declared);
    });

    it("says in one line what a new manager is, in a preview and not in up", async () => {
        const settings = {
            global: { concurrent: 4 },
            workers: { a: { executor: "docker", docker: { image: "i:1" } } },
        };
        await plugin.create(TYPE, inputs({ settings }), { preview: true });
        await plugin.create(TYPE, inputs({ settings }));
        expect(plugin.logs.map(({ message }) => message)).to.deep.equal([
            "config.toml with one worker: a (docker, i:1); concurrent 4.",
        ]);
    });

    it("puts the content it finds into the state on refresh, as a secret", async () => {
        const { id, state } = await plugin.create(TYPE, inputs());
        fs.writeFileSync(config(), "concurrent = 1\n");
        const found = await plugin.read(TYPE, id, state, inputs());
        expect(found!.state).to.include({ configToml: "concurrent = 1\n", directoryCreated: true });
        expect(found!.secrets).to.deep.equal(["configToml"]);
        expect((await plugin.diff(TYPE, id, found!.state, inputs())).detailed).to.deep.equal({ configToml: "update" });
    });

    it("is gone on refresh when both files are", async () => {
        const { id, state } = await plugin.create(TYPE, inputs());
        fs.rmSync(directory(), { recursive: true });
        expect(await plugin.read(TYPE, id, state, inputs())).to.equal(undefined);
    });

    it("imports a directory by its path", async () => {
        await plugin.create(TYPE, inputs());
        const found = await plugin.read(TYPE, directory());
        expect(found!.inputs).to.deep.equal(inputs());
        expect((await plugin.diff(TYPE, found!.id, found!.state, found!.inputs)).changes).to.equal(false);
    });

    it("keeps somebody else's config.toml aside, once", async () => {
        fs.mkdirSync(directory(), { recursive: true });
        fs.writeFileSync(config(), "by hand\n", { mode: 0o644 });
        const created = await plugin.create(TYPE, inputs());
        const copy = join(directory(), "config.toml.before-gitlab-fleet");
        expect(fs.readFileSync(copy, "utf8")).to.equal("by hand\n");
        expect(modeOf(copy)).to.equal("600");
        expect(modeOf(config())).to.equal("600");
        expect(plugin.logs[0]!.message).to.contain("it is kept as config.toml.before-gitlab-fleet");
        await plugin.create(TYPE, inputs({ configToml: "other\n" }));
        expect(fs.readFileSync(copy, "utf8")).to.equal("by hand\n");
        await plugin.delete(TYPE, created.id, { ...created.state, configToml: "other\n" });
        expect(fs.readdirSync(directory())).to.deep.equal(["config.toml.before-gitlab-fleet"]);
    });

    it("deletes what it wrote, and the directory only when it made it and nothing else is in it", async () => {
        const made = await plugin.create(TYPE, inputs());
        await plugin.delete(TYPE, made.id, made.state);
        expect(fs.existsSync(directory())).to.equal(false);
        await plugin.delete(TYPE, made.id, made.state);

        fs.mkdirSync(directory());
        const found = await plugin.create(TYPE, inputs());
        expect(found.state.directoryCreated).to.equal(false);
        await plugin.delete(TYPE, found.id, found.state);
        expect(fs.readdirSync(directory())).to.deep.equal([]);

        const shared = await plugin.create(TYPE, inputs());
        fs.writeFileSync(join(directory(), "theirs"), "");
        await plugin.delete(TYPE, shared.id, { ...shared.state, directoryCreated: true });
        expect(fs.readdirSync(directory())).to.deep.equal(["theirs"]);
    });

    it("does not delete what somebody else wrote into config.toml", async () => {
        const { id, state } = await plugin.create(TYPE, inputs());
        fs.writeFileSync(config(), "by hand\n");
        await plugin.delete(TYPE, id, state);
        expect(fs.readFileSync(join(directory(), "config.toml.edited-by-hand"), "utf8")).to.equal("by hand\n");
        expect(plugin.logs[0]).to.include({ severity: "warn" });
    });

    it("leaves files and identity as they are with onDestroy: keep, and finds them again afterwards", async () => {
        const made = await plugin.create(TYPE, inputs());
        const kept = inputs({ onDestroy: "keep" });
        const { state } = await plugin.update(TYPE, made.id, made.state, kept);
        fs.appendFileSync(config(), "# by hand\n");
        const before = fs.readdirSync(directory()).map((name) => fs.readFileSync(join(directory(), name), "utf8"));
        await plugin.delete(TYPE, made.id, state);
        expect(
            fs.readdirSync(directory()).map((name) => fs.readFileSync(join(directory(), name), "utf8")),
        ).to.deep.equal(before);
        expect(plugin.logs.at(-1)?.message).to.contain("is left as it is (onDestroy: keep)");
        await plugin.create(TYPE, kept);
        expect(fs.readFileSync(join(directory(), ".runner_system_id"), "utf8")).to.equal(SYSTEM_ID);
    });

    it("asks no host whose files are kept: it may be gone for good", async () => {
        const ssh = { host: "nobody@127.0.0.1:1", connectTimeout: 1 };
        const state = { ...inputs({ ssh }), host: "vm-01", configPath: config(), directoryCreated: false };
        const refused = await rejection(plugin.delete(TYPE, "x", state));
        expect(refused.message).to.contain("Its files were not deleted.");
        await plugin.delete(TYPE, "x", { ...state, onDestroy: "keep" });
    });

    it("leaves the old file whole when it cannot write the new one", async () => {
        const { id, state } = await plugin.create(TYPE, inputs());
        fs.mkdirSync(join(directory(), "blocked"));
        fs.renameSync(config(), join(directory(), "blocked", "config.toml"));
        fs.mkdirSync(config());
        const error = await rejection(plugin.update(TYPE, id, state, inputs({ configToml: "new\n" })));
        expect(error.message).to.match(/^ManagerFiles "it": the files in .* cannot be read or written \(E/);
        expect(error.message).not.to.contain(".tmp");
        expect(fs.readdirSync(directory()).filter((name) => name.endsWith(".tmp"))).to.deep.equal([]);
    });

    it("replaces when the directory changes", async () => {
        const state = { ...inputs(), host: "elsewhere" };
        expect((await plugin.diff(TYPE, "x", state, inputs({ directory: "/elsewhere" }))).replaces).to.deep.equal([
            "directory",
        ]);
    });

    it("refuses relative directories and system ids that gitlab-runner would refuse", async () => {
        const { failures } = await plugin.check(TYPE, inputs({ directory: "etc", systemId: "x_1", onDestroy: "kept" }));
        expect(failures.map(({ property }) => property)).to.deep.equal(["directory", "systemId", "onDestroy"]);
        const { inputs: normal, secrets } = await plugin.check(
            TYPE,
            inputs({ directory: "/etc/../etc/gitlab-runner/" }),
        );
        expect(normal.directory).to.equal("/etc/gitlab-runner");
        expect(secrets).to.deep.equal(["configToml"]);
    });
});
