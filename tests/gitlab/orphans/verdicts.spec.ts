import { expect } from "chai";
import type { Claim } from "../../../gitlab/orphans/claims";
import { describe as inWords, judge, needsAction } from "../../../gitlab/orphans/verdicts";
import type { RunnerRecord } from "../../../gitlab/runners";

const runner = (more: Partial<RunnerRecord>): RunnerRecord => ({
    id: 1,
    runnerType: "group_type",
    description: "",
    maintenanceNote: "",
    paused: false,
    locked: false,
    runUntagged: true,
    accessLevel: "not_protected",
    maximumTimeout: 0,
    tagList: [],
    status: "online",
    ...more,
});
const verdicts = (
    record: RunnerRecord,
    claim: Claim,
    foreign: "report" | "pause" | "delete" = "delete",
    ids: number[] = [],
) => judge([record], { owner: "fleet/prod", identity: "ours", ids: new Set(ids), claim, foreign, now: 0 });

describe("judge", () => {
    const claims: [string, Claim, boolean][] = [
        ["my-runner", { descriptions: ["my-runner"] }, true],
        ["my-runner-2", { descriptions: ["my-runner"] }, false],
        ["my-runner-2", { descriptions: ["my-*"] }, true],
        ["a.b", { descriptions: ["a*b"] }, true],
        ["axb", { descriptions: ["a.b"] }, false],
        ["two\nlines", { descriptions: ["two*"] }, true],
        ["any", { tags: ["t"] }, true],
        ["any", { tags: ["u"] }, false],
        ["any", {}, false],
    ];
    for (const [description, claim, claimed] of claims) {
        it(`${claimed ? "claims" : "does not claim"} ${JSON.stringify(description)} by ${JSON.stringify(claim)}`, () => {
            expect(verdicts(runner({ description, tagList: ["t"] }), claim)).to.have.length(claimed ? 1 : 0);
        });
    }

    it("never touches a declared runner, even one that is claimed", () => {
        expect(verdicts(runner({ id: 7, description: "x" }), { descriptions: ["*"] }, "delete", [7])).to.deep.equal([]);
    });

    it("leaves alone what is kept, and what another program's marker names, though it is claimed", () => {
        const claim = { descriptions: ["*"] };
        const theirs = runner({ maintenanceNote: "managed-by: gitlab-fleet fleet/dev#theirs/x" });
        expect(verdicts(theirs, claim)).to.deep.equal([]);
        const declaration = { owner: "fleet/prod", ids: new Set<number>(), claim, foreign: "delete" as const, now: 0 };
        const orphan = runner({ maintenanceNote: "managed-by: gitlab-fleet fleet/prod#ours/x" });
        for (const record of [runner({}), orphan])
            expect(judge([record], { ...declaration, identity: "ours", keep: { ids: ["1"] } })).to.deep.equal([]);
    });

    it("begins with the oldest, each of which needs something to be done that is to be deleted", () => {
        const found = judge(
            [3, 1, 2].map((id) => runner({ id, paused: true })),
            {
                owner: "fleet/prod",
                ids: new Set([2]),
                claim: { descriptions: ["*"] },
                foreign: "delete",
                now: 0,
            },
        );
        expect(found.map((one) => [one.runner.id, needsAction(one)])).to.deep.equal([
            [1, true],
            [3, true],
        ]);
    });

    it("deletes orphans whatever is to happen to foreign runners", () => {
        const orphan = runner({
            maintenanceNote: "managed-by: gitlab-fleet fleet/prod#ours/x",
            contactedAt: undefined,
        });
        expect(verdicts(orphan, {}, "report")[0]).to.include({ kind: "orphan", action: "delete" });
    });

    const contacted = "2026-01-01T00:00:00Z";

    it("proves nothing by a marker without an identity to a state that has none either", () => {
        const old = runner({ maintenanceNote: "managed-by: gitlab-fleet fleet/prod/x", contactedAt: undefined });
        const declaration = {
            owner: "fleet/prod",
            ids: new Set<number>(),
            claim: {},
            foreign: "delete" as const,
            now: 0,
        };
        expect(judge([old], declaration)[0]).to.include({ kind: "namesake", action: "report" });
        expect(judge([old], { ...declaration, stateLost: true })[0]).to.include({ kind: "orphan", action: "delete" });
    });

    it("says of a namesake whose it may be", () => {
        const named = (identity: string) =>
            verdicts(
                runner({ maintenanceNote: `managed-by: gitlab-fleet fleet/prod${identity}/x`, contactedAt: contacted }),
                {},
            );
        expect(named("#ours")[0]!.spared).to.match(/: an older copy of this stack's state may have known it$/);
        for (const identity of ["", "#theirs"]) {
            expect(named(identity)[0]!.spared).to.contain(": it may belong to another clone's stack fleet/prod");
        }
    });

    it("says that a runner is paused where nothing is left to do about it, and nowhere else", () => {
        const claim = { descriptions: ["*"] };
        const words = (paused: boolean, foreign: "report" | "pause" | "delete") =>
            inWords(verdicts(runner({ paused }), claim, foreign)[0]!);
        expect(words(true, "pause")).to.match(/\(online, never contacted, paused\)$/);
        for (const [paused, foreign] of [
            [false, "pause"],
            [true, "delete"],
        ] as const) {
            expect(words(paused, foreign)).to.match(/\(online, never contacted\)$/);
        }
    });

    it("has nothing to say of the projects of a runner that is only reported", () => {
        const shared = runner({ projectCount: 2 });
        expect(verdicts(shared, { descriptions: ["*"] }, "report")[0]).to.not.have.property("spared");
        expect(verdicts(shared, { descriptions: ["*"] }, "pause")[0]!.spared).to.contain("serves 2 projects");
    });

    const namesakes: [string, string, string | undefined][] = [
        ["of another state that was heard from", "fleet/prod#theirs/x", contacted],
        ["of another state that was never heard from", "fleet/prod#theirs/x", undefined],
        ["of this state that was heard from", "fleet/prod#ours/x", contacted],
        ["without an identity that was heard from", "fleet/prod/x", contacted],
        ["without an identity that was never heard from", "fleet/prod/x", undefined],
    ];
    for (const [which, marker, contactedAt] of namesakes) {
        it(`only reports a runner with our name in its marker ${which}`, () => {
            const record = runner({ maintenanceNote: `managed-by: gitlab-fleet ${marker}`, contactedAt });
            const [seen] = verdicts(record, {}, "delete");
            expect(seen).to.include({ kind: "namesake", action: "report" });
            expect(seen!.spared).to.contain("its marker names x of fleet/prod, but this state has never known it");
            expect(needsAction(seen!)).to.equal(false);
            // A claim is somebody's word that it is not needed.
            expect(verdicts(record, { descriptions: ["*"] }, "delete")[0]).to.include({
                kind: "foreign",
                action: "delete",
            });
        });
    }

    it("takes every namesake for an orphan once somebody says that the state was lost", () => {
        const record = runner({ maintenanceNote: "managed-by: gitlab-fleet fleet/prod#old/x", contactedAt: contacted });
        const declaration = { owner: "fleet/prod", stateLost: true, ids: new Set<number>(), claim: {}, now: 0 };
        expect(judge([record], { ...declaration, foreign: "report" })[0]).to.include({
            kind: "orphan",
            action: "delete",
        });
    });

    it("does nothing about reported runners and those paused already", () => {
        const claim = { descriptions: ["*"] };
        expect(verdicts(runner({}), claim, "report").some(needsAction)).to.equal(false);
        expect(verdicts(runner({ paused: true }), claim, "pause").some(needsAction)).to.equal(false);
        expect(verdicts(runner({}), claim, "pause").some(needsAction)).to.equal(true);
    });

    it("tells of a runner on one line, whatever its description and its marker hold", () => {
        const maintenanceNote = "managed-by: gitlab-fleet fleet/prod/x\u202ey\u001b[31m";
        const [seen] = verdicts(runner({ description: `d\nwarning: ${"x".repeat(500)}`, maintenanceNote }), {});
        expect(inWords(seen!)).to.match(/^namesake #\d+ "d warning: x+…" \(.*names xy\[31m of fleet\/prod/);
        for (const sign of ["\n", "\u001b", "\u202e"]) expect(inWords(seen!)).to.not.contain(sign);
    });

    it("spares what a new state has adopted when somebody says that the one before was lost", () => {
        const ours = runner({ maintenanceNote: "managed-by: gitlab-fleet fleet/prod#ours/x", contactedAt: contacted });
        const declaration = {
            owner: "fleet/prod",
            identity: "ours",
            stateLost: true,
            ids: new Set<number>(),
            claim: {},
        };
        const [seen] = judge([ours], { ...declaration, foreign: "delete", now: 0 });
        expect(seen).to.include({ kind: "namesake", action: "report" });
    });

    it("says who, in what state and when last heard of", () => {
        const [seen] = verdicts(runner({ id: 9, description: "d", contactedAt: "2026-01-01T00:00:00Z" }), {
            descriptions: ["*"],
        });
        expect(inWords(seen!)).to.equal('foreign #9 "d" (online, last contact 2026-01-01T00:00:00Z)');
        const [never] = verdicts(runner({ status: "never_contacted" }), { descriptions: ["*"] });
        expect(inWords(never!)).to.equal('foreign #1 "" (never contacted)');
    });
});
