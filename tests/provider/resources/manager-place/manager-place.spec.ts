import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { formatOwner } from "../../../../core/owner-file";
import { type Props, UNKNOWN } from "../../../../core/props";
import type { GitLab } from "../../../../gitlab/client";
import type { Sight } from "../../../../hosts/host";
import { hostOf } from "../../../../hosts/hosts";
import { thisHost } from "../../../../hosts/local";
import { thisMachine } from "../../../../hosts/machine";
import { managerAt } from "../../../../provider/resources/manager-place/manager-place";
import { type DirectoryPlace, whyElsewhere } from "../../../../provider/resources/manager-place/place";
import { keepSight, sightOf } from "../../../../provider/resources/manager-place/sight";
import { addRunner, type Runner, type Sandbox, startSandbox } from "../../../../sandbox";
import { type Plugin, startPlugin } from "../../../helpers/plugin";
import { rejection } from "../../../helpers/rejection";

const PLACE = "ManagerPlace";
const FILES = "ManagerFiles";
const TOKEN = "RunnerToken";
const ID = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const SYSTEM_ID = "r_abcdefgh1234";
const HERE = { id: ID, host: hostname(), machine: thisMachine().id };
const ELSEWHERE = { id: ID, host: "ci-01", machine: "0".repeat(32) };

describe("a manager's directory on this machine or another", () => {
    let root: string;
    const directory = () => join(root, "gitlab-runner");
    const write = (name: string, text: string) => {
        fs.mkdirSync(directory(), { recursive: true });
        fs.writeFileSync(join(directory(), name), text);
    };
    const inputs = (more: Props = {}): Props => ({ directory: directory(), systemId: SYSTEM_ID, ...more });

    beforeEach(() => {
        root = fs.mkdtempSync(join(tmpdir(), "manager-place-"));
    });
    afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

    describe("is told by", () => {
        const here = { host: "ci-01", id: "1" };
        const proofs: Record<string, () => void> = {
            none: () => {},
            "the owner file": () => write(".gitlab-fleet-owner", formatOwner({ owner: "a/b/c", place: ID })),
            "its identity, from before owner files": () => write(".runner_system_id", SYSTEM_ID),
            "somebody else's owner file": () => {
                write(".gitlab-fleet-owner", formatOwner({ owner: "x/y/z", place: "b".repeat(32) }));
                write(".runner_system_id", SYSTEM_ID);
            },
        };
        const at = (on: DirectoryPlace["on"], shared = false): DirectoryPlace => ({
            host: thisHost,
            owner: "a/b/c",
            place: ID,
            directory: directory(),
            on,
            shared,
            systemId: SYSTEM_ID,
        });
        const all = Object.keys(proofs);
        const proven = all.slice(1, 3);
        // The machine that the state knows, and the proofs with which this machine is taken for it.
        const table: [string, DirectoryPlace["on"], boolean, string[]][] = [
            ["nothing known yet", undefined, false, all],
            ["the same name and id", here, false, all],
            ["another name, the same id: renamed, or an image's id", { host: "was", id: "1" }, false, proven],
            ["the same name, another id", { host: "ci-01", id: "2" }, false, []],
            ["the same name, no id: a state of before, or a container", { host: "ci-01" }, false, proven],
            ["another name, no id", { host: "other" }, false, []],
            ["another name and id", { host: "other", id: "2" }, false, []],
            ["another name and id, shared between machines", { host: "other", id: "2" }, true, proven],
        ];
        for (const [title, on, shared, enough] of table) {
            it(`${title}: here with ${enough.length === 0 ? "nothing" : enough.join("; ")}`, async () => {
                for (const [proof, make] of Object.entries(proofs)) {
                    fs.rmSync(directory(), { recursive: true, force: true });
                    make();
                    const place = at(on, shared);
                    const why = whyElsewhere(place, await sightOf(place), here);
                    expect(why === undefined, proof).to.equal(enough.includes(proof));
                }
            });
        }
    });

    describe("with the plugin", () => {
        let sandbox: Sandbox;
        let plugin: Plugin;
        let runner: Runner;
        before(async () => {
            sandbox = await startSandbox({
                seed: {
                    users: [{ username: "olga" }],
                    groups: [{ path: "apps", members: { olga: "owner" } }],
                    tokens: [{ name: "api", user: "olga", scopes: ["api"] }],
                },
            });
        });
        beforeEach(async () => {
            sandbox.reset();
            runner = addRunner(sandbox.db, {
                runnerType: "group_type",
                groupId: 1,
                maintenanceNote: "managed-by: gitlab-fleet demo/test/ci",
            });
            sandbox.journal.clear();
            plugin = await startPlugin("gitlab-fleet", { baseUrl: sandbox.url, token: sandbox.tokens.api });
        });
        afterEach(() => plugin.close());
        after(() => sandbox.close());
        const said = () => plugin.logs.map(({ message }) => message).join("\n");

        it("is reached when up makes or changes the place; a preview neither goes there nor asks GitLab", async () => {
            const preview = await plugin.create(PLACE, inputs({ declared: "1" }), { preview: true });
            expect(preview.state.place).to.equal(UNKNOWN);
            const { id, state } = await plugin.create(PLACE, inputs({ declared: "1", look: true }));
            expect(state.place).to.include({ host: hostname() });
            expect(state).to.not.have.property("look");
            expect(fs.readdirSync(root)).to.deep.equal([]);
            expect((await plugin.diff(PLACE, id, state, inputs({ declared: "1" }))).changes).to.equal(false);
            expect((await plugin.diff(PLACE, id, state, inputs({ declared: "2" }))).detailed).to.deep.equal({
                declared: "update",
            });
            const updated = await plugin.update(PLACE, id, state, inputs({ declared: "2" }));
            expect(updated.state.place).to.deep.equal(state.place);
            await plugin.delete(PLACE, id, state);
            expect(sandbox.journal.count()).to.equal(0);
        });

        it("is one manager's, whatever the other calls the host: the second one of an up is stopped before anything is changed", async () => {
            await plugin.create(PLACE, inputs(), { name: "ci-01" });
            const error = await rejection(plugin.create(PLACE, inputs(), { name: "ci-02" }));
            expect(error.message).to.contain('ManagerPlace "ci-02": ');
            expect(error.message).to.contain('gitlab-runner is the directory of manager "ci-01" of this program, too');
            await plugin.create(PLACE, inputs(), { name: "ci-01" });
        });

        it("is each machine's own, where several come from one image and share their id, or their name", () => {
            const gitlab = {} as GitLab;
            const at = (name: string, host: string, id?: string) =>
                managerAt({ gitlab, name }, { host, id }, "/etc/gitlab-runner");
            expect(at("a", "vm-01", "1")).to.equal("a");
            expect(at("b", "vm-02", "1")).to.equal("b");
            expect(at("c", "vm-01", "2")).to.equal("c");
            expect(at("d", "vm-01")).to.equal("d");
            expect(at("e", "vm-01", "1")).to.equal("a");
        });

        it("is not reached, for each reason there is, before anything is written", async () => {
            const refused = async (text: string) => {
                const { message } = await rejection(plugin.create(PLACE, inputs()));
                expect(message)
                    .to.contain(text)
                    .and.match(/^ManagerPlace "it": .* Nothing was changed\.$/);
            };
            fs.writeFileSync(directory(), "");
            await refused("is not a directory");
            fs.rmSync(directory());
            fs.mkdirSync(directory());
            execFileSync("mkfifo", [join(directory(), "config.toml")]);
            await refused("is a FIFO");
            fs.rmSync(join(directory(), "config.toml"));
            write(".gitlab-fleet-owner", formatOwner({ owner: "demo/prod/ci-01" }));
            await refused("is the directory of demo/prod/ci-01");
            expect(fs.readdirSync(directory())).to.deep.equal([".gitlab-fleet-owner"]);
        });

        it("stops an up that would write on another machine; one with nothing to write goes on", async () => {
            const state = { ...inputs({ declared: "1" }), place: ELSEWHERE };
            const error = await rejection(plugin.update(PLACE, "it", state, inputs({ declared: "2" })));
            expect(error.message)
                .to.contain(`is on ci-01, and this is ${hostname()}. Run pulumi up there.`)
                .and.contain("sharedBetweenMachines: true");
            const idle = await plugin.diff(PLACE, "it", state, inputs({ declared: "1", look: true }));
            expect(idle.changes).to.equal(false);
        });

        it("stops an up that would make a runner anew for a manager on another machine", async () => {
            const runners = [{ name: "ci", runnerType: "group_type", groupId: 1 }];
            const state = { ...inputs({ runners }), place: ELSEWHERE };
            const look = () => plugin.diff(PLACE, "it", state, inputs({ runners, look: true }));
            expect((await look()).changes).to.equal(false);
            expect((await plugin.diff(PLACE, "it", state, inputs({ runners }))).changes).to.equal(false);
            sandbox.db.runners.delete(runner.id);
            const fresh = await startPlugin("gitlab-fleet", { baseUrl: sandbox.url, token: sandbox.tokens.api });
            try {
                const again = fresh.diff(PLACE, "it", state, inputs({ runners, look: true }));
                expect((await rejection(again)).message).to.contain(
                    'runner "ci" is not in GitLab and would be recreated',
                );
            } finally {
                await fresh.close();
            }
        });

        it("is no concern of an up that has nothing for its host, where the disk is full, unless a runner is recreated", async () => {
            const ssh = { host: "ci@vm-01" };
            const runners = [{ name: "ci", runnerType: "group_type", groupId: 1 }];
            const wanted = inputs({ ssh, runners, look: true });
            const state = { ...inputs({ ssh, runners }), place: { id: ID, host: "vm-01" } };
            const none = { target: directory(), inFolder: true };
            const compare = (code: string) => {
                const sight: Sight = {
                    machine: { host: "vm-01" },
                    user: { uid: 0, groups: [0] },
                    directory: { existing: directory(), isDirectory: true, trouble: { code, message: code } },
                    files: { "config.toml": none, ".runner_system_id": none, ".gitlab-fleet-owner": none },
                };
                keepSight({ host: hostOf(ssh), directory: directory() }, Promise.resolve(sight));
                return plugin.diff(PLACE, "it", state, wanted);
            };
            expect((await compare("ENOSPC")).detailed).to.deep.equal({});
            expect((await compare("EROFS")).detailed).to.deep.equal({ place: "update" });
            sandbox.db.runners.delete(runner.id);
            await plugin.close();
            plugin = await startPlugin("gitlab-fleet", { baseUrl: sandbox.url, token: sandbox.tokens.api });
            // By a step and no error, so that other hosts get theirs.
            expect((await compare("ENOSPC")).detailed).to.deep.equal({ place: "update" });
        });

        it("keeps a token from being reset while it would not get there, and from nothing else", async () => {
            const places = (place: Props) => [{ manager: "ci-01", ...inputs({ place }) }];
            const token = (more: Props = {}) => ({ runnerId: String(runner.id), rotationTrigger: "1", ...more });
            const state = { ...token(), token: runner.token, obtainedAt: "2026-01-01T00:00:00.000Z" };
            const wanted = token({ rotationTrigger: "2" });
            const resets = () =>
                sandbox.journal
                    .entries()
                    .filter(({ method }) => method === "POST")
                    .map(({ path }) => path);
            const id = String(runner.id);
            for (const attempt of [
                () => plugin.update(TOKEN, id, state, { ...wanted, places: places(ELSEWHERE) }),
                () => plugin.create(TOKEN, { ...wanted, places: places(ELSEWHERE) }),
            ]) {
                expect((await rejection(attempt())).message)
                    .to.contain('a new token would not reach manager "ci-01"')
                    .and.contain("is on ci-01");
            }
            expect(resets().filter((path) => path.includes("reset"))).to.deep.equal([]);
            // What resets nothing is not held up: a preview, and settings.
            await plugin.update(TOKEN, id, state, { ...wanted, places: places(ELSEWHERE) }, { preview: true });
            await plugin.update(TOKEN, id, state, { ...token({ rotateBefore: "1d" }), places: places(ELSEWHERE) });
            expect(resets().filter((path) => path.includes("reset"))).to.deep.equal([]);
            await plugin.update(TOKEN, id, state, { ...wanted, places: places(HERE) });
            expect(resets().filter((path) => path.includes("reset"))).to.have.lengthOf(1);
        });

        it("has files that are not looked at, changed or deleted from another machine", async () => {
            write("config.toml", "of this machine\n");
            const wanted = inputs({ configToml: "new\n", place: ELSEWHERE });
            const { host, machine } = ELSEWHERE;
            const there = { ...wanted, host, machine, placeId: ID, directoryCreated: true, owner: "demo/test/it" };
            expect((await plugin.diff(FILES, "x", there, wanted)).changes).to.equal(false);
            expect(said()).to.equal(`${directory()} is on ci-01, and this is ${hostname()}: not looked at from here.`);
            expect((await plugin.read(FILES, "x", there, wanted))!.state).to.deep.equal(there);
            const edited = { ...wanted, configToml: "edited\n" };
            expect((await plugin.diff(FILES, "x", there, edited)).detailed).to.deep.equal({ configToml: "update" });
            expect(said()).to.contain("An up from here would stop before anything is changed. Run pulumi up there.");
            expect((await rejection(plugin.update(FILES, "x", there, edited))).message).to.contain(
                "Nothing was written.",
            );
            await plugin.delete(FILES, "x", there);
            // Not even where the text is the same.
            write("config.toml", "new\n");
            await plugin.delete(FILES, "x", there);
            expect(said()).to.contain("the files were left as they are. Delete them there by hand.");
            expect(fs.readFileSync(join(directory(), "config.toml"), "utf8")).to.equal("new\n");
        });

        it("is written from each machine that mounts it, where that is said", async () => {
            const shared = { sharedBetweenMachines: true, place: ELSEWHERE };
            const wanted = inputs({ configToml: "new\n", ...shared });
            const { host, machine } = ELSEWHERE;
            const there = { ...wanted, host, machine, placeId: ID, directoryCreated: true, owner: "demo/test/it" };
            const notMounted = await rejection(plugin.update(FILES, "x", there, wanted));
            expect(notMounted.message).to.contain(`is not mounted on ${hostname()}`);
            write(".gitlab-fleet-owner", formatOwner({ owner: "demo/test/it", place: ID }));
            expect((await plugin.diff(FILES, "x", there, wanted)).detailed).to.deep.equal({
                configToml: "update",
                systemId: "add",
            });
            const { state } = await plugin.update(FILES, "x", there, wanted);
            expect(fs.readFileSync(join(directory(), "config.toml"), "utf8")).to.equal("new\n");
            expect((await plugin.diff(FILES, "x", state, wanted)).changes).to.equal(false);
            await plugin.delete(FILES, "x", { ...state, host: "third", machine });
            expect(fs.existsSync(directory())).to.equal(false);
        });
    });
});
