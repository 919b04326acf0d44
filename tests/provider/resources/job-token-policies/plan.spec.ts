import { expect } from "chai";
import type { PolicyEntry } from "../../../../gitlab/allowlist-policies";
import { planPolicies } from "../../../../provider/resources/job-token-policies/plan";

const ETL: PolicyEntry = { kind: "project", id: 2, path: "apps/etl", policies: ["READ_JOBS"] };
const OPS: PolicyEntry = { kind: "group", id: 5, path: "ops", policies: undefined };
const etl = (...policies: string[]) => ({ targetProjectId: 2, policies });
const ops = (...policies: string[]) => ({ targetGroupId: 5, policies });

describe("what makes a list's permissions those that were declared", () => {
    it("is nothing where they are, in whatever order", () => {
        const list = [{ ...ETL, policies: ["READ_JOBS", "ADMIN_JOBS"] }];
        const { missing, changes } = planPolicies(list, [etl("ADMIN_JOBS", "READ_JOBS")], {});
        expect({ missing, changes }).to.deep.equal({ missing: [], changes: [] });
    });

    it("is a new entry where there is none, and the note that it was added here", () => {
        const plan = planPolicies([ETL], [etl("READ_JOBS"), ops("ADMIN_JOBS")], {});
        expect(plan.missing).to.deep.equal([ops("ADMIN_JOBS")]);
        expect(plan.changes).to.deep.equal([]);
        expect(plan.origin).to.deep.equal({ added: ["group:5"], __before: { "project:2": ["READ_JOBS"] } });
    });

    it("changes what differs, and notes what it was when it was first declared, and not what it was later", () => {
        const first = planPolicies([ETL, OPS], [etl("ADMIN_JOBS"), ops("ADMIN_JOBS")], {});
        expect(first.changes).to.deep.equal([
            { action: "update", kind: "project", path: "apps/etl", policies: ["ADMIN_JOBS"] },
            { action: "update", kind: "group", path: "ops", policies: ["ADMIN_JOBS"] },
        ]);
        const before = { "project:2": ["READ_JOBS"], "group:5": "default" };
        expect(first.origin).to.deep.equal({ added: [], __before: before });
        const state = { entries: [etl("ADMIN_JOBS"), ops("ADMIN_JOBS")], ...first.origin };
        const list = [{ ...ETL, policies: ["READ_PACKAGES"] }, OPS];
        expect(planPolicies(list, [etl("READ_JOBS")], state).origin).to.deep.equal({
            added: [],
            __before: { "project:2": ["READ_JOBS"] },
        });
    });

    it("removes what was added here and is declared no more, once, and gives the rest its old permissions back", () => {
        const list = [ETL, { ...OPS, policies: ["ADMIN_JOBS"] }];
        const state = {
            entries: [etl("READ_JOBS"), ops("ADMIN_JOBS")],
            added: ["project:2"],
            __before: { "group:5": "default" },
        };
        expect(planPolicies(list, [], state)).to.deep.equal({
            missing: [],
            changes: [
                { action: "remove", kind: "project", path: "apps/etl" },
                { action: "update", kind: "group", path: "ops", policies: undefined },
            ],
            origin: { added: [], __before: {} },
        });
    });

    it("leaves alone what is gone from the list, what has its old permissions, and what nobody declared", () => {
        const state = {
            entries: [etl("READ_JOBS"), ops("ADMIN_JOBS")],
            added: ["group:5"],
            __before: { "project:2": ["READ_JOBS"] },
        };
        const other: PolicyEntry = { kind: "project", id: 9, path: "apps/other", policies: [] };
        expect(planPolicies([ETL, other], [], state).changes).to.deep.equal([]);
    });

    it("gives default permissions back where a state of an earlier version says nothing of them", () => {
        const state = { entries: [etl("READ_JOBS")] };
        expect(planPolicies([ETL], [etl("READ_JOBS")], state).origin).to.deep.equal({ added: [], __before: {} });
        expect(planPolicies([ETL], [], state).changes).to.deep.equal([
            { action: "update", kind: "project", path: "apps/etl", policies: undefined },
        ]);
    });
});
