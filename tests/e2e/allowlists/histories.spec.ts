import { expect } from "chai";
import * as fc from "fast-check";
import { stringify } from "yaml";
import { AccessModel, anyAccess, CONSUMERS, listNow, PRODUCER, registriesOf } from "../../helpers/access-histories";
import { type Engine, startEngine } from "../../helpers/engine";
import { SEED } from "../../helpers/fleet-histories";

describe("one producer's allowlist, over random histories of its stack's configuration", () => {
    let engine: Engine;
    before(async () => {
        engine = await startEngine({
            config: () => "config: {}\n",
            seed: {
                users: [{ username: "olga" }],
                groups: ["containers", "apps", "data"].map((path) => ({ path, members: { olga: "owner" } })),
                projects: [
                    { path: PRODUCER, jobTokenScope: { enabled: true, projects: ["apps/others"] } },
                    ...CONSUMERS.map((path) => ({ path })),
                ],
                tokens: [{ name: "owner", user: "olga", scopes: ["api"] }],
            },
        });
    });
    after(() => engine?.close());

    it("is what a model says after each up, and nothing is left to do", async () => {
        const model = new AccessModel();
        const history: string[] = [];
        for (const next of fc.sample(anyAccess, { seed: SEED, numRuns: 14 })) {
            history.push(JSON.stringify(next ?? null));
            engine.stack.setConfig(stringify({ config: registriesOf(next) }));
            await engine.up();
            expect(listNow(engine.sandbox), history.join("\n")).to.deep.equal(model.declare(next));
            const { code, output } = await engine.stack.run(["preview", "--refresh", "--expect-no-changes"]);
            expect(code, `${history.join("\n")}\n${output}`).to.equal(0);
        }
    });
});
