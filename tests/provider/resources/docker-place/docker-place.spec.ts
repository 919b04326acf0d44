import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { formatOwner, OWNER_FILE } from "../../../../core/owner-file";
import type { Props } from "../../../../core/props";
import { DIRECTORY } from "../../../../provider/docker/config-volume";
import type { MemoryEngine } from "../../../helpers/memory-engine";
import type { Plugin } from "../../../helpers/plugin";
import { pluginWithEngine } from "../../../helpers/plugin-with-engine";
import { rejection } from "../../../helpers/rejection";

const TYPE = "DockerPlace";
const INPUTS: Props = {
    names: ["ci", "ci-2"],
    owners: ["shop/prod/ci", "shop/prod/ci/2"],
    image: "runner:1",
    look: true,
};
const BINDS = [`ci-2:${DIRECTORY}`];
const ownedBy = (owner: string) => ({ Labels: { "com.gitlab-fleet.owner": owner } });

describe("DockerPlace", () => {
    let engine: MemoryEngine;
    let plugin: Plugin;
    pluginWithEngine((made) => {
        ({ engine, plugin } = made);
    });

    const why = async (more: Props = {}) => (await rejection(plugin.create(TYPE, { ...INPUTS, ...more }))).message;

    it("asks nothing in a preview", async () => {
        engine.fail("inspectContainer", "must not be asked");
        engine.fail("inspectVolume", "must not be asked");
        const { state } = await plugin.create(TYPE, INPUTS, { preview: true });
        expect((await plugin.diff(TYPE, "ci", state, { ...INPUTS, look: false })).changes).to.equal(false);
    });

    it("is the manager's where names are free, its own, or those of a volume that nobody misses", async () => {
        engine.addContainer("ci", ownedBy("shop/prod/ci"));
        engine.addVolume("ci", ownedBy("shop/prod/ci"));
        engine.addVolume("ci-2");
        const { id, state } = await plugin.create(TYPE, INPUTS);
        expect(state.owners).to.deep.equal(INPUTS.owners);
        expect((await plugin.diff(TYPE, id, state, INPUTS)).changes).to.equal(false);
        expect(engine.done).to.deep.equal(
            ["createContainer looking", "removeContainer made here"].concat([
                "createContainer looking",
                "removeContainer made here",
            ]),
        );
    });

    const taken: [string, () => unknown, RegExp, Props?][] = [
        ["a container of somebody", () => engine.addContainer("ci-2", {}), /name ci-2 is taken by a container/],
        ["another stack's container", () => engine.addContainer("ci", ownedBy("a/b/c")), /of a\/b\/c\)/],
        [
            "another stack's volume",
            () => engine.addVolume("ci-2", ownedBy("a/b/c")),
            /volume ci-2 exists .* of a\/b\/c/,
        ],
        [
            "a volume with something in it",
            () => {
                engine.addVolume("ci");
                fs.writeFileSync(path.join(engine.folderOf("ci"), "data"), "precious");
            },
            /volume ci exists and is not ours/,
        ],
        [
            "a volume in the place of that for builds",
            () => engine.addVolume("ci-home", { Labels: { mine: "yes" } }),
            /volume ci-home exists/,
            { home: true },
        ],
        [
            "a container with the second name of an overlap",
            () => engine.addContainer("ci-b", {}),
            /name ci-b is taken/,
            { replacement: "overlap" },
        ],
    ];
    for (const [what, happen, says, more = {}] of taken) {
        it(`stops at ${what}, once it is there, and leaves it alone`, async () => {
            const inputs = { ...INPUTS, ...more };
            const { id, state } = await plugin.create(TYPE, inputs);
            happen();
            expect((await plugin.diff(TYPE, id, state, inputs)).detailed).to.deep.equal({ reachedAt: "update" });
            const error = await rejection(plugin.update(TYPE, id, state, inputs));
            expect(error.message).to.match(says).and.contain("Nothing was changed in GitLab for this manager.");
            expect(await why(more)).to.equal(error.message);
            expect(engine.done.join()).to.not.match(/Volume|stop/);
        });
    }

    describe("with volumes that say whose they are", () => {
        const ours = { ...INPUTS, identity: "aaaaaaaaaa" };
        const write = (name: string, identity: string) => {
            engine.addVolume(name, ownedBy("shop/prod/ci"));
            const text = formatOwner({ owner: "shop/prod/ci", identity });
            fs.writeFileSync(path.join(engine.folderOf(name), OWNER_FILE), text);
        };

        it("is the manager's where they name its state, or none, as those of before do", async () => {
            write("ci", "aaaaaaaaaa");
            engine.addVolume("ci-2", ownedBy("shop/prod/ci"));
            await plugin.create(TYPE, ours);
        });

        for (const [through, prepare] of [
            [
                "the container",
                () => engine.addContainer("ci-2", { ...ownedBy("shop/prod/ci"), HostConfig: { Binds: BINDS } }),
            ],
            ["a container of its own", () => {}],
        ] as const) {
            it(`stops before that of another state of the same names, seen through ${through}, unless that was lost`, async () => {
                const { id, state } = await plugin.create(TYPE, ours);
                write("ci-2", "bbbbbbbbbb");
                prepare();
                expect((await plugin.diff(TYPE, id, state, ours)).detailed).to.deep.equal({ reachedAt: "update" });
                const { message } = await rejection(plugin.update(TYPE, id, state, ours));
                expect(message)
                    .to.contain("volume ci-2 is that of shop/prod/ci, in another state than this one")
                    .and.contain("gitlab-fleet:stateLost: true")
                    .and.contain("Nothing was changed in GitLab for this manager.");
                await plugin.update(TYPE, id, state, { ...ours, stateLost: true });
                expect(engine.done.join()).to.not.match(/Volume|stop/);
            });
        }

        it("knows those of the state that it was moved from, until they were recreated", async () => {
            const { id, state } = await plugin.create(TYPE, ours);
            write("ci", "aaaaaaaaaa");
            const moved = { ...INPUTS, identity: "cccccccccc" };
            expect((await plugin.diff(TYPE, id, state, moved)).detailed).to.deep.equal({ identities: "update" });
            const after = await plugin.update(TYPE, id, state, moved);
            expect(after.state.identities).to.deep.equal(["aaaaaaaaaa", "cccccccccc"]);
            expect((await plugin.diff(TYPE, id, after.state, moved)).changes).to.equal(false);
        });
    });

    it("stops where a network is missing that its containers are to join", async () => {
        expect(await why({ networks: ["bridge", "ci-net"] }))
            .to.contain("there is no network ci-net. Make it")
            .and.contain("If this program makes it, have the manager wait for it (dependsOn).");
        engine.networks.push("ci-net");
        await plugin.create(TYPE, { ...INPUTS, networks: ["bridge", "ci-net"] });
    });

    it("stops where somebody has removed the image by which files are written, and says what pulls it again", async () => {
        const { id, state } = await plugin.create(TYPE, INPUTS);
        engine.missingImages.push("runner:1");
        expect((await plugin.diff(TYPE, id, state, INPUTS)).detailed).to.deep.equal({ reachedAt: "update" });
        expect(await why())
            .to.contain("image runner:1,")
            .and.contain("Run pulumi up --refresh");
    });

    it("knows what it made under a former name, until all of it was recreated", async () => {
        const { id, state } = await plugin.create(TYPE, { ...INPUTS, owners: ["shop/test/ci"] });
        engine.addContainer("ci", ownedBy("shop/test/ci"));
        for (const known of [state, (await plugin.update(TYPE, id, state, INPUTS)).state]) {
            await plugin.update(TYPE, id, known, INPUTS);
        }
        expect(await why()).to.contain("of shop/test/ci");
    });

    it("looks into no volume without an image", async () => {
        engine.addVolume("ci");
        await plugin.create(TYPE, { ...INPUTS, image: undefined });
        expect(engine.done).to.deep.equal([]);
    });

    it("says why where the engine cannot be asked, and stops nothing but what waits for it", async () => {
        const { id, state } = await plugin.create(TYPE, INPUTS);
        engine.fail("inspectVolume", "cannot be reached");
        expect((await plugin.diff(TYPE, id, state, INPUTS)).detailed).to.deep.equal({ reachedAt: "update" });
        expect(await why()).to.contain("cannot be reached");
    });
});
