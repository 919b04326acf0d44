import { expect } from "chai";
import { readPreview } from "../../../cli/report/preview";
import { summarize } from "../../../cli/report/summary";
import { headline } from "../../../cli/report/words";
import { UNKNOWN_STRING } from "../../../core/wire-values";
import { type MadeStep, of, toJson, toWords } from "./world";

describe("what a report says of who gets in", () => {
    const list: MadeStep = {
        op: "update",
        type: "ProjectJobTokenScopes",
        name: "libs/poetry",
        before: { project: "3", targetProjectIds: [1, 2] },
    };

    it("names who gets in by an entry of its own, and nobody who was on the list that the entries replace", () => {
        const entry = (op: string, path: string, id: number): MadeStep => ({
            op,
            type: "ProjectJobTokenScope",
            name: `libs/poetry-projects/${path}`,
            before: { project: "3", targetProjectId: id },
        });
        expect(
            toWords(of([{ ...list, op: "delete" }, entry("create", "apps/etl", 1), entry("create", "apps/new", 9)])),
        ).to.deep.equal({
            "Who gets in": [
                "create: project apps/new gets into libs/poetry",
                "update: allowlist libs/poetry is declared entry by entry: what others put on it stays | Project 2 no longer gets in",
            ],
        });
        expect(
            toWords(of([{ ...list, op: "create" }, entry("delete", "apps/etl", 1), entry("delete", "apps/old", 8)])),
        ).to.deep.equal({
            "Who gets in": [
                "delete: project apps/old no longer gets into libs/poetry",
                "create: allowlist libs/poetry is declared as a whole",
            ],
        });
    });

    it("says that a list which is turned off lets everybody in, in its first line, too", () => {
        const off = { before: { project: "3", enabled: true }, after: { project: "3", enabled: false } };
        const unless = "enabled: false turns the allowlist off unless the instance enforces allowlists.";
        const said: Parameters<typeof toJson>[1] = [["info", list, `allowlist libs/poetry: ${unless}`]];
        const report = of([{ ...list, ...off, diff: { enabled: "update" } }], said);
        expect(toWords(report)["Who gets in"]).to.deep.equal([
            `update: allowlist libs/poetry is turned off: every project's jobs get in. ${unless}`,
        ]);
        expect(headline(report)).to.equal("1 allowlist turned off; who gets in changes");
        expect(toWords(of([{ ...list, ...off, op: "create" }]))["Who gets in"]).to.deep.equal([
            "create: allowlist libs/poetry is turned off: every project's jobs get in.",
        ]);
        const on = of([{ ...list, before: off.after, after: off.before, diff: { enabled: "update" } }]);
        expect(toWords(on)["Who gets in"]).to.deep.equal([
            "update: allowlist libs/poetry changes: enabled: false → true | Only who is on it gets in: it was off.",
        ]);
        const stillOff = of([{ ...list, before: off.after, after: off.after, diff: { targetProjectIds: "update" } }]);
        expect(headline(stillOff)).to.equal("who gets in changes");
    });

    it("says what a group's entry stands for, and of a project below it that it does not lose access with its own", () => {
        const entry = (op: string, of: string): MadeStep => ({
            op,
            type: "ProjectJobTokenScope",
            name: `libs/poetry-${of}`,
        });
        const steps = [
            entry("create", "groups/apps"),
            entry("delete", "projects/apps/web"),
            entry("delete", "projects/appsmith/x"),
        ];
        expect(toWords(of(steps))["Who gets in"]).to.have.members([
            "create: group apps, with every project below it, gets into libs/poetry",
            "delete: project apps/web still gets in by group apps, without an entry of its own in libs/poetry",
            "delete: project appsmith/x no longer gets into libs/poetry",
        ]);
    });

    it("does not say for sure who no longer gets in where what stays was left out of the preview", () => {
        const gone: MadeStep = { op: "delete", type: "ProjectJobTokenScope", name: "libs/poetry-projects/apps/etl" };
        const stays: MadeStep = { op: "same", type: "ProjectJobTokenScope", name: "libs/poetry-projects/apps/web" };
        const said = (same: number, ...steps: MadeStep[]) => {
            const text = toJson(steps).replace('"changeSummary":{}', `"changeSummary":{"same":${same}}`);
            return toWords(summarize(readPreview(text, "it")))["Who gets in"]![0];
        };
        const lost = "delete: project apps/etl no longer gets into libs/poetry";
        expect(said(1, gone, stays)).to.equal(lost);
        expect(said(7, gone, stays)).to.equal(
            `${lost}, unless the entry of a group that stays lets it in: --show-sames tells`,
        );
        const group = { ...gone, name: "libs/poetry-groups/apps" };
        expect(said(7, group, stays)).to.equal(
            "delete: group apps, with every project below it, no longer gets into libs/poetry",
        );
    });

    it("says with which permissions a project still gets in by the nearest group, where its own entry had others", () => {
        const entry = (op: string, target: string, of: string, id: number): MadeStep => ({
            op,
            type: "ProjectJobTokenScope",
            name: `libs/poetry-${of}`,
            before: { project: "3", [target]: id },
        });
        const policies = (before: object[], after: object[]): MadeStep => ({
            op: "update",
            type: "JobTokenPolicies",
            name: "libs/poetry",
            before: { project: "3", entries: before },
            after: { project: "3", entries: after },
        });
        const gone = entry("delete", "targetProjectId", "projects/apps/web/ui", 1);
        const [apps, web] = [
            entry("same", "targetGroupId", "groups/apps", 7),
            entry("same", "targetGroupId", "groups/apps/web", 8),
        ];
        const own = { targetProjectId: 1, policies: ["READ_PACKAGES", "READ_JOBS"] };
        const [wide, narrow] = [
            { targetGroupId: 7, policies: ["READ_JOBS", "READ_PACKAGES"] },
            { targetGroupId: 8, policies: ["READ_JOBS"] },
        ];
        const said = (...steps: MadeStep[]) =>
            toWords(of(steps))["Who gets in"]!.find((line) => line.startsWith("delete: project"));
        const still = (group: string) =>
            `delete: project apps/web/ui still gets in by group ${group}, without an entry of its own in libs/poetry`;
        expect(said(gone, apps, policies([own, wide], [wide]))).to.equal(still("apps"));
        expect(said(gone, apps, web, policies([own, wide, narrow], [wide, narrow]))).to.equal(
            `${still("apps/web")} | its permissions: READ_JOBS, READ_PACKAGES → READ_JOBS`,
        );
        expect(said(gone, web, policies([own], []))).to.equal(
            `${still("apps/web")} | its permissions: READ_JOBS, READ_PACKAGES → none declared, by default all that the role allows`,
        );
        expect(said(gone, web, { ...policies([own], []), op: "delete" })).to.contain("→ none declared");
        const later = { ...policies([own], []), after: { project: "3", entries: UNKNOWN_STRING } };
        expect(said(gone, web, later)).to.equal(
            `${still("apps/web")} | its permissions: READ_JOBS, READ_PACKAGES → known after up`,
        );
        expect(said(gone, web)).to.equal(still("apps/web"));
    });

    it("tells an entry's list from its project by the list that it is part of, whatever their groups are called", () => {
        const entry = (op: string, list: string, of: string): MadeStep => ({
            op,
            type: "ProjectJobTokenScope",
            name: `${list}-${of}`,
            parent: list,
        });
        const steps = [
            entry("create", "shared-projects/registry", "projects/apps/x"),
            entry("create", "libs/poetry", "projects/my-projects/x"),
            entry("create", "shared-groups/registry", "groups/Apps"),
            entry("delete", "shared-groups/registry", "projects/apps/x"),
        ];
        expect(toWords(of(steps))["Who gets in"]).to.have.members([
            "create: project apps/x gets into shared-projects/registry",
            "create: project my-projects/x gets into libs/poetry",
            "create: group Apps, with every project below it, gets into shared-groups/registry",
            "delete: project apps/x still gets in by group Apps, without an entry of its own in shared-groups/registry",
        ]);
    });

    it("names the role that people get by a share, and the one that they had", () => {
        const share = (op: string, before: string, after: string): MadeStep => ({
            op,
            type: "ProjectShareGroup",
            name: "libs/poetry-apps",
            before: { groupAccess: before },
            after: { groupAccess: after },
            diff: { groupAccess: "update-replace" },
        });
        const told = (step: MadeStep) => toWords(of([step]))["Who gets in"];
        expect(told(share("create", "", "developer"))).to.deep.equal([
            "create: membership libs/poetry-apps is created: the group's people become members with role developer there",
        ]);
        expect(told(share("replace", "reporter", "owner"))).to.deep.equal([
            "replace: membership libs/poetry-apps changes: the group's people become members with role owner there (until now: members with role reporter)",
        ]);
        expect(told(share("replace", "owner", "owner"))).to.deep.equal([
            "replace: membership libs/poetry-apps changes: the group's people become members with role owner there",
        ]);
        const longer = { ...share("update", "owner", "owner"), diff: { expiresAt: "add" } };
        expect(told(longer)).to.deep.equal(["update: membership libs/poetry-apps changes: expiresAt is added"]);
        expect(told(share("delete", "reporter", ""))).to.deep.equal([
            "delete: membership libs/poetry-apps goes: the group's people are no members by it any more",
        ]);
        expect(told(share("create", "", "owner](http://x)"))![0]).not.to.contain("http");
    });

    it("tells which permissions entries get and had, and that without them their jobs may do more", () => {
        const policies = (op: string, before: object[], after: object[]): MadeStep => ({
            op,
            type: "JobTokenPolicies",
            name: "libs/poetry",
            before: { entries: before },
            after: { entries: after },
        });
        const told = (step: MadeStep) => toWords(of([step]))["Who gets in"];
        const one = { targetProjectId: 1, policies: ["READ_PACKAGES"] };
        const two = { targetGroupId: 2, policies: ["READ_JOBS"] };
        expect(told(policies("create", [], [one, two]))).to.deep.equal([
            "create: permissions of allowlist libs/poetry are set | project 1: READ_PACKAGES | group 2: READ_JOBS",
        ]);
        // Where one of the ids is not known yet, the engine knows nothing of the list.
        const later = { ...policies("update", [one, two], []), after: { entries: UNKNOWN_STRING } };
        expect(told(later)).to.deep.equal([
            "update: permissions of allowlist libs/poetry change | of which entries is known after up",
        ]);
        const more = { ...one, policies: ["READ_PACKAGES", "ADMIN_PACKAGES"] };
        expect(told(policies("update", [one, two], [more]))).to.deep.equal([
            "update: permissions of allowlist libs/poetry change | project 1: READ_PACKAGES → ADMIN_PACKAGES, READ_PACKAGES | group 2: no longer declared",
        ]);
        expect(told(policies("delete", [one], []))).to.deep.equal([
            "delete: permissions of allowlist libs/poetry are declared no longer: its entries may do again what they could before, by default all that the role allows",
        ]);
    });
});
