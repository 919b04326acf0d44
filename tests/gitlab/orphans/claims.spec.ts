import { expect } from "chai";
import fc from "fast-check";
import { type Claim, isClaimed, isKept } from "../../../gitlab/orphans/claims";
import type { RunnerRecord } from "../../../gitlab/runners";

const NOW = Date.parse("2026-03-01T00:00:00Z");
const runner = (more: Partial<RunnerRecord>): RunnerRecord => ({
    id: 5,
    runnerType: "group_type",
    description: "my-runner",
    maintenanceNote: "",
    paused: false,
    locked: false,
    runUntagged: true,
    accessLevel: "not_protected",
    maximumTimeout: 0,
    tagList: ["docker"],
    status: "online",
    contactedAt: "2026-02-28T23:59:00Z",
    createdAt: "2026-01-01T00:00:00Z",
    creator: "olga",
    ...more,
});

describe("isClaimed", () => {
    const cases: [string, Partial<RunnerRecord>, Claim, boolean][] = [
        ["nothing without a claim", {}, {}, false],
        ["nothing by an empty list", {}, { descriptions: [], match: "all" }, false],
        ["a description with a wildcard", {}, { descriptions: ["my-*"] }, true],
        ["a description with wildcards at once", { description: "a-b-c" }, { descriptions: ["a*b*c"] }, true],
        [
            "no description that lacks a part between wildcards",
            { description: "a-b-c" },
            { descriptions: ["a*x*c"] },
            false,
        ],
        ["no description that has a part only once", { description: "a-b-c" }, { descriptions: ["a*b*b*c"] }, false],
        ["no description whose parts overlap", { description: "aba" }, { descriptions: ["ab*ba"] }, false],
        [
            "no long text by many wildcards, and at once",
            { description: "-".repeat(5000) },
            { descriptions: [`${"*-".repeat(50)}x`] },
            false,
        ],
        ["no description that begins otherwise", { description: "x-my-runner" }, { descriptions: ["my-*"] }, false],
        ["no description that begins otherwise and ends so", { description: "xab" }, { descriptions: ["a*b"] }, false],
        ["one by one of several statuses", { status: "stale" }, { statuses: ["offline", "stale"] }, true],
        [
            "no runner by stale that was only never heard from",
            { status: "never_contacted", contactedAt: undefined },
            { statuses: ["stale"] },
            false,
        ],
        ["not one silent for just as long", { contactedAt: "2026-01-30T00:00:00Z" }, { offlineFor: "30d" }, false],
        [
            "not one of which no time is known",
            { contactedAt: undefined, createdAt: undefined },
            { offlineFor: "1s" },
            false,
        ],
        ["one tag of several in common", {}, { tags: ["gpu", "docker"] }, true],
        ["nothing where all of no parts are needed", {}, { match: "all" }, false],
        ["a stale runner by status", { status: "stale" }, { statuses: ["stale"] }, true],
        ["no runner that is online by status", {}, { statuses: ["stale", "offline", "never_contacted"] }, false],
        [
            "a stale runner that was never heard from as never_contacted",
            { status: "stale", contactedAt: undefined },
            { statuses: ["never_contacted"] },
            true,
        ],
        ["one silent for longer", { contactedAt: "2026-01-20T00:00:00Z" }, { offlineFor: "30d" }, true],
        ["not one silent for a shorter time", { contactedAt: "2026-02-20T00:00:00Z" }, { offlineFor: "30d" }, false],
        ["one never heard from by its age", { contactedAt: undefined }, { offlineFor: "30d" }, true],
        ["one by who made it, whatever the case", {}, { creators: ["Olga"] }, true],
        ["one by one of several who made it", {}, { creators: ["hans", "olga"] }, true],
        ["not one of an unknown creator", { creator: undefined }, { creators: ["olga"] }, false],
        ["any part by default", {}, { descriptions: ["other"], tags: ["docker"] }, true],
        ["only all parts with match: all", {}, { descriptions: ["my-runner"], tags: ["gpu"], match: "all" }, false],
        ["all parts with match: all", {}, { descriptions: ["my-runner"], tags: ["docker"], match: "all" }, true],
    ];
    for (const [title, more, claim, expected] of cases) {
        it(`${expected ? "claims" : "does not claim"} ${title.replace(/^(not|no runner|nothing)\b ?/, (word) => (expected ? word : ""))}`, () => {
            expect(isClaimed(runner(more), claim, NOW)).to.equal(expected);
        });
    }

    it("never claims more with match: all than without it", () => {
        const claim = fc.record(
            {
                descriptions: fc.array(fc.constantFrom("my-*", "other", "*"), { maxLength: 2 }),
                tags: fc.array(fc.constantFrom("docker", "gpu"), { maxLength: 2 }),
                statuses: fc.array(fc.constantFrom("stale", "offline"), { maxLength: 2 }),
                creators: fc.array(fc.constantFrom("olga", "hans"), { maxLength: 2 }),
            },
            { requiredKeys: [] },
        );
        const some = fc.record({ status: fc.constantFrom("online", "stale"), creator: fc.constantFrom("olga", "ana") });
        fc.assert(
            fc.property(claim, some, (parts, more) => {
                const all = isClaimed(runner(more), { ...parts, match: "all" }, NOW);
                return !all || isClaimed(runner(more), parts, NOW);
            }),
        );
    });
});

describe("isKept", () => {
    it("keeps by id, description and tag", () => {
        expect(isKept(runner({}), { ids: ["5"] })).to.equal(true);
        expect(isKept(runner({}), { descriptions: ["my-*"] })).to.equal(true);
        expect(isKept(runner({}), { tags: ["docker"] })).to.equal(true);
        expect(isKept(runner({}), { ids: ["6"], descriptions: ["my"], tags: ["gpu"] })).to.equal(false);
    });
});
