import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { Fleet, Runner, RunnerManager } from "../../../components";
import { warningsOf } from "../../helpers/outputs";
import { mockPulumi } from "../../helpers/pulumi-mocks";

describe("what is unwise in arguments that hold outputs", () => {
    const config = { executor: "shell" as const, environment: [pulumi.secret("A=b")] };
    const place = { placement: { directory: "/srv/etc" }, config: { concurrent: 1 } };

    async function warnings(declare: () => void): Promise<string[]> {
        const world = mockPulumi({ preview: true });
        return await warningsOf(async () => {
            declare();
            await world.settled();
        });
    }

    it("is told once by a component, which looks again when it knows them", async () => {
        const told = await warnings(() => {
            const workers = ["a", "b"].map((name) => ({ runner: new Runner(name, { scope: "instance" }), config }));
            new RunnerManager("ci", { ...place, workers });
        });
        expect(told).to.have.length(1);
        expect(told[0]).to.match(/^RunnerManager "ci": workers\[0]\.config\.request_concurrency is 1/);
    });

    it("is told once by a fleet, where it was written, and not again by what the fleet declares", async () => {
        const told = await warnings(() => {
            const runner = { scope: "instance" as const, config };
            new Fleet("all", {
                runners: { a: runner, b: runner },
                managers: { ci: { ...place, runners: ["a", "b"] } },
            });
        });
        expect(told).to.have.length(1);
        expect(told[0]).to.match(/^Fleet "all": runners\.a\.config\.request_concurrency is 1/);
    });

    it("is told when outputs are known, where it hangs on them", async () => {
        const told = await warnings(() => {
            const later = pulumi.output({ executor: "shell" as const });
            const workers = ["a", "b"].map((name) => ({
                runner: new Runner(name, { scope: "instance" }),
                config: later,
            }));
            new RunnerManager("ci", { ...place, workers });
        });
        expect(told).to.have.length(1);
    });
});
