import { expect } from "chai";
import fc from "fast-check";
import { Audit, isLive, needsAttention } from "../../../cli/audit/classify";
import type { AuditedRunner } from "../../../gitlab/runner-audit";

const runner = (more: Partial<AuditedRunner> = {}): AuditedRunner => ({
    id: 1,
    description: "ci",
    runnerType: "group_type",
    belongsTo: "apps",
    status: "online",
    paused: false,
    contactedAt: 1,
    tags: [],
    note: "",
    managers: 1,
    ...more,
});
const knowing = (ids: number[], covers: (owner: string) => boolean = () => true) => ({ ids: new Set(ids), covers });
const audit = (runners: AuditedRunner[], known?: number[], managers = 1) => {
    const it = new Audit({ managers, known: known && knowing(known) });
    for (const each of runners) it.add([each]);
    return it.finish();
};
const NOTE = "managed-by: gitlab-fleet fleet/prod/ci";

describe("Audit", () => {
    it("tells ours from foreign by the marker, and live by GitLab's two hours", () => {
        const { totals } = audit([
            runner({ id: 1, note: NOTE }),
            runner({ id: 2, description: "b", note: NOTE, status: "offline" }),
            runner({ id: 3, description: "c" }),
        ]);
        expect(totals).to.include({ runners: 3, ours: 2, oursLive: 1, foreign: 1, foreignLive: 1 });
    });

    it("says which of ours are in no state, only when states were given", () => {
        const runners = [runner({ id: 1, note: NOTE }), runner({ id: 2, description: "b", note: NOTE })];
        expect(audit(runners, [1]).totals.oursNotInState).to.equal(1);
        expect(audit(runners, [1]).rows[1]!.flags).to.deep.equal(["not-in-state"]);
        expect(audit(runners).totals).to.not.have.property("oursNotInState");
    });

    it("does not say of runners of other stacks that no state has them, and counts them", () => {
        const known = knowing([1], (owner) => owner === "fleet/prod");
        const it = new Audit({ managers: 1, known });
        it.add([1, 2].map((id) => runner({ id, note: "managed-by: gitlab-fleet fleet/prod/a" })));
        it.add([runner({ id: 3, note: "managed-by: gitlab-fleet other/prod/a" }), runner({ id: 4 })]);
        const { rows, totals } = it.finish();
        expect(rows.filter(({ flags }) => flags.includes("not-in-state")).map(({ id }) => id)).to.deep.equal([2]);
        expect(totals).to.include({ ours: 3, oursNotInState: 1, oursOfOtherStacks: 1 });
    });

    it("finds duplicates by description over all pages, and does not take runners without one for such", () => {
        const { totals, rows } = audit([
            runner({ id: 3, description: "my-runner" }),
            runner({ id: 1, description: "my-runner" }),
            runner({ id: 2, description: "" }),
            runner({ id: 4, description: "" }),
        ]);
        expect(totals).to.include({ duplicates: 2, duplicateDescriptions: 1 });
        expect(rows.map(({ id, flags }) => [id, flags])).to.deep.equal([
            [1, ["duplicate"]],
            [2, []],
            [3, ["duplicate"]],
            [4, []],
        ]);
    });

    it("counts a runner that was never heard from and is stale as both", () => {
        const { totals } = audit([runner({ status: "stale", contactedAt: undefined })]);
        expect(totals).to.include({ neverContacted: 1, stale: 1 });
    });

    it("takes more managers than expected for a finding, and the number expected for none", () => {
        expect(audit([runner({ managers: 3 })], undefined, 2).totals.manyManagers).to.equal(1);
        expect(audit([runner({ managers: 3 })], undefined, 3).totals.manyManagers).to.equal(0);
    });

    it("never loses a runner, and its totals add up, whatever comes in whatever pages", () => {
        const some = fc.array(
            fc.record({
                description: fc.constantFrom("", "a", "b", "c"),
                status: fc.constantFrom("online", "offline", "stale", "never_contacted"),
                note: fc.constantFrom("", NOTE, "managed-by: gitlab-fleet other/dev/x"),
                paused: fc.boolean(),
                managers: fc.nat(3),
                contacted: fc.boolean(),
            }),
            { maxLength: 40 },
        );
        fc.assert(
            fc.property(some, fc.integer({ min: 1, max: 7 }), fc.array(fc.nat(40)), (list, size, known) => {
                const runners = list.map(({ contacted, ...more }, id) =>
                    runner({ id, ...more, contactedAt: contacted ? 1 : undefined }),
                );
                const it = new Audit({ managers: 1, known: knowing(known) });
                for (let at = 0; at < runners.length; at += size) it.add(runners.slice(at, at + size));
                const { rows, totals } = it.finish();
                expect(rows.map(({ id }) => id)).to.deep.equal(runners.map(({ id }) => id));
                expect(totals.ours + totals.foreign).to.equal(totals.runners);
                expect(totals.oursLive + totals.foreignLive).to.equal(rows.filter(isLive).length);
                expect(totals.duplicates).to.be.at.least(2 * totals.duplicateDescriptions);
                // A foreign runner that works alone needs nobody.
                for (const row of rows.filter(isLive)) {
                    if (row.flags.length === 0) expect(needsAttention(row)).to.equal(false);
                }
            }),
        );
    });
});
