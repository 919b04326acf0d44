import { expect } from "chai";
import { DAY, HOUR, MINUTE } from "../../../../sandbox";
import { rejection } from "../../../helpers/rejection";
import { groupWithRunners, TYPE } from "./world";

describe("ExclusiveRunners' guards", () => {
    const of = groupWithRunners({
        clockStart: new Date("2026-03-01T00:00:00Z"),
        seed: {
            users: [{ username: "olga" }, { username: "hans" }, { username: "root", admin: true }],
            groups: [{ path: "apps", members: { olga: "owner" } }, { path: "apps/sub" }, { path: "other" }],
            projects: [{ path: "apps/etl" }, { path: "apps/sub/web" }, { path: "other/tool" }],
            tokens: [
                { name: "api", user: "olga", scopes: ["api"] },
                { name: "root", user: "root", scopes: ["api"] },
            ],
        },
    });
    const { world, lastJob, iso, ids: left } = of;
    let project: number;
    before(() => {
        project = world.sandbox.db.projects.first("path", "apps/etl")!.id;
    });

    const runner = (more: Parameters<typeof of.runner>[1] = {}, projects: number[] = []) =>
        of.runner("my-runner", more, projects);
    const inputs = (more: object = {}) =>
        of.inputs({ claim: { descriptions: ["my-runner"] }, foreign: "delete", ...more });

    it("refuses to delete more than 50 at once, with the count, in a preview too, and deletes none", async () => {
        for (let count = 0; count < 51; count++) runner();
        for (const preview of [true, false]) {
            const error = await rejection(world.plugin.create(TYPE, inputs(), { preview }));
            expect(error.message).to.contain(
                "would delete 51 runners, more than limit allows (50). Nothing was deleted",
            );
        }
        expect(left()).to.have.lengthOf(51);
        await world.plugin.create(TYPE, inputs({ limit: 51 }));
        expect(left()).to.deep.equal([]);
    });

    it("asks about no more jobs than tell that there are too many, and lists 2,000 runners in about 20 requests", async () => {
        const contactedAt = world.sandbox.clock.now() - 2 * HOUR;
        for (let count = 0; count < 2000; count++) runner({ contactedAt });
        world.sandbox.journal.clear();
        const error = await rejection(world.plugin.create(TYPE, inputs({ limit: 30 }), { preview: true }));
        expect(error.message).to.contain("would delete 2000 runners, more than limit allows (30)");
        expect(world.sandbox.journal.count({ path: /\/jobs$/ })).to.equal(31);
        expect(world.sandbox.journal.count()).to.be.lessThan(70);
    });

    it("judges every one, in as many rounds as it takes, while busy ones are among them", async () => {
        const busy = Array.from({ length: 70 }, () => runner({ contactedAt: world.sandbox.clock.now() - MINUTE }));
        for (const id of busy) lastJob(id, [{ id: 7, started_at: iso(MINUTE), finished_at: null }]);
        for (let count = 0; count < 40; count++) runner();
        await world.plugin.create(TYPE, inputs({ limit: 40 }));
        expect(left()).to.deep.equal(busy);
    });

    it("takes the instance for a scope: its own runners, and nobody else's", async () => {
        await world.restart({ token: "root" });
        const ofInstance = runner({ runnerType: "instance_type", groupId: null });
        const ofGroup = runner();
        const ofProject = runner({ runnerType: "project_type", groupId: null }, [project]);
        await world.plugin.create(TYPE, inputs({ runnerType: "instance_type", groupId: undefined }));
        expect(left()).to.deep.equal([ofGroup, ofProject]);
        expect(ofInstance).to.be.lessThan(ofGroup);
    });

    it("leaves a runner alone that ran a job within the last hour, and says which", async () => {
        const busy = runner({ contactedAt: world.sandbox.clock.now() - MINUTE });
        const idle = runner({ contactedAt: world.sandbox.clock.now() - MINUTE });
        lastJob(busy, [{ id: 7, started_at: iso(20 * MINUTE), finished_at: iso(10 * MINUTE) }]);
        lastJob(idle, [{ id: 6, started_at: iso(3 * HOUR), finished_at: iso(2 * HOUR) }]);
        await world.plugin.create(TYPE, inputs());
        expect(left()).to.deep.equal([busy]);
        expect(world.plugin.logs.map(({ message }) => message).join("\n")).to.contain(
            "ran job 7 until 2026-02-28T23:50:00.000Z",
        );
    });

    it("leaves a runner alone whose job is still running, however long ago it was heard from", async () => {
        const busy = runner({ contactedAt: world.sandbox.clock.now() - 5 * HOUR });
        lastJob(busy, [{ id: 7, started_at: iso(5 * HOUR), finished_at: null }]);
        await world.plugin.create(TYPE, inputs());
        expect(left()).to.deep.equal([busy]);
    });

    it("leaves a runner alone whose job is still running while a later one has ended long ago", async () => {
        const busy = runner({ contactedAt: world.sandbox.clock.now() - MINUTE });
        const { jobs } = world.sandbox.db;
        const job = (status: "running" | "success", finishedAt: number | null) =>
            jobs.update(jobs.enqueue({ project: "apps/etl", user: "olga", script: "true" }).id, {
                status,
                runnerId: busy,
                finishedAt,
            }).id;
        const long = job("running", null);
        job("success", world.sandbox.clock.now() - 2 * HOUR);
        await world.plugin.create(TYPE, inputs());
        expect(left()).to.deep.equal([busy]);
        expect(world.plugin.logs.map(({ message }) => message).join("\n")).to.contain(`runs job ${long}`);
    });

    it("spares a runner with this state's own marker that was ever heard from, whatever it does now", async () => {
        const unknown = runner({
            description: "x",
            maintenanceNote: "managed-by: gitlab-fleet fleet/prod#k7m2x9pq4w/x",
            contactedAt: world.sandbox.clock.now() - 30 * DAY,
        });
        await world.plugin.create(TYPE, inputs({ quietPeriod: "0s" }));
        expect(left()).to.deep.equal([unknown]);
    });

    it("asks about no jobs of runners that were not heard from for a week, nor with quietPeriod 0s", async () => {
        runner();
        runner({ contactedAt: world.sandbox.clock.now() - 8 * DAY });
        await world.plugin.create(TYPE, inputs());
        runner({ contactedAt: world.sandbox.clock.now() });
        await world.plugin.create(TYPE, inputs({ quietPeriod: "0s" }));
        expect(left()).to.deep.equal([]);
        expect(world.sandbox.journal.count({ path: /jobs$/ })).to.equal(0);
    });

    it("takes a runner whose jobs may not be looked at for busy while it was heard from just now", async () => {
        const busy = runner({ contactedAt: world.sandbox.clock.now() - MINUTE });
        const quiet = runner({ contactedAt: world.sandbox.clock.now() - 2 * HOUR });
        world.sandbox.faults.plan({ path: "/runners/*/jobs", times: 0, fault: { kind: "status", status: 403 } });
        await world.plugin.create(TYPE, inputs());
        expect(left()).to.deep.equal([busy]).and.not.contain(quiet);
    });

    it("keeps what keep names, orphans too, and does not even list it", async () => {
        const byId = runner();
        const byTag = runner({ tagList: ["precious"] });
        const orphan = runner({
            description: "backup",
            maintenanceNote: "managed-by: gitlab-fleet fleet/prod#k7m2x9pq4w/old",
        });
        runner();
        const keep = { ids: [String(byId)], tags: ["precious"], descriptions: ["back*"] };
        const { state } = await world.plugin.create(TYPE, inputs({ keep }));
        expect(left()).to.deep.equal([byId, byTag, orphan]);
        expect(state.found).to.deep.equal([]);
    });

    it("looks at the project runners of all projects below a group, and at no others", async () => {
        const below = runner({ runnerType: "project_type", groupId: null }, [project]);
        const deep = runner({ runnerType: "project_type", groupId: null }, [
            world.sandbox.db.projects.first("path", "apps/sub/web")!.id,
        ]);
        const elsewhere = runner({ runnerType: "project_type", groupId: null }, [
            world.sandbox.db.projects.first("path", "other/tool")!.id,
        ]);
        const ofGroup = runner();
        for (const graphql of [true, false]) {
            world.sandbox.journal.clear();
            if (!graphql) {
                world.sandbox.faults.plan({ path: "/api/graphql", times: 0, fault: { kind: "status", status: 404 } });
            }
            const plan = await world.plugin.diff(TYPE, "x", inputs({ runnerType: "project_type" }), {
                ...inputs({ runnerType: "project_type", claim: { descriptions: [graphql ? "my-*" : "my-runner"] } }),
            });
            expect(plan.changes).to.equal(true);
            const message = world.plugin.logs.at(-1)!.message;
            for (const id of [below, deep]) expect(message).to.contain(`#${id} `);
            for (const id of [elsewhere, ofGroup]) expect(message).to.not.contain(`#${id} `);
            await world.restart();
        }
    });

    it("goes on where it stopped: the next run changes only what is left", async () => {
        const [first, second] = [runner(), runner()];
        world.sandbox.faults.plan({
            method: "DELETE",
            path: `/runners/${second}`,
            fault: { kind: "status", status: 403 },
        });
        await rejection(world.plugin.create(TYPE, inputs()));
        expect(left()).to.deep.equal([second]);
        world.sandbox.journal.clear();
        await world.plugin.create(TYPE, inputs());
        expect(world.sandbox.journal.writes().map(({ path }) => path)).to.deep.equal([`/api/v4/runners/${second}`]);
        expect(first).to.be.lessThan(second);
    });

    it("never touches another stack's runner, whatever claims it", async () => {
        const theirs = runner({ maintenanceNote: "managed-by: gitlab-fleet fleet/staging/x" });
        const { state } = await world.plugin.create(TYPE, inputs({ claim: { descriptions: ["*"] } }));
        expect(left()).to.deep.equal([theirs]);
        expect(state.found).to.deep.equal([]);
    });

    it("keeps no more than 200 findings in the state, and their count", async () => {
        for (let count = 0; count < 230; count++) runner();
        const { state } = await world.plugin.create(TYPE, inputs({ foreign: "report" }));
        expect(state.found).to.have.lengthOf(200);
        expect(state.foundCount).to.equal(230);
    });

    it("reports every mistake in claims and guards by property", async () => {
        const { failures } = await world.plugin.check(
            TYPE,
            inputs({
                claim: { statuses: ["stale", "online"], offlineFor: "long", match: "some" },
                limit: -1,
                quietPeriod: "x",
            }),
        );
        expect(failures.map(({ property }) => property)).to.deep.equal([
            "claim.statuses[1]",
            "claim.offlineFor",
            "claim.match",
            "limit",
            "quietPeriod",
        ]);
    });

    it("refuses to keep what is no id, because it would keep nothing", async () => {
        const { failures } = await world.plugin.check(TYPE, inputs({ keep: { ids: ["7", "#7", "７", "1e3"] } }));
        expect(failures).to.deep.equal([
            {
                property: "keep.ids[1]",
                reason: `keep.ids[1] must be GitLab's number of the runner (got "#7"). Write 7.`,
            },
            {
                property: "keep.ids[2]",
                reason: `keep.ids[2] must be GitLab's number of the runner (got "７"). Write 7.`,
            },
            {
                property: "keep.ids[3]",
                reason: `keep.ids[3] must be GitLab's number of the runner (got "1e3"). For instance: 42.`,
            },
        ]);
    });
});
