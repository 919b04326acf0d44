import { expect } from "chai";
import { DIRECTORY } from "../../../../../provider/docker/config-volume";
import type { ContainerInfo } from "../../../../../provider/docker/engine";
import type { MemoryEngine } from "../../../../helpers/memory-engine";
import type { Plugin } from "../../../../helpers/plugin";
import { pluginWithEngine } from "../../../../helpers/plugin-with-engine";
import { rejection } from "../../../../helpers/rejection";

const TYPE = "ConfigLoaded";
const LONG_AGO = "2020-01-01T00:00:00Z";
const LOADED = "Configuration loaded   builds=0 max_builds=1";

describe("ConfigLoaded", () => {
    let engine: MemoryEngine;
    let plugin: Plugin;
    pluginWithEngine((made) => {
        ({ engine, plugin } = made);
    });

    const inputs = (containerId: string, more: object = {}) => ({
        container: "ci",
        containerId,
        writtenAt: new Date().toISOString(),
        ...more,
    });
    const container = (log: string[], state: Partial<ContainerInfo["State"]> = {}) =>
        engine.addContainer(
            "ci",
            { HostConfig: { Binds: [`ci:${DIRECTORY}`] } },
            { StartedAt: LONG_AGO, ...state },
            log,
        );

    it("ends when the process has loaded the file, and notes which container that was", async () => {
        const id = container([LOADED]);
        const { state } = await plugin.create(TYPE, inputs(id));
        expect(state.loadedAt).to.be.a("string");
        const files = (await engine.getFiles(id, DIRECTORY))!;
        expect(files.map(({ name, content }) => [name, String(content)])).to.deep.equal([[".known-container", id]]);
    });

    it("asks nothing in a preview", async () => {
        engine.fail("putFiles", "must not be asked");
        expect((await plugin.create(TYPE, inputs("0001"), { preview: true })).state.container).to.equal("ci");
    });

    it("fails with gitlab-runner's words when it refuses the file, or does not stay up", async () => {
        const refused = "ERROR: Failed to load config decoding: toml: line 1   builds=0 max_builds=1";
        const { message } = await rejection(plugin.create(TYPE, inputs(container([LOADED, refused]))));
        expect(message)
            .to.contain("refused its config.toml (ERROR: Failed to load config decoding: toml: line 1)")
            .and.contain("It continues with the old one.");
        const ended = container(["FATAL: Service run failed"], { Running: false, ExitCode: 1 });
        expect((await rejection(plugin.create(TYPE, inputs(ended)))).message).to.contain(
            "container ci does not stay up (FATAL: Service run failed)",
        );
    });

    it("takes a container that the engine starts again and again for one that does not stay up", async () => {
        // An engine calls such a one running, too: https://docs.docker.com/reference/api/engine/
        const again = container(["FATAL: Service run failed"], { Running: true, Restarting: true, ExitCode: 1 });
        expect((await rejection(plugin.create(TYPE, inputs(again)))).message).to.contain(
            "container ci does not stay up (FATAL: Service run failed)",
        );
    });

    it("does not take a process for a good one that ends right after it has loaded the file", async () => {
        // Started after the delivery: it may still end, when its metrics port is taken for instance.
        const id = container([LOADED], { StartedAt: new Date(Date.now() + 60_000).toISOString() });
        const creating = rejection(plugin.create(TYPE, inputs(id)));
        while (!engine.asked.includes("inspectContainer")) await new Promise(setImmediate);
        await engine.stopContainer(id, 0);
        expect((await creating).message).to.contain("container ci does not stay up");
    });

    it("says that a container is gone, and what was said last where nothing happens", async () => {
        const id = container(["waiting for something"]);
        expect((await rejection(plugin.create(TYPE, inputs(id, { timeout: 0 })))).message).to.contain(
            "has not loaded its config.toml within 0 s (it last said: waiting for something)",
        );
        engine.inspectContainer = async () => undefined;
        expect((await rejection(plugin.create(TYPE, inputs(id)))).message).to.contain("container ci is gone");
    });

    it("goes on without a log that the engine cannot read, and says so; any other failure is one", async () => {
        engine.fail("logsOf", "configured logging driver does not support reading", 501);
        const id = container([]);
        const { message } = await rejection(plugin.create(TYPE, inputs(id, { timeout: 0 })));
        expect(message).to.contain("it last said: nothing");
        expect(plugin.logs.map((one) => one.message).join()).to.contain("Its log cannot be read through the engine");
        engine.fail("logsOf", "cannot be reached");
        expect((await rejection(plugin.create(TYPE, inputs(id)))).message).to.contain("cannot be reached");
    });

    it("waits again after each delivery, and for nothing else", async () => {
        const id = container([LOADED]);
        const { state } = await plugin.create(TYPE, inputs(id));
        const same = inputs(id, { writtenAt: state.writtenAt });
        expect((await plugin.diff(TYPE, "ci", state, { ...same, timeout: 5 })).changes).to.equal(false);
        expect((await plugin.diff(TYPE, "ci", state, { ...same, writtenAt: LONG_AGO })).detailed).to.deep.equal({
            writtenAt: "update",
        });
    });
});
