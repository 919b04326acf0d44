import { expect } from "chai";
import * as fc from "fast-check";
import { type ManagerConfig, renderConfigToml } from "../../../core/config-toml";
import { specBeside } from "../../../core/config-toml/fleeting";
import { executorNames, type TableSpec, tableNames, tableSpec } from "../../../core/config-toml/key-table";
import { configs, type Extent, NEVER_GENERATED } from "../../core/config-toml/arbitraries";
import { justComplaint, Loader } from "./loader";
import { findMisreadings } from "./meaning";

describe("gitlab-runner's own loader, given what we render", () => {
    let loader: Loader;
    const used = new Set<string>();

    before(() => {
        loader = new Loader();
    });
    after(() => loader.stop());

    it("accepts 300 random configurations and reads every value as it was meant", async () => {
        await fc.assert(property("some keys"), { numRuns: 300 });
    });

    it("accepts every key of each executor at once and reads every value as it was meant", async () => {
        for (const executor of executorNames()) {
            await fc.assert(property("every key", fc.constant(executor)), { numRuns: 3 });
        }
    });

    it("was shown every key of the table by these runs", () => {
        const all = tableNames().flatMap((table) => [...tableSpec(table).keys()].map((key) => `${table}.${key}`));
        expect(all.filter((key) => !used.has(key) && !NEVER_GENERATED.has(key))).to.deep.equal([]);
    });

    function property(extent: Extent, executor?: fc.Arbitrary<string>): fc.IAsyncPropertyWithHooks<[ManagerConfig]> {
        return fc.asyncProperty(configs(extent, executor), async (config) => {
            const loaded = await loader.load(renderConfigToml(config));
            expect(loaded.loadError ?? justComplaint(loaded) ?? "accepted").to.equal("accepted");
            expect(findMisreadings(config, loaded.config!)).to.deep.equal([]);
            noteKeys("GlobalTable", config.global);
            for (const worker of config.workers)
                noteKeys("WorkerTable", { name: worker.name, url: worker.url, ...worker.config });
        });
    }

    function noteKeys(name: string, table: object): void {
        const spec: TableSpec = tableSpec(name);
        for (const [key, value] of Object.entries(table)) {
            used.add(`${name}.${key}`);
            const known = spec.get(key);
            const below = known === undefined ? undefined : specBeside(known, table as Record<string, unknown>).table;
            if (below !== undefined) for (const item of [value].flat()) noteKeys(below, item);
        }
    }
});
