import { expect } from "chai";
import { MemoryEngine } from "../../../helpers/memory-engine";
import { startPlugin } from "../../../helpers/plugin";

const LABEL = "com.gitlab.gitlab-runner";
const of = (systemId: string, more: Record<string, string> = {}) => ({
    [`${LABEL}.managed`]: "true",
    [`${LABEL}.runner.system_id`]: systemId,
    ...more,
});
const cacheOf = (systemId: string) => of(systemId, { [`${LABEL}.type`]: "cache" });

describe("CacheVolumes", () => {
    it("takes the caches of its manager's jobs away with itself, and tells of those that are in use", async () => {
        const engine = new MemoryEngine();
        const plugin = await startPlugin("gitlab-fleet", {}, {}, {}, () => engine);
        const { id, state } = await plugin.create("CacheVolumes", { systemIds: ["s_1", "s_2"] });
        for (const [name, labels] of Object.entries({
            free: cacheOf("s_1"),
            replica: cacheOf("s_2"),
            helper: cacheOf("s_1"),
            used: cacheOf("s_1"),
            others: cacheOf("s_9"),
            builds: of("s_1"),
        })) {
            engine.addVolume(name, { Labels: labels });
        }
        // What a job that was cancelled early leaves behind has ended, and holds its volume.
        engine.addContainer("ended", { Labels: of("s_1"), HostConfig: { Binds: ["helper:/x"] } }, { Running: false });
        engine.addContainer("running", { Labels: of("s_1"), HostConfig: { Binds: ["used:/x"] } });
        await plugin.delete("CacheVolumes", id, state);
        expect((await engine.listVolumes({})).map(({ Name }) => Name)).to.deep.equal(["used", "others", "builds"]);
        expect(engine.names()).to.deep.equal(["running"]);
        expect(plugin.logs.map(({ severity, message }) => `${severity}: ${message}`)).to.deep.equal([
            "info: Removed 3 cache volumes of its jobs.",
            "warn: Still in use and left alone: used. Remove them with docker volume rm.",
        ]);
        await plugin.close();
        engine.close();
    });

    for (const { title, to, left } of [
        { title: "leaves the caches to itself where it is recreated for the same ones", to: {}, left: ["free"] },
        {
            title: "takes them away from the engine that its manager leaves",
            to: { engine: { host: "ssh://two" } },
            left: [],
        },
        { title: "takes them away of a process that its manager no longer has", to: { systemIds: ["s_2"] }, left: [] },
    ]) {
        it(title, async () => {
            const engine = new MemoryEngine();
            const plugin = await startPlugin("gitlab-fleet", {}, {}, {}, () => engine);
            const inputs = { engine: { host: "ssh://one" }, systemIds: ["s_1"] };
            engine.addVolume("free", { Labels: cacheOf("s_1") });
            await plugin.check("CacheVolumes", { ...inputs, ...to });
            const { id } = await plugin.create("CacheVolumes", { ...inputs, ...to });
            await plugin.delete("CacheVolumes", id, inputs);
            const names = (await engine.listVolumes({})).map(({ Name }) => Name);
            await plugin.close();
            engine.close();
            expect(names).to.deep.equal(left);
        });
    }
});
