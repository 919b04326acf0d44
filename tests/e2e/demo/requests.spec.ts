import { expect } from "chai";
import { type Engine, startEngine } from "../../helpers/engine";
import { manyRunners } from "./fleets";

describe("two hundred runners", () => {
    let engine: Engine;

    before(async () => {
        engine = await startEngine({
            config: () => manyRunners(200),
            // Checkpoints of a file backend cost n²; what is counted here is requests.
            env: { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" },
        });
        await engine.up();
    });
    after(() => engine.close());

    it("are refreshed with tens of requests, not hundreds", async () => {
        engine.sandbox.journal.clear();
        const result = await engine.stack.run(["refresh", "--yes"]);
        expect(result.code, result.output).to.equal(0);
        expect(engine.sandbox.journal.count()).to.be.within(1, 40);
    });

    it("are previewed with a handful of requests when nothing changed", async () => {
        engine.sandbox.journal.clear();
        await engine.expectNoChanges();
        expect(engine.sandbox.journal.count()).to.be.within(1, 10);
    });
});
