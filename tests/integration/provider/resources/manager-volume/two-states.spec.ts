import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { OWNER_FILE } from "../../../../../core/owner-file";
import { type Props, UNKNOWN } from "../../../../../core/props";
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

describe("ManagerVolume where two states have the same names", () => {
    let engine: MemoryEngine;
    let plugin: Plugin;
    pluginWithEngine((made) => {
        ({ engine, plugin } = made);
    });

    const textIn = (volume: string) => fs.readFileSync(path.join(engine.folderOf(volume), "config.toml"), "utf8");
    async function withContainer(name = "ci"): Promise<string> {
        const id = engine.addContainer(name, { Labels: OURS, HostConfig: { Binds: [`${name}:${DIRECTORY}`] } });
        await noteKnownContainer(engine, id);
        return id;
    }
    async function standing(more: Props = {}): Promise<{ id: string; state: Props; container: string }> {
        const { id, state } = await plugin.create(TYPE, { ...INPUTS, ...more });
        const container = await withContainer();
        engine.done.length = 0;
        return { id, state, container };
    }

    const first = { ...INPUTS, look: true, identity: "aaaaaaaaaa" };
    const second = { ...INPUTS, look: true, identity: "bbbbbbbbbb", configToml: "concurrent = 2\n" };
    const ownerIn = (volume: string) =>
        /^state: (.*)$/m.exec(fs.readFileSync(path.join(engine.folderOf(volume), OWNER_FILE), "utf8"))?.[1];

    it("notes in its volume which one it is of, that of before with the next write or look, and the container goes on", async () => {
        const { id, state } = await standing();
        const { identity, ...news } = first;
        expect((await plugin.diff(TYPE, id, state, first)).changes).to.equal(false);
        const after = await plugin.update(TYPE, id, state, { ...first, drainTimeout: 61 });
        expect(ownerIn("ci")).to.equal(identity);
        expect(after.state).to.include({ identity, incarnation: 1 });
        const seen = await plugin.update(TYPE, id, state, { ...first, drainTimeout: 61 }, { preview: true });
        expect(seen.state.writtenAt).to.equal(UNKNOWN);
        expect(engine.done.join()).to.not.contain("stopContainer");
        fs.rmSync(path.join(engine.folderOf("ci"), OWNER_FILE));
        expect(
            (await plugin.diff(TYPE, id, after.state, { ...first, drainTimeout: 61, look: false })).changes,
        ).to.equal(false);
        expect((await plugin.diff(TYPE, id, after.state, { ...first, drainTimeout: 61 })).detailed).to.deep.equal({
            containerName: "update",
        });
        expect(plugin.logs.at(-1)!.message).to.equal("Volume ci does not say of which state it is: that is added.");
        await plugin.update(TYPE, id, after.state, { ...first, drainTimeout: 61 });
        expect(ownerIn("ci")).to.equal(identity);
        expect(engine.done.join()).to.not.contain("stopContainer");
        expect((await plugin.diff(TYPE, id, after.state, { ...news, identity, drainTimeout: 61 })).changes).to.equal(
            false,
        );
    });

    for (const [what, prepare] of [
        ["with its container", () => {}],
        ["whose container was removed", (container: string) => engine.removeContainer(container)],
    ] as const) {
        it(`leaves another state's alone, ${what}: it is neither made, changed nor deleted`, async () => {
            const { id, state, container } = await standing(first);
            await prepare(container);
            engine.addContainer("stray", { Labels: { ...OURS, "com.gitlab-fleet.role": "writer" } });
            engine.done.length = 0;
            const { message } = await rejection(plugin.create(TYPE, second));
            expect(message).to.contain("volume ci is that of fleet/prod/ci, in another state than this one");
            const theirs = { ...state, identity: "bbbbbbbbbb", configToml: second.configToml };
            expect((await plugin.diff(TYPE, id, theirs, second)).detailed).to.deep.equal({
                containerName: "update",
            });
            expect((await rejection(plugin.update(TYPE, id, theirs, second))).message).to.equal(message);
            expect((await plugin.read(TYPE, id, theirs, second))!.state).to.deep.equal(theirs);
            for (const known of [theirs, { ...theirs, identity: undefined }]) await plugin.delete(TYPE, id, known);
            const warnings = plugin.logs.filter(({ severity }) => severity === "warn");
            // What the refresh says, and what the deletions say.
            expect(warnings.map((one) => one.message.includes("another state"))).to.deep.equal([true, true]);
            expect(engine.names()).to.include("stray");
            expect(engine.done.filter((call) => !/createContainer writer|made here/.test(call))).to.deep.equal([]);
            expect(textIn("ci")).to.equal("concurrent = 1\n");
        });
    }

    it("takes over what a lost one has left, in both places, and the other one no longer has it then", async () => {
        const { id, state } = await standing(first);
        engine.addVolume("ci-b", { Labels: OURS });
        await withContainer("ci-b");
        const after = await plugin.create(TYPE, { ...second, stateLost: true });
        expect(engine.done).to.include.members(["stopContainer ci within 60 s", "stopContainer ci-b within 60 s"]);
        expect(await engine.inspectVolume("ci-b")).to.equal(undefined);
        expect([ownerIn("ci"), textIn("ci")]).to.deep.equal([second.identity, second.configToml]);
        await withContainer();
        expect((await plugin.diff(TYPE, id, after.state, second)).changes).to.equal(false);
        const back = { ...first, stateLost: true };
        expect((await plugin.diff(TYPE, id, state, back)).detailed).to.deep.equal({ containerName: "update" });
        expect((await plugin.update(TYPE, id, state, back)).state).to.include({ incarnation: 2 });
        expect(ownerIn("ci")).to.equal(first.identity);
    });

    it("fills one that a killed up has made, and not written yet", async () => {
        engine.addVolume("ci", { Labels: OURS });
        await plugin.create(TYPE, first);
        expect(ownerIn("ci")).to.equal(first.identity);
    });

    it("goes on in a state that it was moved to, and deletes what it made in the one before", async () => {
        const { id, state } = await standing(first);
        const after = await plugin.update(TYPE, id, state, { ...first, identity: second.identity });
        expect([ownerIn("ci"), after.state.identity]).to.deep.equal([second.identity, second.identity]);
        await plugin.delete(TYPE, id, after.state);
        expect(await engine.inspectVolume("ci")).to.equal(undefined);
    });

    it("is deleted where nothing is left to look through", async () => {
        const { id, state, container } = await standing(first);
        await engine.removeContainer(container);
        engine.missingImages.push("runner:1");
        await plugin.delete(TYPE, id, state);
        expect(await engine.inspectVolume("ci")).to.equal(undefined);
    });
});
