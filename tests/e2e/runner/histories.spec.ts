import { expect } from "chai";
import * as fc from "fast-check";
import { stringify } from "yaml";
import { type Engine, startEngine } from "../../helpers/engine";
import { anyFleet, configOf, expectFleet, SEED } from "../../helpers/fleet-histories";

describe("runners and managers, over random histories of their stack's configuration", () => {
    let engine: Engine;
    before(async () => {
        engine = await startEngine({
            config: () => "config: {}\n",
            seed: {
                users: [{ username: "olga" }],
                groups: ["apps", "data"].map((group) => ({ path: group, members: { olga: "owner" } })),
                projects: [{ path: "apps/etl" }],
                tokens: [{ name: "owner", user: "olga", scopes: ["api"] }],
            },
        });
    });
    after(() => engine?.close());

    it("are one runner for each name, and files with live tokens exactly where managers are", async () => {
        const history: string[] = [];
        for (const fleet of fc.sample(anyFleet, { seed: SEED, numRuns: 12 })) {
            history.push(JSON.stringify(fleet));
            engine.stack.setConfig(stringify({ config: configOf(fleet, engine.folder) }));
            await engine.up();
            expectFleet(fleet, engine.folder, engine.sandbox.db.runners.all(), history.join("\n"));
            const { code, output } = await engine.stack.run(["preview", "--refresh", "--expect-no-changes"]);
            expect(code, `${history.join("\n")}\n${output}`).to.equal(0);
        }
    });
});
