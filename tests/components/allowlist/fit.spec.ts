import { expect } from "chai";
import { JobTokenAllowlist, type JobTokenAllowlistArgs } from "../../../components";
import { failuresAfter, resolved, warningsOf } from "../../helpers/outputs";
import { type MockOptions, mockPulumi } from "../../helpers/pulumi-mocks";

const WHOLE_LIST = "gitlab:index/projectJobTokenScopes:ProjectJobTokenScopes";
const numbers = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);
const WEB = numbers(1000, 150);
const ETL = numbers(2000, 60);

/** Projects 1000… are in apps/web, 2000… in apps/etl, which has two more that nobody listed. */
const WORLD: MockOptions = {
    ids: { projects: { "c/p": 3 }, groups: { "apps/etl": 22, "apps/web": 21 } },
    answers: {
        describeConsumers: ({ projects, groups }) => {
            const pathOf = (id: number) => (id === 3 ? "c/p" : id < 2000 ? `apps/web/p${id}` : `apps/etl/p${id}`);
            const known = Object.fromEntries((projects as number[]).map((id) => [String(id), pathOf(id)]));
            expect(groups).to.deep.equal([]);
            return {
                projects: known,
                groups: {},
                personal: [],
                neighbours: [...Object.values(known), "apps/etl/x", "apps/etl/y", "apps/web/z"],
            };
        },
    },
};

describe("fitAllowlist", () => {
    it("asks nothing where the list fits", async () => {
        const world = mockPulumi(WORLD);
        const list = new JobTokenAllowlist("p", { project: 3, allow: { projects: WEB }, compact: true });
        expect(await resolved(list.targetProjectIds)).to.deep.equal(WEB);
        expect(world.calls).to.deep.equal([]);
    });

    it("folds what does not fit, when that was asked for", async () => {
        const world = mockPulumi(WORLD);
        const list = new JobTokenAllowlist("p", {
            project: "c/p",
            allow: { projects: [...ETL, ...WEB] },
            compact: true,
        });
        await world.settled();
        // apps/web would let in one further project and apps/etl two, so it is apps/web that is folded.
        expect(await resolved(list.targetProjectIds)).to.deep.equal(ETL);
        expect(await resolved(list.targetGroupIds)).to.deep.equal([21]);
        expect(world.inputsOf(WHOLE_LIST)).to.deep.equal([
            { project: "3", enabled: true, targetProjectIds: ETL, targetGroupIds: [21] },
        ]);
    });

    it("says without it what it would do and who would gain access, and declares nothing", async () => {
        const world = mockPulumi(WORLD);
        const failures = await failuresAfter(
            () => new JobTokenAllowlist("p", { project: 3, allow: { projects: [...WEB, ...ETL] } }),
        );
        expect(failures).to.deep.equal([
            [
                'JobTokenAllowlist "p": allow has 210 projects and 0 groups, but GitLab keeps at most 200 projects and 200 groups on one list. Set compact: true, which would do this:',
                "  150 projects of apps/web become one entry, the group apps/web. 1 project gains access: apps/web/z.",
            ].join("\n"),
        ]);
        expect(world.of(WHOLE_LIST)).to.deep.equal([]);
    });

    it("does not warn of what it folds, nor of what the error will say", async () => {
        for (const compact of [true, false]) {
            mockPulumi({ ...WORLD, preview: true });
            const warnings = await warningsOf(() =>
                failuresAfter(
                    () => new JobTokenAllowlist("p", { project: 3, allow: { projects: [...WEB, ...ETL] }, compact }),
                ),
            );
            expect(warnings.filter((text) => text.includes("must have at most"))).to.deep.equal([]);
        }
    });

    it("reports too many entries at once with every other mistake", () => {
        mockPulumi(WORLD);
        const args = { project: "nogroup", allow: { projects: [...WEB, ...ETL] } } as JobTokenAllowlistArgs;
        expect(() => new JobTokenAllowlist("p", args)).to.throw(
            /project must name the project's group[\s\S]*allow\.projects must have at most 200 entries, GitLab's limit \(got 210\)/,
        );
    });
});

describe("ownAllowlist", () => {
    it("finds two owners of one list, written by path and by id", async () => {
        mockPulumi(WORLD);
        const failures = await failuresAfter(() => {
            new JobTokenAllowlist("one", { project: "c/p", allow: {} });
            new JobTokenAllowlist("two", { project: 3, allow: {} });
        });
        expect(failures).to.have.length(1);
        expect(failures[0]).to.match(
            /^JobTokenAllowlist "(one|two)": project has its allowlist declared by JobTokenAllowlist "(one|two)" already \(got id 3\)/,
        );
    });
});
