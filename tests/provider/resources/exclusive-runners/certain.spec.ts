import { expect } from "chai";
import { DAY, HOUR, MINUTE } from "../../../../sandbox";
import { rejection } from "../../../helpers/rejection";
import { groupWithRunners, marker, OWNER, TYPE } from "./world";

describe("ExclusiveRunners deletes what is certain, and tells of the rest", () => {
    const of = groupWithRunners({
        clockStart: new Date("2026-03-01T00:00:00Z"),
        seed: {
            users: [{ username: "olga" }],
            groups: [{ path: "apps", members: { olga: "owner" } }],
            projects: [{ path: "apps/etl" }],
            tokens: [{ name: "api", user: "olga", scopes: ["api"] }],
        },
    });
    const { world, runner, inputs, lastJob, iso, ids } = of;
    const ago = (time: number) => world.sandbox.clock.now() - time;
    const said = () => world.plugin.logs.map(({ message }) => message).join("\n");
    const deleting = (more: object = {}) => inputs({ foreign: "delete", ...more });

    it("deletes nothing where GitLab does not say whether a runner is busy", async () => {
        const id = runner("my-runner", { contactedAt: ago(2 * HOUR) });
        world.sandbox.faults.plan({ path: "/runners/*/jobs", times: 0, fault: { kind: "status", status: 400 } });
        expect((await rejection(world.plugin.create(TYPE, deleting()))).message).to.contain("(400)");
        expect(ids()).to.deep.equal([id]);
    });

    it("says of a runner that was heard from just now, and whose jobs it may not see, just that", async () => {
        runner("my-runner", { contactedAt: ago(MINUTE) });
        world.sandbox.faults.plan({ path: "/runners/*/jobs", times: 0, fault: { kind: "status", status: 403 } });
        await world.plugin.create(TYPE, deleting());
        expect(said()).to.match(/: was heard from just now, and its jobs cannot be looked at$/);
    });

    it("deletes a runner that was heard from just now, and whose jobs have all ended long ago", async () => {
        const idle = runner("my-runner", { contactedAt: ago(MINUTE) });
        const { jobs } = world.sandbox.db;
        const { id } = jobs.enqueue({ project: "apps/etl", user: "olga", script: "true" });
        jobs.update(id, { status: "success", runnerId: idle, finishedAt: ago(2 * HOUR) });
        await world.plugin.create(TYPE, deleting());
        expect(ids()).to.deep.equal([]);
    });

    it("doubts no clock where they agree", async () => {
        const busy = runner("my-runner", { contactedAt: ago(MINUTE) });
        lastJob(busy, [{ id: 7, started_at: iso(20 * MINUTE), finished_at: iso(10 * MINUTE) }]);
        await world.plugin.create(TYPE, deleting());
        expect(said()).to.match(/: ran job 7 until 2026-02-28T23:50:00\.000Z$/);
    });

    it("counts what it deletes against limit, and not what it pauses", async () => {
        for (const name of ["my-a", "my-b"]) runner(name);
        await world.plugin.create(TYPE, inputs({ foreign: "pause", limit: 1 }));
        expect(world.sandbox.db.runners.all().map(({ active }) => active)).to.deep.equal([false, false]);
    });

    it("judges what GitLab lists when it deletes, and not what it listed when it compared", async () => {
        const mine = runner("my-runner");
        const state = { ...deleting(), found: [] };
        expect((await world.plugin.diff(TYPE, "group_type/1", state, deleting())).changes).to.equal(true);
        // Somebody has seen the preview, and needs it.
        world.sandbox.db.runners.update(mine, { description: "needed" });
        await world.plugin.update(TYPE, "group_type/1", state, deleting());
        expect(ids()).to.deep.equal([mine]);
    });

    it("shows in a preview what it will delete among others that it leaves", async () => {
        runner("my-runner");
        runner("lost", { maintenanceNote: marker("ci") });
        const declared = inputs({ runners: { ci: "999" } });
        const diff = await world.plugin.diff(TYPE, "group_type/1", { ...declared, found: [] }, declared);
        expect(diff).to.deep.include({ changes: true, detailed: { found: "update" } });
    });

    it("leaves to the engine what the last up declared, claimed or not", async () => {
        const id = runner("my-own", { maintenanceNote: marker("own"), contactedAt: ago(DAY) });
        const old = deleting({ runners: { own: String(id) } });
        await world.plugin.update(TYPE, "group_type/1", { ...old, found: [] }, deleting(), { oldInputs: old });
        expect(ids()).to.deep.equal([id]);
        expect(world.plugin.logs).to.deep.equal([]);
    });

    it("takes a claim for the word that a runner of another state with this stack's name is not needed", async () => {
        runner("my-old", { maintenanceNote: marker("old", `${OWNER}#0ther`), contactedAt: ago(DAY) });
        await world.plugin.create(TYPE, deleting());
        expect(ids()).to.deep.equal([]);
    });

    it("says what to do about namesakes, and not about others that it leaves alone", async () => {
        runner("a", { maintenanceNote: marker("a", `${OWNER}#0ther`), contactedAt: ago(DAY) });
        lastJob(runner("my-b", { contactedAt: ago(MINUTE) }), [{ id: 7, started_at: iso(MINUTE), finished_at: null }]);
        await world.plugin.create(TYPE, deleting());
        const [busy, namesake, ...more] = world.plugin.logs.map(({ message }) => message);
        expect(more).to.deep.equal([]);
        expect(busy).to.match(/^Left alone: 1 runner\n.*runs job 7$/);
        expect(namesake).to.match(/^Left alone: 1 runner\n.*\nAre they another clone's\? .*stateLost true/);
    });

    it("tells of the first 50, and how many more there are", async () => {
        for (let count = 0; count < 52; count++) runner("my-runner");
        await world.plugin.create(TYPE, inputs());
        const lines = said().split("\n");
        expect(lines).to.have.lengthOf(52);
        expect(lines.at(0)).to.contain(" 52 runners");
        expect(lines.at(-1)).to.equal("  and 2 more");
    });

    it("tells of what it has deleted, and not of what it could not", async () => {
        const [first, second] = [runner("my-a"), runner("my-b")];
        world.sandbox.faults.plan({
            method: "DELETE",
            path: `/runners/${second}`,
            fault: { kind: "status", status: 403 },
        });
        await rejection(world.plugin.create(TYPE, deleting()));
        expect(said())
            .to.match(/^Deleted 1 runner\n/)
            .and.contain(`#${first} `)
            .and.not.contain(`#${second} `);
    });

    it("is known by the scope that it keeps", async () => {
        const { id } = await world.plugin.create(TYPE, inputs());
        expect(id).to.equal(`group_type/${of.group}`);
        const project = world.sandbox.db.projects.first("path", "apps/etl")!.id;
        const ofProject = inputs({ runnerType: "project_type", groupId: undefined, projectId: project });
        expect((await world.plugin.create(TYPE, ofProject)).id).to.equal(`project_type/${project}`);
    });
});

describe("ExclusiveRunners while the clocks disagree, with match: all", () => {
    const of = groupWithRunners({ clockStart: new Date("2026-03-01T00:00:00Z") });
    const { world, runner, inputs, ids } = of;
    const in2035 = () => world.restart({ now: () => Date.parse("2035-01-01T00:00:00Z") });
    const all = (claim: object) => inputs({ foreign: "delete", claim: { ...claim, match: "all" } });

    for (const age of [{ offlineFor: "30d" }, { statuses: ["stale"] }]) {
        it(`deletes nothing for a description when ${JSON.stringify(age)} is needed as well`, async () => {
            const silence = world.sandbox.clock.now() - 90 * DAY;
            const id = runner("my-runner", { contactedAt: silence, createdAt: silence });
            await in2035();
            const error = await rejection(world.plugin.create(TYPE, all({ descriptions: ["my-*"], ...age })));
            expect(error.message).to.contain(
                `would delete a runner for the time since the last contact (#${id} first)`,
            );
            expect(ids()).to.deep.equal([id]);
        });
    }

    it("deletes by parts that are all known, whatever time it is", async () => {
        runner("my-runner");
        await in2035();
        await world.plugin.create(TYPE, all({ descriptions: ["my-*"], statuses: ["never_contacted"] }));
        expect(ids()).to.deep.equal([]);
    });

    it("says nothing of clocks where nothing is found", async () => {
        runner("other", { contactedAt: world.sandbox.clock.now() });
        await in2035();
        await world.plugin.create(TYPE, all({ descriptions: ["my-*"] }));
        expect(world.plugin.logs).to.deep.equal([]);
    });
});
