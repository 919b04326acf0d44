import { expect } from "chai";
import type { FleetArgs } from "../../../components/fleet/args";
import { Fleet } from "../../../components/fleet/fleet";
import { checkFleet } from "../../../components/fleet/problems";
import { Runner } from "../../../components/runner/runner";
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

    it("look for orphans of runners outside a fleet, and spare those runners", async () => {
        const world = mockPulumi({ ids: { groups: { apps: 1, "apps/sub": 3 } } });
        new Fleet("clean-up", { exclusive: { "apps-group": { scope: { group: "apps" } } } });
        new Runner("ci", { scope: { group: "apps" } });
        new Runner("sub", { scope: { group: "apps/sub" } });
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
