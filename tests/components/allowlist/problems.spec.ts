import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import type { FleetArgs } from "../../../components/fleet/args";
import { checkFleet } from "../../../components/fleet/problems";
import { stoppingErrors } from "../../../core/problems";
import { ENCRYPTED } from "../../../core/values";

describe("what is wrong with a registry's access", () => {
    const check = (access: object, producer = "containers/tools/lint") =>
        checkFleet({ registries: { [producer]: { consumers: {}, ...access } } } as FleetArgs, "shop/prod").problems;
    const pathsOf = (...args: Parameters<typeof check>) =>
        check(...args).map(({ path }) => path.replace("registries.containers/tools/lint.", ""));
    const many = (count: number) => Array.from({ length: count }, (_, at) => `apps/p${at}`);

    it("is more than GitLab keeps, unless it may be folded: only of what is added singly, nothing is to be asked first", () => {
        expect(pathsOf({ consumers: { projects: many(200), groups: many(200) } })).to.deep.equal([]);
        const excess = { consumers: { projects: many(201), groups: many(201) } };
        const paths = ["consumers.projects", "consumers.groups"];
        expect(pathsOf(excess)).to.deep.equal(paths);
        expect(stoppingErrors(check(excess))).to.deep.equal([]);
        expect(stoppingErrors(check({ ...excess, mode: "additive" }))).to.have.lengthOf(2);
        expect(pathsOf({ ...excess, compact: false })).to.deep.equal(paths);
        expect(pathsOf({ ...excess, compact: true })).to.deep.equal([]);
    });

    it("is one entry twice, however it is written, and the producer itself", () => {
        expect(
            pathsOf({ consumers: { projects: ["apps/etl", 7, "Apps/ETL", "7"], groups: ["/7", "apps/etl"] } }),
        ).to.deep.equal(["consumers.projects[2]", "consumers.projects[3]"]);
        expect(pathsOf({ consumers: { groups: ["apps", 7, "Apps", 7], projects: [7] } })).to.deep.equal([
            "consumers.groups[2]",
            "consumers.groups[3]",
        ]);
        expect(pathsOf({ consumers: { projects: ["a/b", "Containers/tools/Lint"] } })).to.deep.equal([
            "consumers.projects[1]",
        ]);
        expect(pathsOf({ consumers: { projects: [7] } }, "7")).to.deep.equal(["registries.7.consumers.projects[0]"]);
    });

    it("is a switch, a fold or an end of the list where entries are added to somebody else's", () => {
        const own = { enabled: true, onDestroy: "restore", compact: true };
        expect(pathsOf({ ...own, mode: "additive" })).to.have.members(["enabled", "compact", "onDestroy"]);
        expect(pathsOf({ enabled: false, mode: "additive" })).to.deep.equal(["enabled"]);
        expect(pathsOf({ compact: false, mode: "additive" })).to.deep.equal([]);
        expect(pathsOf({ ...own, mode: pulumi.output("additive") }), "known later").to.deep.equal([]);
        for (const mode of [undefined, "exclusive"]) expect(pathsOf({ ...own, mode }), mode).to.deep.equal([]);
    });

    it("is a permission of what is no entry, though others are known later, and none where one of them is encrypted", () => {
        const named = (...projects: unknown[]) => ({ consumers: { projects }, policies: { "apps/etl": "pull" } });
        expect(pathsOf(named("Apps/etl"))).to.deep.equal([]);
        expect(pathsOf(named("apps/web", pulumi.output("apps/x")))).to.deep.equal(["policies.apps/etl"]);
        expect(pathsOf(named("apps/etl", pulumi.output("apps/x")))).to.deep.equal([]);
        expect(pathsOf(named("apps/web", ENCRYPTED))).to.deep.equal([]);
        expect(pathsOf({ ...named("apps/etl"), compact: true }), "perhaps folded").to.deep.equal(["policies"]);
        expect(pathsOf({ ...named("apps/etl"), policies: "pull", compact: true })).to.deep.equal([]);
    });

    it("is a permission that GitLab cannot have", () => {
        const given = (policies: unknown) => pathsOf({ consumers: { projects: ["apps/etl"] }, policies });
        for (const good of ["pull", { "apps/etl": "pull" }, { "apps/etl": ["READ_JOBS", "ADMIN_PACKAGES"] }])
            expect(given(good), JSON.stringify(good)).to.deep.equal([]);
        for (const bad of ["READ", "READ_", "read_jobs", "WRITE_JOBS", "X_READ_JOBS", "READ_JOBS!", 5])
            expect(given({ "apps/etl": [bad] }), String(bad)).to.deep.equal(["policies.apps/etl[0]"]);
        for (const bad of ["push", 5, ["READ_JOBS"]]) expect(given(bad), String(bad)).to.deep.equal(["policies"]);
        expect(given({ "apps/etl": 5 })).to.deep.equal(["policies.apps/etl"]);
    });

    it("is a group that the producer is in, at whatever level, and none that is only called alike", () => {
        const shared = (group: unknown) => pathsOf({ grantMembership: { group } });
        for (const group of ["containers", "Containers/Tools"])
            expect(shared(group), group).to.deep.equal(["grantMembership.group"]);
        for (const group of ["contain", "containers/too", "tools", "containers/tools/lint/x", 7])
            expect(shared(group), String(group)).to.deep.equal([]);
        expect(pathsOf({ grantMembership: [{ group: "apps" }, { group: "containers" }] })).to.deep.equal([
            "grantMembership[1].group",
        ]);
    });
});
