import { readFileSync } from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { parse as parseYaml } from "yaml";
import { resolved } from "./helpers/outputs";
import { mockPulumi, runnerIdOf, type World } from "./helpers/pulumi-mocks";

const PROGRAM = path.join(__dirname, "../index.ts");
const IDS = { groups: { apps: 1 }, projects: { "apps/etl": 11, "apps/web": 12, "containers/poetry": 13 } };

/** Runs the program as the language host does: `require` with the stack's configuration in place. */
function run(config: Record<string, unknown>): { world: World; outputs: Record<string, pulumi.Input<unknown>> } {
    const values = Object.entries(config).map(([key, value]) => [
        key,
        typeof value === "string" ? value : JSON.stringify(value),
    ]);
    const world = mockPulumi({ ids: IDS, config: Object.fromEntries(values) });
    delete require.cache[PROGRAM];
    return { world, outputs: require(PROGRAM) };
}

describe("index.ts", () => {
    it("declares the sandbox stack and puts out ids, paths and allowlists, and tokens only as secrets", async () => {
        const text = readFileSync(path.join(__dirname, "../stacks/Pulumi.sandbox.yaml"), "utf8");
        const { world, outputs } = run(parseYaml(text).config);
        await world.settled();
        const { tokens, ...open } = outputs;
        expect(await resolved(open)).to.deep.equal({
            runners: { "my-runner": runnerIdOf("my-runner") },
            configPaths: { "ci-01": path.join(process.cwd(), ".demo/etc-gitlab-runner/config.toml") },
            allowlists: { lists: 1, projects: 2, groups: 0 },
        });
        expect(await pulumi.isSecret(pulumi.output(open))).to.equal(false);
        expect(await resolved(tokens!)).to.deep.equal({ "my-runner": "glrt-my-runner-token" });
        expect(await pulumi.isSecret(pulumi.output(tokens))).to.equal(true);
    });

    it("tells all mistakes in one error without a stack, and declares nothing", async () => {
        const config = { "gitlab-fleet:runners": { ci: { scope: "instance", tag: [], maximumTimeout: 1 } } };
        expect(() => run(config))
            .to.throw()
            .that.satisfies((failure: Error) => {
                expect(pulumi.RunError.isInstance(failure)).to.equal(true);
                expect(failure.message).to.equal(
                    [
                        'The configuration of stack "prod" has 2 mistakes:',
                        '  gitlab-fleet:runners.ci.tag is not a known key. Did you mean "tags"?',
                        "  gitlab-fleet:runners.ci.maximumTimeout must be at least 600 seconds (got 1). Raise it or leave it out.",
                    ].join("\n"),
                );
                return true;
            });
    });

    it("does nothing for a stack without configuration", async () => {
        const { world, outputs } = run({});
        await world.settled();
        expect(world.registered.map(({ type }) => type)).to.deep.equal(["gitlab-fleet:index:Fleet"]);
        expect(await resolved(outputs)).to.deep.equal({
            runners: {},
            tokens: {},
            configPaths: {},
            allowlists: { lists: 0, projects: 0, groups: 0 },
        });
    });
});
