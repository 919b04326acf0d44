import { expect } from "chai";
import { UNKNOWN } from "../../../../core/props";
import { addRunner } from "../../../../sandbox";
import { rejection } from "../../../helpers/rejection";
import { GROUP_AND_SUBGROUP } from "./seed";
import { groupWithRunners, marker, OWNER, TYPE } from "./world";

describe("ExclusiveRunners, at its limits", () => {
    const of = groupWithRunners({ seed: GROUP_AND_SUBGROUP });
    const { world, runner, inputs, ids } = of;

    it("leaves runners alone that serve further projects, and says so", async () => {
        const [etl, web] = world.sandbox.db.projects.all().map(({ id }) => id);
        const shared = runner("my-shared", { runnerType: "project_type", groupId: null }, [etl!, web!]);
        const own = runner("my-own", { runnerType: "project_type", groupId: null }, [etl!]);
        const scope = {
            owner: OWNER,
            runnerType: "project_type",
            projectId: etl,
            runners: {},
            claim: { descriptions: ["my-*"] },
        };
        const created = await world.plugin.create(TYPE, { ...scope, foreign: "delete" });
        expect(ids()).to.deep.equal([shared]);
        expect(created.state.found).to.have.nested.property("[0].action", "report");
        expect(world.plugin.logs.map(({ message }) => message)).to.deep.equal([
            `Deleted 1 runner\n  foreign #${own} "my-own" (never contacted)`,
            `Left alone: 1 runner\n  foreign #${shared} "my-shared" (never contacted): serves 2 projects, so unassign it there or delete it by hand`,
        ]);
    });

    it("takes a runner that is gone by then for deleted", async () => {
        runner("my-runner");
        const reply = { status: 404, body: { message: "404 Runner Not Found" } };
        world.sandbox.faults.plan({ method: "DELETE", fault: { kind: "status", ...reply } });
        expect((await world.plugin.create(TYPE, inputs({ foreign: "delete" }))).state.found).to.deep.equal([]);
        const said = world.plugin.logs.map(({ message }) => message).join("\n");
        expect(said).to.contain("Gone already: 1 runner\n").and.not.contain("Deleted");
    });

    it("names every runner it could not change, after it tried them all", async () => {
        runner("my-a");
        runner("my-b");
        world.sandbox.faults.plan({
            method: "DELETE",
            fault: { kind: "status", status: 403, body: { message: "403 Forbidden - No access granted" } },
        });
        const error = await rejection(world.plugin.create(TYPE, inputs({ foreign: "delete" })));
        expect(error.message).to.contain('ExclusiveRunners "it": 1 of 2 runners could not be changed.');
        expect(error.message).to.contain("403 Forbidden - No access granted");
        expect(ids()).to.have.length(1);
    });

    it("names the declared runner where its scope may not be listed", async () => {
        world.sandbox.faults.plan({ path: "/api/graphql", times: 0, fault: { kind: "status", status: 403 } });
        world.sandbox.faults.plan({
            path: "/groups/*/runners",
            times: 0,
            fault: { kind: "status", status: 403, body: { message: "403 Forbidden" } },
        });
        const declared = (...names: string[]) => ({
            runners: Object.fromEntries(names.map((name) => [name, UNKNOWN])),
        });
        const refused = async (...names: string[]) =>
            (await rejection(world.plugin.create(TYPE, inputs(declared(...names)), { preview: true }))).message;
        expect(await refused("ci")).to.match(
            /^Runner ci cannot be told from orphans of its scope\. GitLab refused GET/,
        );
        expect(await refused("a", "b", "c", "d")).to.contain("Runners a, b, c and 1 more cannot");
        expect(await refused()).to.match(/GitLab refused GET/);
    });

    it("works without GraphQL, and then too leaves inherited runners alone", async () => {
        const sub = world.sandbox.db.groups.all()[1]!.id;
        const inherited = runner("my-inherited");
        const own = addRunner(world.sandbox.db, { runnerType: "group_type", groupId: sub, description: "my-own" }).id;
        world.sandbox.faults.plan({
            path: "/api/graphql",
            times: 0,
            fault: { kind: "status", status: 403, body: { message: "403 Forbidden" } },
        });
        await world.plugin.create(TYPE, inputs({ groupId: sub, foreign: "delete" }));
        expect(ids()).to.deep.equal([inherited]);
        expect(ids()).not.to.include(own);
    });

    for (const graphql of [true, false]) {
        it(`takes no runner of a group above or below for an orphan of its own, ${graphql ? "with" : "without"} GraphQL`, async () => {
            const sub = world.sandbox.db.groups.all()[1]!.id;
            const deep = addRunner(world.sandbox.db, {
                runnerType: "group_type",
                groupId: sub,
                description: "my-sub",
                maintenanceNote: marker("sub"),
            }).id;
            const above = runner("my-own", { maintenanceNote: marker("ci") });
            if (!graphql) {
                world.sandbox.faults.plan({ path: "/api/graphql", times: 0, fault: { kind: "status", status: 404 } });
            }
            // Each scope declares its own runner only, as the components do, so the other's would be an orphan there.
            for (const [groupId, runners] of [
                [of.group, { ci: String(above) }],
                [sub, { sub: String(deep) }],
            ] as const) {
                const created = await world.plugin.create(TYPE, inputs({ groupId, runners, foreign: "delete" }));
                expect(created.state.found).to.deep.equal([]);
            }
            expect(ids()).to.have.members([above, deep]);
            // And its own orphan does go.
            await world.plugin.create(TYPE, inputs({ groupId: sub, runners: { sub: "999" } }));
            expect(ids()).to.deep.equal([above]);
        });
    }

    it("asks once for a scope that several resources look at", async () => {
        await Promise.all([1, 2, 3].map(() => world.plugin.diff(TYPE, "x", inputs(), inputs())));
        expect(world.sandbox.journal.count({ path: "/api/graphql" })).to.equal(1);
    });

    it("reads on after the first page of 100", async () => {
        for (let i = 0; i < 120; i++) {
            runner("my-runner");
        }
        await world.plugin.create(TYPE, inputs({ foreign: "delete", limit: 200 }));
        expect(ids()).to.deep.equal([]);
    });

    it("raises the error when GitLab cannot be asked, because silence would look like a clean scope", async () => {
        world.sandbox.faults.plan({
            times: 0,
            fault: { kind: "status", status: 401, body: { message: "401 Unauthorized" } },
        });
        const error = await rejection(world.plugin.diff(TYPE, "x", inputs(), inputs()));
        expect(error.message).to.contain("(401): 401 Unauthorized.");
    });

    it("deletes nothing in GitLab when it is deleted itself", async () => {
        runner("my-runner");
        await world.plugin.delete(TYPE, "x", inputs());
        expect(world.sandbox.journal.count()).to.equal(0);
    });

    it("reports every problem of its inputs at once", async () => {
        const { failures } = await world.plugin.check(TYPE, {
            owner: "fleet",
            runnerType: "group_type",
            projectId: 1,
            runners: { ci: "x" },
            foreign: "kill",
        });
        expect(failures.map(({ property }) => property)).to.deep.equal([
            "owner",
            "groupId",
            "projectId",
            "foreign",
            "runners.ci",
        ]);
    });
});
