import { expect } from "chai";
import type { MemoryEngine } from "../../../helpers/memory-engine";
import type { Plugin } from "../../../helpers/plugin";
import { pluginWithEngine } from "../../../helpers/plugin-with-engine";
import { rejection } from "../../../helpers/rejection";

const TYPE = "DockerEngine";

describe("DockerEngine", () => {
    let engine: MemoryEngine;
    let plugin: Plugin;
    pluginWithEngine((made) => {
        ({ engine, plugin } = made);
    });

    it("is reached by an up, and not by a preview", async () => {
        engine.fail("apiVersion", "cannot be reached");
        await plugin.create(TYPE, {}, { preview: true });
        const state = { apiVersion: "1.41" };
        expect((await plugin.diff(TYPE, engine.host, state, {})).changes).to.equal(false);
        expect((await rejection(plugin.create(TYPE, {}))).message).to.contain("cannot be reached");
        expect((await rejection(plugin.diff(TYPE, engine.host, state, { look: true }))).message).to.contain("reached");
    });

    it("notes a newer engine, and is another one under another address only", async () => {
        const { id, state } = await plugin.create(TYPE, { engine: { host: "ssh://one" } });
        expect({ id, version: state.apiVersion }).to.deep.equal({ id: engine.host, version: "1.41" });
        engine.version = "1.44";
        const look = { engine: { host: "ssh://one" }, look: true };
        expect((await plugin.diff(TYPE, id, state, look)).detailed).to.deep.equal({ apiVersion: "update" });
        const key = { engine: { host: "ssh://one", sshOpts: ["-v"] } };
        expect((await plugin.diff(TYPE, id, state, key)).detailed).to.deep.equal({ engine: "update" });
        expect((await plugin.diff(TYPE, id, state, { engine: { host: "ssh://two" } })).replaces).to.deep.equal([
            "engine",
        ]);
    });
});
