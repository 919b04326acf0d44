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
        expect(engine.sandbox.journal.count()).to.be.within(1, 80);
    });

    // 8 of them, however many runners there are, try tokens of runners that no manager has used yet.
    it("are previewed with tens of requests when nothing changed", async () => {
        engine.sandbox.journal.clear();
        await engine.expectNoChanges();
        expect(engine.sandbox.journal.count()).to.be.within(1, 40);
    });
});
