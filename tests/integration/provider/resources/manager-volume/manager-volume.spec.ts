import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import type { Props } from "../../../../../core/props";
import { DIRECTORY, noteKnownContainer } from "../../../../../provider/docker/config-volume";
import type { MemoryEngine } from "../../../../helpers/memory-engine";
import type { Plugin } from "../../../../helpers/plugin";
import { pluginWithEngine } from "../../../../helpers/plugin-with-engine";
import { rejection } from "../../../../helpers/rejection";

const TYPE = "ManagerVolume";
const OWNER = "fleet/prod/ci";
const OURS = { "com.gitlab-fleet.owner": OWNER };
const INPUTS: Props = {
    owner: OWNER,
    name: "ci",
    image: "runner:1",
    configToml: "concurrent = 1\n",
    systemId: "s_1",
    alternateSystemId: "s_2",
    drainTimeout: 60,
    replacement: "drain-first",
    container: { image: '"runner:1"' },
};
const LOOKING = { ...INPUTS, look: true };

describe("ManagerVolume", () => {
    let engine: MemoryEngine;
    let plugin: Plugin;
    pluginWithEngine((made) => {
        ({ engine, plugin } = made);
    });

    const messages = () => plugin.logs.map(({ message }) => message).join("\n");
    const fileIn = (volume: string) => path.join(engine.folderOf(volume), "config.toml");
    const textIn = (volume: string) => fs.readFileSync(fileIn(volume), "utf8");
    /** The container that the docker provider makes after the volume, and what ConfigLoaded notes of it. */
    async function withContainer(name = "ci", volume = name): Promise<string> {
        const id = engine.addContainer(name, { Labels: OURS, HostConfig: { Binds: [`${volume}:${DIRECTORY}`] } });
        await noteKnownContainer(engine, id);
        return id;
    }
    /** A manager that stands: volume, files and container. `done` begins after that. */
    async function standing(more: Props = {}): Promise<{ id: string; state: Props; container: string }> {
        const { id, state } = await plugin.create(TYPE, { ...INPUTS, ...more });
        const container = await withContainer();
        engine.done.length = 0;
        return { id, state, container };
    }

    it("asks nothing of the engine in a preview", async () => {
        engine.fail("apiVersion", "must not be asked");
        const { state } = await plugin.create(TYPE, INPUTS, { preview: true });
        expect(state).to.include({ containerName: "ci", volumeName: "ci", activeSystemId: "s_1" });
        expect((await plugin.diff(TYPE, "ci", state, INPUTS)).changes).to.equal(false);
        expect(engine.done).to.deep.equal([]);
    });

    it("makes the volume with its files, and one for builds where it is asked for", async () => {
        const { id, state, secrets } = await plugin.create(TYPE, { ...INPUTS, home: true });
        expect(id).to.equal("ci");
        expect(textIn("ci")).to.equal("concurrent = 1\n");
        expect(fs.existsSync(engine.folderOf("ci-home"))).to.equal(true);
        expect(state).to.include({ homeVolumeName: "ci-home", stopTimeout: 60 });
        expect(secrets).to.deep.equal(["configToml"]);
        expect(engine.names()).to.deep.equal([]);
    });

    it("drains a container of its own that a killed run has left, and stops before somebody else's", async () => {
        engine.addVolume("ci", { Labels: OURS });
        await withContainer();
        await plugin.create(TYPE, INPUTS);
        expect(engine.done).to.include("stopContainer ci within 60 s");
        expect(messages()).to.contain("Container ci is left from a run that did not finish");
        engine.addContainer("other", { Labels: { "com.gitlab-fleet.owner": "a/b/c" } });
        const { message } = await rejection(plugin.create(TYPE, { ...INPUTS, name: "other" }));
        expect(message).to.contain("the name other is taken by a container that is not ours").and.contain("of a/b/c");
        expect(engine.names()).to.deep.equal(["other"]);
    });

    describe("is found to differ by an up, and put right,", () => {
        it("never where all is as it was", async () => {
            const { id, state } = await standing();
            expect((await plugin.diff(TYPE, id, state, LOOKING)).changes).to.equal(false);
            const after = await plugin.update(TYPE, id, state, LOOKING);
            expect(after.state).to.deep.equal(state);
            expect(engine.done.filter((call) => !/made here|looking/.test(call))).to.deep.equal([]);
        });

        const damages: [string, (container: string) => Promise<unknown> | unknown, RegExp, string[], object][] = [
            [
                "when its container is gone",
                (container) => engine.removeContainer(container),
                /Container ci is gone: it is recreated\./,
                [],
                { incarnation: 2 },
            ],
            [
                "when its container was stopped",
                (container) => engine.stopContainer(container, 0),
                /Container ci is not running: it is started\./,
                ["restartContainer ci"],
                { incarnation: 1 },
            ],
            [
                "when a container of ours is there that the state does not know",
                async (container) => {
                    await engine.removeContainer(container);
                    engine.addContainer("ci", { Labels: OURS, HostConfig: { Binds: [`ci:${DIRECTORY}`] } });
                },
                /Container ci is left from a run that did not finish/,
                ["stopContainer ci within 60 s", "removeContainer ci"],
                { incarnation: 2 },
            ],
            [
                "when its volume is gone",
                async (container) => {
                    await engine.removeContainer(container);
                    await engine.removeVolume("ci");
                },
                /Volume ci is gone: it is recreated\. Container ci is gone/,
                ["createVolume ci", "createContainer writer", "startContainer", "removeContainer made here"],
                { incarnation: 2 },
            ],
        ];
        for (const [when, damage, says, does, now] of damages) {
            it(when, async () => {
                const { id, state, container } = await standing();
                await damage(container);
                engine.done.length = 0;
                const diff = await plugin.diff(TYPE, id, state, LOOKING);
                expect(diff.detailed).to.deep.equal({ containerName: "update" });
                expect(messages()).to.match(says);
                const after = await plugin.update(TYPE, id, state, LOOKING);
                expect(after.state).to.deep.include({ ...now, slot: "a" });
                expect(engine.done).to.include.members(does);
                expect(textIn("ci")).to.equal("concurrent = 1\n");
            });
        }
    });

    it("writes what was changed, and a file that somebody has edited in the meantime", async () => {
        const { id, state } = await standing();
        const news = { ...INPUTS, configToml: "concurrent = 2\n" };
        const after = await plugin.update(TYPE, id, state, news);
        expect(textIn("ci")).to.equal("concurrent = 2\n");
        expect(after.state).to.include({ incarnation: 1 });
        fs.writeFileSync(fileIn("ci"), "concurrent = 99\n");
        await plugin.update(TYPE, id, after.state, { ...news, drainTimeout: 61 });
        expect(textIn("ci")).to.equal("concurrent = 2\n");
    });

    describe("with overlap", () => {
        const overlap = { ...INPUTS, replacement: "overlap" };
        const news = { ...overlap, container: { image: '"runner:2"' } };

        it("gives the new container the other place, with an identity of its own, beside the old one", async () => {
            const { id, state } = await standing(overlap);
            const { state: after } = await plugin.update(TYPE, id, state, news);
            expect(after).to.include({ slot: "b", containerName: "ci-b", volumeName: "ci-b", activeSystemId: "s_2" });
            expect(fs.readFileSync(path.join(engine.folderOf("ci-b"), ".runner_system_id"), "utf8")).to.equal("s_2");
            expect(engine.names()).to.deep.equal(["ci"]);
        });

        it("does not move on where a failed run has not filled the old place", async () => {
            const { id, state, container } = await standing(overlap);
            await engine.removeContainer(container);
            const { state: after } = await plugin.update(TYPE, id, state, news);
            expect(after).to.include({ slot: "a", containerName: "ci" });
        });
    });

    describe("is read by a refresh", () => {
        it("as it was, and again in the diff right after without asking the engine once more", async () => {
            const { id, state } = await standing();
            const found = (await plugin.read(TYPE, id, state, INPUTS))!;
            expect(found.state).to.deep.equal(state);
            engine.fail("getFiles", "asked once more");
            expect((await plugin.diff(TYPE, id, state, LOOKING)).changes).to.equal(false);
            expect((await rejection(plugin.diff(TYPE, id, state, LOOKING))).message).to.contain("asked once more");
        });

        it("with what was edited in it, and what others may read", async () => {
            const { id, state } = await standing({ certificates: { "gitlab.example.org": "PEM" } });
            fs.chmodSync(fileIn("ci"), 0o644);
            expect((await plugin.read(TYPE, id, state, INPUTS))!.state).to.include({ configToml: "" });
            expect(messages()).to.contain("can be read by others than its owner");
            fs.writeFileSync(fileIn("ci"), "concurrent = 99\n");
            fs.writeFileSync(path.join(engine.folderOf("ci"), ".runner_system_id"), "s_9");
            fs.rmSync(path.join(engine.folderOf("ci"), "certs"), { recursive: true });
            expect((await plugin.read(TYPE, id, state, INPUTS))!.state).to.deep.include({
                configToml: "concurrent = 99\n",
                systemId: "s_9",
                certificates: {},
            });
        });

        it("as gone without its volume, and not at all for an import", async () => {
            const { id, state, container } = await standing();
            await engine.removeContainer(container);
            await engine.removeVolume("ci");
            expect(await plugin.read(TYPE, id, state, INPUTS)).to.equal(undefined);
            expect((await rejection(plugin.read(TYPE, id))).message).to.contain("cannot be imported");
        });

        it("through a container of its own where somebody else's has the manager's name", async () => {
            const { id, state, container } = await standing();
            await engine.removeContainer(container);
            engine.addContainer("ci", { Labels: { "com.gitlab-fleet.owner": "a/b/c" } });
            expect((await plugin.read(TYPE, id, state, INPUTS))!.state).to.include({ configToml: "concurrent = 1\n" });
            expect((await rejection(plugin.diff(TYPE, id, state, LOOKING))).message).to.contain("is taken");
            expect(engine.names()).to.deep.equal(["ci"]);
        });
    });

    it("is deleted with both of its places: containers drained, volumes and strays removed, others' left alone", async () => {
        const { id, state } = await standing({ home: true });
        engine.addVolume("ci-b", { Labels: OURS });
        await withContainer("ci-b");
        engine.addContainer("stray", { Labels: { ...OURS, "com.gitlab-fleet.role": "writer" } });
        engine.addContainer("ci-2", { Labels: { "com.gitlab-fleet.owner": "a/b/c" } });
        engine.addVolume("ci-b-home", { Labels: { "com.gitlab-fleet.owner": "a/b/c" } });
        await plugin.delete(TYPE, id, state);
        expect(engine.names()).to.deep.equal(["ci-2"]);
        expect(engine.done).to.include.members(["stopContainer ci within 60 s", "stopContainer ci-b within 60 s"]);
        expect((await engine.listVolumes({})).map(({ Name }) => Name)).to.deep.equal(["ci-b-home"]);
    });

    it("moves to another engine by being made there, and replaces in place only where two could not have one name", async () => {
        const { id, state } = await standing({ engine: { host: "ssh://one" } });
        const moved = await plugin.diff(TYPE, id, state, { ...INPUTS, engine: { host: "ssh://two" } });
        expect(moved).to.deep.include({ replaces: ["engine"], deleteBeforeReplace: false });
        const same = { ...INPUTS, engine: { host: "ssh://one" } };
        expect(await plugin.diff(TYPE, id, state, { ...same, volumeDriver: "nfs" })).to.deep.include({
            replaces: ["volumeDriver"],
            deleteBeforeReplace: true,
        });
        expect(await plugin.diff(TYPE, id, state, { ...same, name: "ci-2" })).to.include({
            deleteBeforeReplace: false,
        });
    });

    it("takes away what it leaves on another engine, where the volume has the same name, and nothing that it is recreated in", async () => {
        const one = { ...INPUTS, engine: { host: "ssh://one" } };
        const { id, state } = await standing(one);
        const madeAnew = async (inputs: Props) => {
            await plugin.check(TYPE, inputs);
            await plugin.create(TYPE, inputs);
            engine.done.length = 0;
            await plugin.delete(TYPE, id, state);
            return engine.done.some((done) => done.startsWith("removeVolume"));
        };
        expect(await madeAnew(one)).to.equal(false);
        expect(await madeAnew({ ...one, engine: { host: "ssh://two" } })).to.equal(true);
    });

    it("takes certificates of hosts only", async () => {
        const names = ["gitlab.example.org", "h".repeat(253), "../../etc/passwd", "h".repeat(254)];
        const certificates = Object.fromEntries(names.map((name) => [name, "PEM"]));
        const { failures } = await plugin.check(TYPE, { ...INPUTS, certificates });
        expect(failures.map(({ property }) => property)).to.deep.equal([
            'certificates["../../etc/passwd"]',
            `certificates.${"h".repeat(254)}`,
        ]);
    });
});
