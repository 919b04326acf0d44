import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { Fleet, JobTokenAllowlist, Runner, RunnerManager } from "../../../components";
import { inRun } from "../../../components/common/per-program";
import { warningsOf } from "../../helpers/outputs";
import { mockPulumi, type World } from "../../helpers/pulumi-mocks";

const ids = { groups: { apps: 7 }, projects: { "containers/poetry": 3, "apps/etl": 1 } };
const allow = { projects: ["apps/etl"] };
const config = { executor: "shell" as const };

/** Declares as the plugin does for another language: each component by itself, after the one before has been answered. */
async function inParts(world: World, ...parts: (() => unknown)[]): Promise<void> {
    const run = {};
    for (const part of parts) {
        await inRun(run, async () => part());
        await world.settled();
    }
}

describe("a program whose components are declared one by one", () => {
    it("is one program: what may have one owner has one, whatever component it is in", async () => {
        const world = mockPulumi({ ids });
        const second = () => new JobTokenAllowlist("second", { project: "containers/poetry", allow });
        await inParts(
            world,
            () => new JobTokenAllowlist("first", { project: "containers/poetry", allow }),
            () =>
                expect(second).to.throw(
                    'JobTokenAllowlist "second": project has its allowlist declared by JobTokenAllowlist "first" already',
                ),
        );
        await world.settled();
        // What is declared once for each GitLab is declared once.
        expect(world.of("pulumi:providers:gitlab-fleet")).to.have.length(1);
        expect(world.of("gitlab-fleet:index:StackIdentity")).to.have.length(1);
    });

    it("is another program than the one before in the same process", async () => {
        const before = mockPulumi({ ids });
        const list = () => new JobTokenAllowlist("poetry", { project: "containers/poetry", allow });
        await inParts(before, list);
        const world = mockPulumi({ ids });
        await inParts(world, list);
        await world.settled();
    });

    it("warns of no manager that comes after its runner, which it always does there", async () => {
        const world = mockPulumi({ ids, preview: true });
        let runner: Runner;
        const warnings = await warningsOf(() =>
            inParts(
                world,
                () => {
                    runner = new Runner("ci", { scope: { group: "apps" } });
                },
                () => new RunnerManager("m", managerOf(runner)),
            ),
        );
        await world.settled();
        expect(warnings).to.deep.equal([]);
    });

    it("is told of what the stack's file declares only where a Fleet has something else of that kind", async () => {
        const file = {
            "gitlab-fleet:runners": JSON.stringify({ ci: { scope: { group: "apps" } } }),
            "gitlab-fleet:registries": JSON.stringify({ "containers/poetry": { consumers: allow } }),
        };
        const own = (name: string) => new pulumi.Config("gitlab-fleet").requireObject<object>(name);
        const saidOf = (...parts: (() => unknown)[]) =>
            warningsOf(() => inParts(mockPulumi({ ids, preview: true, config: file }), ...parts));
        const readItself = await saidOf(
            () => new Fleet("runners", { runners: own("runners") as never }),
            () => new Fleet("registries", { registries: own("registries") as never }),
        );
        expect(readItself).to.deep.equal([]);
        const runners = { other: { scope: { group: "apps" } } };
        expect(await saidOf(() => new Fleet("runners", { runners }))).to.deep.equal([
            "The stack's configuration has gitlab-fleet:runners, of which no Fleet declares anything. Hand readStackConfig() to the Fleet (in other languages: the values), or remove the keys.",
        ]);
    });

    it("has a runner whose process rotates, and its manager, in one Fleet", async () => {
        const world = mockPulumi({ ids });
        let runner: Runner;
        await inParts(
            world,
            () => {
                runner = new Runner("ci", { scope: { group: "apps" }, rotation: "runner" });
            },
            () =>
                expect(() => new RunnerManager("m", managerOf(runner))).to.throw(
                    'RunnerManager "m": cannot serve runner "ci", whose rotation is "runner": outside of TypeScript the two only know ' +
                        "each other where both are in one Fleet. Declare them there.",
                ),
        );
    });

    function managerOf(runner: Runner) {
        return { placement: { directory: "/srv/etc" }, config: { concurrent: 1 }, workers: [{ runner, config }] };
    }
});

describe("a manager whose provider is known by reference alone", () => {
    const providers = ["gitlab", "gitlab-fleet"].map(
        (name) =>
            new pulumi.DependencyProviderResource(`urn:pulumi:prod::shop::pulumi:providers:${name}::other::some-id`),
    );
    const args = { placement: { directory: "/srv/other" }, config: { concurrent: 1 }, workers: [] };

    it("is asked for GitLab's address, which nobody else can tell", () => {
        mockPulumi();
        expect(() => new RunnerManager("m", args, { providers })).to.throw(
            'RunnerManager "m": gitlabUrl is missing. A provider of package gitlab was given',
        );
    });

    it("takes the address that it is given", async () => {
        const world = mockPulumi();
        new RunnerManager("m", { ...args, gitlabUrl: "https://gitlab.example.org" }, { providers });
        await world.settled();
        expect(world.of("gitlab-fleet:index:ManagerFiles")).to.have.length(1);
    });
});
