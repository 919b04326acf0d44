import * as pulumi from "@pulumi/pulumi";
import * as state from "@pulumi/pulumi/runtime/state";
import { expect } from "chai";
import { Fleet } from "../../../../components";
import { readStackConfig } from "../../../../components/fleet/config";
import { findEncrypted } from "../../../../components/fleet/config/secure";
import { mockPulumi } from "../../../helpers/pulumi-mocks";

const KEY = "gitlab-fleet:runners";
const values = {
    [KEY]: { ci: { tags: ["docker"], config: { executor: "docker", limit: 4, environment: ["A=1", "B=hush"] } } },
};
const file = {
    [KEY]: {
        ci: { tags: ["docker"], config: { executor: "docker", limit: 4, environment: ["A=1", { secure: "v1:abc" }] } },
    },
};

describe("what of a stack's configuration was encrypted", () => {
    it("is nothing where Pulumi names no key", () => {
        expect([...findEncrypted(values, [], () => undefined)]).to.deep.equal([]);
    });

    it("is the text that stands encrypted in the stack's file", () => {
        expect([...findEncrypted(values, [KEY], () => file)]).to.deep.equal(["B=hush"]);
    });

    it("is every text of the key where the file does not tell, and what is another text there", () => {
        const all = ["docker", "A=1", "B=hush"];
        expect([...findEncrypted(values, [KEY], () => undefined)].sort()).to.deep.equal([...all].sort());
        const other = { [KEY]: { ci: { ...file[KEY].ci, tags: ["linux"] } } };
        expect([...findEncrypted(values, [KEY], () => other)]).to.deep.equal(["docker", "B=hush"]);
    });

    it("is told by the run, whose process may run other programs, too", async () => {
        const runner = { scope: "instance", config: { executor: "shell", environment: ["A=hush-hush"] } };
        const manager = { placement: { directory: "/srv/a" }, runners: ["ci"], config: { concurrent: 1 } };
        const config = {
            [KEY]: JSON.stringify({ ci: runner }),
            "gitlab-fleet:managers": JSON.stringify({ m: manager }),
        };
        const shown = async (secretKeys: string[]) => {
            const world = mockPulumi();
            pulumi.runtime.setAllConfig(config, secretKeys);
            new Fleet("fleet", readStackConfig());
            await world.settled();
            return JSON.stringify(world.inputsOf("gitlab-fleet:index:ManagerFiles")[0]!.settings);
        };
        expect(await shown([])).to.contain("hush-hush");
        expect(await shown([KEY])).to.not.contain("hush-hush");
    });

    it("is a secret in whatever resource gets it, as a whole, in a list or in another text", async () => {
        const runner = {
            scope: "instance",
            tags: ["hush-tag"],
            rotationTrigger: "hush-1",
            config: { executor: "shell" },
        };
        const docker = {
            host: "ssh://hush-host",
            environment: { A: "hush-a" },
            proxy: { https: "http://ci:hush-b@proxy:3128" },
            labels: { l: "hush-c" },
        };
        const manager = { placement: { docker }, runners: ["ci"], config: { concurrent: 1 } };
        const world = mockPulumi();
        const config = {
            [KEY]: JSON.stringify({ ci: runner }),
            "gitlab-fleet:managers": JSON.stringify({ m: manager }),
        };
        pulumi.runtime.setAllConfig(config, Object.keys(config));
        try {
            await pulumi.runtime.runInPulumiStack(async () => void new Fleet("fleet", readStackConfig()));
            await world.settled();
        } finally {
            // Other tests are programs without one.
            (state as unknown as { setStackResource(stack: undefined): void }).setStackResource(undefined);
        }
        const holds = (value: unknown) => JSON.stringify(value)?.includes("hush");
        const holding = world.registered.flatMap(({ type, inputs, secrets }) =>
            Object.keys(inputs)
                .filter((key) => holds(inputs[key]))
                .map((key) => [type, key, secrets.includes(key)]),
        );
        expect(holding.filter(([, , isSecret]) => !isSecret)).to.deep.equal([]);
        expect(holding).to.deep.include(["docker:index/container:Container", "envs", true]);
        expect(world.registered.filter(({ name }) => holds(name))).to.deep.equal([]);
    });
});
