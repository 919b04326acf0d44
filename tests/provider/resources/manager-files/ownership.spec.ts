import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { formatOwner, parseOwner } from "../../../../core/owner-file";
import { type Props, UNKNOWN } from "../../../../core/props";
import { thisMachine } from "../../../../hosts/machine";
import { asUser, isRoot } from "../../../helpers/as-user";
import { type Plugin, startPlugin } from "../../../helpers/plugin";
import { rejection } from "../../../helpers/rejection";

const TYPE = "ManagerFiles";
const TOML = 'concurrent = 4\n[[runners]]\ntoken = "glrt-verysecrettoken000000"\n';
const THEIRS = "demo/prod/ci-01";
const PLACE = { id: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", host: hostname(), machine: thisMachine().id };

describe("ManagerFiles and whose a directory is", () => {
    let root: string;
    let plugin: Plugin;
    const directory = () => join(root, "gitlab-runner");
    const at = (name: string) => join(directory(), name);
    const read = (name: string) => fs.readFileSync(at(name), "utf8");
    const names = () => fs.readdirSync(directory()).sort();
    const inputs = (more: Props = {}): Props => ({
        directory: directory(),
        configToml: TOML,
        systemId: "r_abcdefgh1234",
        ...more,
    });
    const said = () => plugin.logs.map(({ message }) => message).join("\n");
    const write = (name: string, text: string) => {
        fs.mkdirSync(directory(), { recursive: true });
        fs.writeFileSync(at(name), text);
    };

    beforeEach(async () => {
        root = fs.mkdtempSync(join(tmpdir(), "manager-ownership-"));
        plugin = await startPlugin("gitlab-fleet");
    });
    afterEach(async () => {
        await plugin.close();
        fs.rmSync(root, { recursive: true, force: true });
    });

    describe("with a file that names another stack", () => {
        const theirs = () => {
            write(".gitlab-fleet-owner", formatOwner({ owner: THEIRS }));
            write("config.toml", "theirs\n");
            write(".runner_system_id", "r_theirs000000");
        };
        const refusal = `${"is the directory of"} ${THEIRS} (.gitlab-fleet-owner in it says so)`;

        it("is refused in a preview and in up, for new files and for known ones, and nothing is touched", async () => {
            theirs();
            const state = { ...inputs(), host: hostname(), machine: PLACE.machine, directoryCreated: true };
            const id = directory();
            for (const attempt of [
                () => plugin.create(TYPE, inputs(), { preview: true }),
                () => plugin.create(TYPE, inputs()),
                () => plugin.diff(TYPE, id, state, inputs()),
                () => plugin.update(TYPE, id, state, inputs(), { preview: true }),
                () => plugin.update(TYPE, id, state, inputs()),
            ]) {
                expect((await rejection(attempt())).message)
                    .to.contain(refusal)
                    .and.contain(`takeOverFrom: "${THEIRS}"`);
            }
            expect((await plugin.read(TYPE, id, state, inputs()))!.state).to.deep.equal(state);
            await plugin.delete(TYPE, id, state);
            expect(said()).to.contain(`is the directory of ${THEIRS} by now: left as it is.`);
            expect(names()).to.deep.equal([".gitlab-fleet-owner", ".runner_system_id", "config.toml"]);
            expect([read("config.toml"), read(".runner_system_id")]).to.deep.equal(["theirs\n", "r_theirs000000"]);
        });

        it("is taken over where that is said, its config.toml kept aside", async () => {
            theirs();
            const wanted = inputs({ takeOverFrom: THEIRS, place: PLACE });
            await plugin.create(TYPE, wanted, { preview: true });
            const { id, state } = await plugin.create(TYPE, wanted);
            expect(parseOwner(read(".gitlab-fleet-owner"))).to.include({ owner: "demo/test/it", place: PLACE.id });
            expect(read("config.toml.before-gitlab-fleet")).to.equal("theirs\n");
            expect(said()).to.contain(`Took ${directory()} over from ${THEIRS}.`);
            expect((await plugin.diff(TYPE, id, state, wanted)).changes).to.equal(false);
        });

        it("is not taken over from anybody else than who was named", async () => {
            theirs();
            const error = await rejection(plugin.create(TYPE, inputs({ takeOverFrom: "demo/prod/ci-02" })));
            expect(error.message).to.contain(refusal);
        });

        it("prints nothing of such a file that a terminal would obey, and takes none for its own that it cannot read", async () => {
            write(".gitlab-fleet-owner", "managed-by: gitlab-fleet a/b/\u001b[31mred\u0007\n");
            const error = await rejection(plugin.create(TYPE, inputs()));
            expect(error.message).to.contain("a/b/?[31mred?").and.not.contain("\u001b");
            write(".gitlab-fleet-owner", "\u0000\u0001");
            expect((await rejection(plugin.create(TYPE, inputs()))).message).to.contain("cannot be understood");
        });
    });

    it("goes on under another name of the manager or of the stack, by the id of the place", async () => {
        const { id, state } = await plugin.create(TYPE, inputs({ place: PLACE }));
        const before = { ...state, owner: "demo/before/was" };
        write(".gitlab-fleet-owner", formatOwner({ owner: "demo/before/was", place: PLACE.id }));
        const wanted = inputs({ place: PLACE });
        expect((await plugin.diff(TYPE, id, before, wanted)).detailed).to.deep.equal({ owner: "update" });
        const updated = await plugin.update(TYPE, id, before, wanted);
        expect(parseOwner(read(".gitlab-fleet-owner")).owner).to.equal("demo/test/it");
        expect((await plugin.diff(TYPE, id, updated.state, wanted)).changes).to.equal(false);
    });

    it("asks in a preview whether the manager has only got another name", async () => {
        write(".gitlab-fleet-owner", formatOwner({ owner: "demo/test/ci-old" }));
        await plugin.create(TYPE, inputs(), { preview: true });
        expect(said()).to.include("gitlab-runner is what manager ci-old of this stack has written until now.");
        expect(said()).to.include("renamedFrom: ci-old at manager it.");
        plugin.logs.splice(0);
        write(".gitlab-fleet-owner", formatOwner({ owner: "demo/test/it" }));
        await plugin.create(TYPE, inputs(), { preview: true });
        expect(said()).to.equal("");
    });

    it("notices another state of its own name in its directory", async () => {
        const { id, state } = await plugin.create(TYPE, inputs({ place: PLACE }));
        write(".gitlab-fleet-owner", formatOwner({ owner: "demo/test/it", place: "bbbbbbbbbbbbbbbb" }));
        const error = await rejection(plugin.diff(TYPE, id, state, inputs({ place: PLACE })));
        expect(error.message).to.contain("is the directory of demo/test/it, in another state than this one");
        await plugin.delete(TYPE, id, state);
        expect(names()).to.include("config.toml");
    });

    it("takes a manager of another name for a former one of its own only when it is of the same state", async () => {
        const was = (identity?: string) =>
            write(
                ".gitlab-fleet-owner",
                formatOwner({ owner: "demo/test/ci-old", place: "bbbbbbbbbbbbbbbb", identity }),
            );
        const ours = inputs({ place: PLACE, identity: "abcdefghjk" });
        was("kjhgfedcba");
        for (const attempt of [
            () => plugin.create(TYPE, ours),
            () => plugin.create(TYPE, ours, { preview: true }),
            // In the first preview of a state its identity is not made yet: no file can have it.
            () => plugin.create(TYPE, inputs({ place: UNKNOWN, identity: UNKNOWN }), { preview: true }),
        ]) {
            const { message } = await rejection(attempt());
            expect(message).to.contain("is the directory of demo/test/ci-old, in another state than this one");
            expect(message).to.contain('takeOverFrom: "demo/test/ci-old"');
        }
        expect(names()).to.deep.equal([".gitlab-fleet-owner"]);
        // The same state; and files of before states were told in them.
        for (const identity of ["abcdefghjk", undefined]) {
            was(identity);
            await plugin.create(TYPE, ours);
            expect(parseOwner(read(".gitlab-fleet-owner"))).to.include({
                owner: "demo/test/it",
                place: PLACE.id,
                identity: "abcdefghjk",
            });
        }
    });

    it("is adopted in silence from before there were such files, when the state knows what is in it", async () => {
        write("config.toml", TOML);
        write(".runner_system_id", "r_abcdefgh1234");
        fs.chmodSync(at("config.toml"), 0o600);
        const old = { ...inputs(), configPath: at("config.toml"), host: hostname(), directoryCreated: true };
        const wanted = inputs({ place: PLACE });
        expect((await plugin.diff(TYPE, directory(), old, wanted, inputs())).detailed).to.deep.equal({ place: "add" });
        await plugin.update(TYPE, directory(), old, wanted, { oldInputs: inputs() });
        expect(names()).to.deep.equal([".gitlab-fleet-owner", ".runner_system_id", "config.toml"]);
        expect(plugin.logs).to.deep.equal([]);
    });

    it("removes from a directory only what it wrote", async () => {
        const { id, state } = await plugin.create(TYPE, inputs());
        write(".runner_system_id", "r_theirs000000");
        fs.rmSync(at(".gitlab-fleet-owner"));
        write("config.toml.edited-by-hand", "earlier\n");
        write("config.toml", "by hand\n");
        await plugin.delete(TYPE, id, state);
        expect(names()).to.deep.equal([
            ".runner_system_id",
            "config.toml.edited-by-hand",
            "config.toml.edited-by-hand.2",
        ]);
        expect(read("config.toml.edited-by-hand")).to.equal("earlier\n");
        expect(read("config.toml.edited-by-hand.2")).to.equal("by hand\n");
        expect(said()).to.contain("it was not deleted but renamed to config.toml.edited-by-hand.2.");
    });

    it("says in a preview that a hand-made config.toml is replaced and kept", async () => {
        await plugin.create(TYPE, inputs(), { preview: true });
        expect(said()).to.not.contain("already");
        write("config.toml", "by hand\n");
        await plugin.create(TYPE, inputs(), { preview: true });
        expect(said()).to.contain(
            `${directory()} has a config.toml already, which this one replaces: up keeps it beside, as config.toml.before-gitlab-fleet.`,
        );
        expect(names()).to.deep.equal(["config.toml"]);
    });

    it("keeps a hand-made config.toml although an earlier one was kept already, and says the name", async () => {
        write("config.toml.before-gitlab-fleet", "first\n");
        write("config.toml", "second\n");
        await plugin.create(TYPE, inputs());
        expect(read("config.toml.before-gitlab-fleet")).to.equal("first\n");
        expect(read("config.toml.before-gitlab-fleet.2")).to.equal("second\n");
        expect(said()).to.contain(
            `${directory()} already had a config.toml: it is kept as config.toml.before-gitlab-fleet.2.`,
        );
    });

    it("keeps owner, group and mode of its files and of the directory", async function () {
        if (!isRoot) this.skip();
        const { id, state } = await plugin.create(TYPE, inputs());
        fs.chownSync(directory(), 1234, 1234);
        fs.chmodSync(directory(), 0o750);
        for (const name of ["config.toml", ".runner_system_id"]) fs.chownSync(at(name), 1234, 4321);
        fs.chmodSync(at("config.toml"), 0o640);
        expect((await plugin.diff(TYPE, id, state, inputs())).changes).to.equal(false);
        await plugin.update(TYPE, id, state, inputs({ configToml: "new\n" }));
        const of = (path: string) => {
            const { uid, gid, mode } = fs.statSync(path);
            return [uid, gid, (mode & 0o777).toString(8)];
        };
        expect(of(at("config.toml"))).to.deep.equal([1234, 4321, "640"]);
        expect(of(at(".runner_system_id"))).to.deep.equal([1234, 4321, "600"]);
        expect(of(directory())).to.deep.equal([1234, 1234, "750"]);
    });

    it("says before it writes anything when it could not keep them", async function () {
        if (!isRoot) this.skip();
        const { id, state } = await plugin.create(TYPE, inputs());
        fs.chmodSync(root, 0o755);
        fs.chownSync(directory(), 1234, 1234);
        fs.chmodSync(at("config.toml"), 0o644);
        fs.chmodSync(at(".runner_system_id"), 0o644);
        const error = await asUser(1234, () =>
            rejection(plugin.update(TYPE, id, state, inputs({ configToml: "new\n" }))),
        );
        expect(error.message)
            .to.contain("config.toml")
            .and.contain("belongs to user 0, and only root can leave it to them");
        expect(read("config.toml")).to.equal(TOML);
        expect(names()).to.have.lengthOf(3);
    });

    it("writes through a link to where config.toml really is, and leaves the link when it goes", async () => {
        fs.mkdirSync(join(root, "real"));
        write("x", "");
        fs.symlinkSync("../real/config.toml", at("config.toml"));
        const { id, state } = await plugin.create(TYPE, inputs());
        expect(fs.readFileSync(join(root, "real/config.toml"), "utf8")).to.equal(TOML);
        expect((await plugin.diff(TYPE, id, state, inputs())).changes).to.equal(false);
        await plugin.delete(TYPE, id, state);
        expect(fs.readlinkSync(at("config.toml"))).to.equal("../real/config.toml");
        expect(fs.readdirSync(join(root, "real"))).to.deep.equal([]);
    });

    it("waits for no FIFO or device, and reads nothing without end, wherever it looks", async () => {
        const { id, state } = await plugin.create(TYPE, inputs());
        const put: Record<string, () => void> = {
            "is a FIFO": () => execFileSync("mkfifo", [at("config.toml")]),
            "is a device": () => fs.symlinkSync("/dev/zero", at("config.toml")),
            "is a directory": () => fs.mkdirSync(at("config.toml")),
            "is larger than 8 MiB": () => {
                fs.writeFileSync(at("config.toml"), "");
                fs.truncateSync(at("config.toml"), 2 ** 30);
            },
        };
        for (const [text, make] of Object.entries(put)) {
            fs.rmSync(at("config.toml"), { recursive: true });
            make();
            for (const attempt of [
                () => plugin.diff(TYPE, id, state, inputs()),
                () => plugin.create(TYPE, inputs(), { preview: true }),
                () => plugin.create(TYPE, inputs()),
                () => plugin.update(TYPE, id, state, inputs({ configToml: "new\n" })),
                () => plugin.read(TYPE, id, state, inputs()),
                () => plugin.delete(TYPE, id, state),
            ]) {
                expect((await rejection(attempt())).message, text).to.contain(`config.toml ${text}`);
            }
        }
    });
});
