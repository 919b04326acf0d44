import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import type { ExclusiveRunnersArgs } from "../../../components/exclusive/args";
import { ExclusiveRunners } from "../../../components/exclusive/exclusive";
import type { FleetArgs } from "../../../components/fleet/args";
import { Fleet } from "../../../components/fleet/fleet";
import { checkFleet } from "../../../components/fleet/problems";
import { Runner } from "../../../components/runner/runner";
import { failuresAfter } from "../../helpers/outputs";
import { IDENTITY, mockPulumi, runnerIdOf } from "../../helpers/pulumi-mocks";

const EXCLUSIVE = "gitlab-fleet:index:ExclusiveRunners";

describe("exclusive scopes of a fleet", () => {
    it("hand on every claim, exception and guard, and spare all project runners below a group", async () => {
        const world = mockPulumi({ ids: { groups: { apps: 1 }, projects: { "apps/etl": 2 } } });
        new Fleet("fleet", {
            runners: { etl: { scope: { project: "apps/etl" } }, all: { scope: { group: "apps" } } },
            exclusive: {
                below: {
                    scope: { projectsBelow: "apps" },
                    claim: { statuses: ["stale"], offlineFor: "30d", creators: ["hans"], match: "all" },
                    foreign: "delete",
                    keep: { ids: [7], tags: ["precious"] },
                    limit: 10,
                    quietPeriod: "2h",
                },
            },
        });
        await world.settled();
        const below = world.of(EXCLUSIVE).find(({ name }) => name === "below");
        expect(below!.inputs).to.deep.equal({
            owner: "shop/prod",
            identity: IDENTITY,
            runnerType: "project_type",
            groupId: 1,
            runners: { etl: String(runnerIdOf("etl")) },
            claim: { statuses: ["stale"], offlineFor: "30d", creators: ["hans"], match: "all" },
            foreign: "delete",
            keep: { ids: ["7"], tags: ["precious"] },
            limit: 10,
            quietPeriod: "2h",
        });
    });

    it("act on others only by a claim that names something, or may", () => {
        const problemsOf = (claim: unknown, foreign: unknown) =>
            checkFleet({ exclusive: { x: { scope: "instance", claim, foreign } } } as FleetArgs, "shop/prod").problems;
        for (const claim of [
            undefined,
            {},
            { match: "all" },
            { tags: [], descriptions: [], statuses: [], creators: [] },
        ])
            expect(
                problemsOf(claim, "delete").map(({ path }) => path),
                JSON.stringify(claim),
            ).to.deep.equal(["exclusive.x.foreign"]);
        for (const claim of [
            { tags: ["old"] },
            { descriptions: ["my-runner"], tags: [] },
            { statuses: ["stale"] },
            { creators: ["hans"] },
            { offlineFor: "30d" },
            { tags: pulumi.output([]) },
        ])
            expect(problemsOf(claim, "delete"), Object.keys(claim).join()).to.deep.equal([]);
        expect(problemsOf({}, undefined)).to.deep.equal([]);
    });

    it("look at the projects below a group, and at nothing beside it", () => {
        const problemsOf = (scope: unknown) =>
            checkFleet({ exclusive: { x: { scope } } } as FleetArgs, "shop/prod").problems.map(({ path }) => path);
        expect(problemsOf({ projectsBelow: "apps" })).to.deep.equal([]);
        expect(problemsOf({ projectsBelow: "apps", group: "apps" })).to.deep.equal(["exclusive.x.scope.group"]);
        expect(problemsOf({ projectsBelow: "7" })).to.deep.equal(["exclusive.x.scope.projectsBelow"]);
    });

    it("refuse to keep what is no id, because it would keep nothing", () => {
        const ids = ["#7", "７", "007", 0, "9007199254740993", "glrt-abcdefghijklmnopqrst"];
        const args = { exclusive: { x: { scope: { group: "apps" }, keep: { ids: [7, "8", ...ids] } } } };
        expect(
            checkFleet(args as FleetArgs, "shop/prod").problems.map(({ path, message }) => `${path} ${message}`),
        ).to.deep.equal(
            [
                ['"#7"', "Write 7."],
                ['"７"', "Write 7."],
                ['"007"', "Write 7."],
                ["0", "For instance: 42."],
                ['"9007199254740993"', "For instance: 42."],
                ["a secret of 25 characters", "For instance: 42."],
            ].map(
                ([got, remedy], at) =>
                    `exclusive.x.keep.ids[${at + 2}] must be GitLab's number of a runner (got ${got}). ${remedy}`,
            ),
        );
    });

    it("report every mistake with its path", () => {
        const args = {
            exclusive: {
                x: {
                    scope: { projectsBelow: "" },
                    claim: { offlineFor: "long" },
                    foreign: "delete",
                    limit: -1,
                    quietPeriod: "soon",
                },
                y: { scope: { group: "apps" }, claim: { descriptions: [] }, foreign: "delete" },
            },
        } as unknown as FleetArgs;
        expect(checkFleet(args, "shop/prod").problems.map(({ path }) => path)).to.have.members([
            "exclusive.x.scope.projectsBelow",
            "exclusive.x.claim.offlineFor",
            "exclusive.x.limit",
            "exclusive.x.quietPeriod",
            "exclusive.y.foreign",
        ]);
    });
});

describe("ExclusiveRunners", () => {
    it("lists the given runners and no others", async () => {
        const world = mockPulumi({ ids: { groups: { apps: 1, "apps/sub": 3 } } });
        const ci = new Runner("ci", { scope: { group: "apps" } });
        new Runner("sub", { scope: { group: "apps/sub" } });
        new ExclusiveRunners("apps-group", { scope: { group: "apps" }, runners: [ci] });
        await world.settled();
        expect(world.inputsOf(EXCLUSIVE)).to.deep.equal([
            {
                owner: "shop/prod",
                identity: IDENTITY,
                runnerType: "group_type",
                groupId: 1,
                runners: { ci: String(runnerIdOf("ci")) },
            },
        ]);
    });

    it("looks only after the plugin has seen the program's other runners of that scope", async () => {
        const done: unknown[] = [];
        const token = "gitlab-fleet:index:RunnerToken";
        const world = mockPulumi({
            ids: { groups: { apps: 1, infra: 2 } },
            delay: (type) =>
                type === token
                    ? new Promise((resolve) => setTimeout(resolve, 50)).then(() => done.push(type))
                    : undefined,
        });
        const seen: number[] = [];
        const { registered } = world;
        const { push } = registered;
        registered.push = (resource) => {
            if (resource.type === EXCLUSIVE) seen.push(done.length);
            return push.call(registered, resource);
        };
        new Runner("before", { scope: { group: "apps" } });
        new ExclusiveRunners("apps-group", { scope: { group: "apps" }, runners: [] });
        new Runner("after", { scope: { group: pulumi.output("apps") } });
        await world.settled();
        expect(seen).to.deep.equal([2]);
        expect(world.inputsOf(EXCLUSIVE)).to.have.nested.property("[0].runners").that.deep.equals({});
    });

    it("lets a runner come later, after an await", async () => {
        const world = mockPulumi({ ids: { groups: { apps: 1 } } });
        new ExclusiveRunners("apps-group", { scope: { group: "apps" }, runners: [] });
        await world.settled();
        new Runner("late", { scope: { group: "apps" } });
        await world.settled();
        expect(world.of("gitlab:index/userRunner:UserRunner").map(({ name }) => name)).to.deep.equal(["late"]);
    });

    it("reports every mistake at once, before a child exists", async () => {
        const world = mockPulumi();
        const wrong = {
            scope: "everywhere",
            runners: [],
            limit: 0.5,
            foreign: "remove",
        } as unknown as ExclusiveRunnersArgs;
        expect(() => new ExclusiveRunners("x", wrong))
            .to.throw()
            .with.property(
                "message",
                [
                    'scope is not a scope (got "everywhere"). Write { group: <path or id> }, { project: <path or id> } or instance.',
                    "limit must be a whole number, 0 or more (got 0.5). Correct it.",
                    'foreign must be one of report, pause, delete (got "remove"). Choose one of them.',
                ]
                    .map((line) => `ExclusiveRunners "x": ${line}`)
                    .join("\n"),
            );
        await world.settled();
        expect(world.of(EXCLUSIVE)).to.deep.equal([]);
    });

    it("refuses a scope that turns out to be none", async () => {
        const world = mockPulumi();
        const scope = { group: pulumi.output("a group") };
        const failures = await failuresAfter(() => new ExclusiveRunners("x", { scope, runners: [] }));
        expect(failures).to.deep.equal([
            'ExclusiveRunners "x": scope.group must not contain spaces (got "a group"). Give a group\'s full path or its id.',
        ]);
        expect(world.of(EXCLUSIVE)).to.deep.equal([]);
    });
});
