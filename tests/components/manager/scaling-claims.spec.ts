import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { Runner, RunnerManager } from "../../../components";
import { parseStackConfig } from "../../../components/fleet/config/parse";
import type { WorkerConfig } from "../../../core/config-toml";
import { failuresAfter } from "../../helpers/outputs";
import { mockPulumi } from "../../helpers/pulumi-mocks";

function declare(name: string, config: unknown): RunnerManager {
    return new RunnerManager(name, {
        placement: { directory: `/srv/${name}` },
        config: { concurrent: 4 },
        workers: [{ runner: new Runner(`${name}-runner`, { scope: "instance" }), config: config as WorkerConfig }],
    });
}

function scaling(name: unknown): unknown {
    return { executor: "instance", autoscaler: { plugin: "aws:1", plugin_config: { name } } };
}

const SHARED =
    'RunnerManager "ci-02": workers[0].config.autoscaler.plugin_config is the same scaling group as RunnerManager "ci-01" (got the group "ci" of the plugin aws): each removes the instances that the other has started';

describe("the scaling groups of a program's managers", () => {
    it("are each of one manager", () => {
        mockPulumi();
        declare("ci-01", scaling("ci"));
        declare("ci-03", scaling("other"));
        expect(() => declare("ci-02", scaling("ci"))).to.throw(SHARED);
    });

    it("are compared once they are known, where a resource names them", async () => {
        mockPulumi();
        declare("ci-01", scaling("ci"));
        const failures = await failuresAfter(() => declare("ci-02", scaling(pulumi.output("ci"))));
        expect(failures).to.have.lengthOf(1);
        expect(failures[0]).to.contain(SHARED);
    });

    it("are nobody's whose plugin is not told yet what to scale", async () => {
        const world = mockPulumi();
        declare("ci-01", scaling(pulumi.output("one")));
        declare("ci-02", scaling(pulumi.output("two")));
        await world.settled();
        expect(world.of("gitlab-fleet:index:ManagerFiles")).to.have.lengthOf(2);
    });
});

describe("the scaling groups of a fleet", () => {
    const AWS = { executor: "instance", autoscaler: { plugin: "aws", plugin_config: { name: "ci" } } };
    const runner = (config: unknown) => ({ scope: "instance", config });

    function errorsOf(runners: Record<string, unknown>, managers: Record<string, string[]>): string[] {
        const declared = Object.entries(managers).map(([name, served]) => [
            name,
            { placement: { directory: `/srv/${name}` }, runners: served, config: { concurrent: 4 } },
        ]);
        const values = {
            "gitlab-fleet:runners": JSON.stringify(runners),
            "gitlab-fleet:managers": JSON.stringify(Object.fromEntries(declared)),
        };
        return parseStackConfig({ values, secretKeys: [], env: {}, owner: "shop/prod" })
            .problems.filter(({ severity }) => severity === "error")
            .map(({ path, message }) => `${path} ${message}`);
    }

    const GROUP = (runner: string) => `gitlab-fleet:runners.${runner}.config.autoscaler.plugin_config`;

    it("are refused where two runners name one, on one manager or on two, once each", () => {
        const runners = { a: runner(AWS), b: runner({ ...AWS, limit: 3 }) };
        for (const managers of [{ m: ["a", "b"] }, { m: ["a"], n: ["b"] }] as Record<string, string[]>[]) {
            const [first, ...others] = errorsOf(runners, managers);
            expect(first).to.contain(`${GROUP("b")} is the same scaling group as ${GROUP("a")} (got the group "ci"`);
            expect(others).to.deep.equal([]);
        }
    });

    it("are refused where two managers serve the runner, known or not, and not where jobs run elsewhere", () => {
        const managers = { m: ["a"], n: ["a"] };
        const said =
            'gitlab-fleet:managers.n.runners[0] names a runner that scales instances (got "a"), and gitlab-fleet:managers.m serves it too';
        for (const config of [AWS, { ...AWS, autoscaler: { plugin: "own" } }]) {
            const [first, ...others] = errorsOf({ a: runner(config) }, managers);
            expect(first).to.contain(said);
            expect(others).to.deep.equal([]);
        }
        expect(errorsOf({ a: runner({ executor: "shell" }) }, managers)).to.deep.equal([]);
    });

    it("may be as many as there are runners", () => {
        const other = { ...AWS, autoscaler: { plugin: "aws", plugin_config: { name: "other" } } };
        expect(errorsOf({ a: runner(AWS), b: runner(other) }, { m: ["a"], n: ["b"] })).to.deep.equal([]);
    });
});
