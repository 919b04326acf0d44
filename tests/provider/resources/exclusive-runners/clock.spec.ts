import { expect } from "chai";
import { addRunner, DAY, HOUR, MINUTE, type Sandbox, startSandbox } from "../../../../sandbox";
import { type Plugin, startPlugin } from "../../../helpers/plugin";
import { rejection } from "../../../helpers/rejection";

const TYPE = "ExclusiveRunners";

describe("ExclusiveRunners while the clocks disagree", () => {
    let sandbox: Sandbox;
    let plugin: Plugin;
    let group: number;

    /** A plugin on a machine whose clock goes with GitLab's, unless `now` says otherwise. */
    const start = (token: string, now = () => sandbox.clock.now()) =>
        startPlugin("gitlab-fleet", { baseUrl: sandbox.url, token: sandbox.tokens[token] }, {}, { now });

    before(async () => {
        sandbox = await startSandbox({
            clockStart: new Date("2026-03-01T00:00:00Z"),
            seed: {
                users: [{ username: "olga" }],
                groups: [{ path: "apps", members: { olga: "owner" } }],
                tokens: [{ name: "api", user: "olga", scopes: ["api"] }],
            },
        });
        group = sandbox.db.groups.first("path", "apps")!.id;
    });
    beforeEach(async () => {
        sandbox.reset();
        plugin = await start("api");
    });
    afterEach(() => plugin.close());
    after(() => sandbox.close());

    const runner = (more: Partial<Parameters<typeof addRunner>[1]> = {}) =>
        addRunner(sandbox.db, { runnerType: "group_type", groupId: group, description: "my-runner", ...more }).id;
    const inputs = (more: object = {}) => ({
        owner: "fleet/prod",
        runnerType: "group_type",
        groupId: group,
        runners: {},
        claim: { descriptions: ["my-runner"] },
        foreign: "delete",
        ...more,
    });
    const left = () => sandbox.db.runners.all().map(({ id }) => id);
    const lastJob = (id: number, body: object[]) =>
        sandbox.faults.plan({ path: `/runners/${id}/jobs`, times: 0, fault: { kind: "status", status: 200, body } });
    const iso = (ago: number) => new Date(sandbox.clock.now() - ago).toISOString();

    const FAR = Date.parse("2035-01-01T00:00:00Z");
    const AGED = { claim: { offlineFor: "30d" } };

    /** How a time gets wrong: a proxy's answers, this machine, or both clocks against what GitLab has recorded. */
    const WRONG: Record<string, () => Promise<void>> = {
        "a proxy that dates answers 2035": async () => {
            sandbox.faults.plan({ times: 0, fault: { kind: "date", date: "2035-01-01T00:00:00Z" } });
        },
        "a proxy that takes the dates away, and a machine in 2035": async () => {
            sandbox.faults.plan({ times: 0, fault: { kind: "date" } });
            await plugin.close();
            plugin = await start("api", () => FAR);
        },
        "a machine in 2035": async () => {
            await plugin.close();
            plugin = await start("api", () => FAR);
        },
    };

    for (const [culprit, goWrong] of Object.entries(WRONG)) {
        it(`deletes and pauses nothing for its age, and says why: ${culprit}`, async () => {
            const heard = runner({ contactedAt: sandbox.clock.now() - MINUTE });
            const silent = runner({ contactedAt: sandbox.clock.now() - 90 * DAY });
            await goWrong();
            for (const foreign of ["delete", "pause"]) {
                for (const preview of [true, false]) {
                    const error = await rejection(plugin.create(TYPE, inputs({ ...AGED, foreign }), { preview }));
                    expect(error.message)
                        .to.contain(`would ${foreign} 2 runners for the time since the last contact (#${heard} first)`)
                        .and.contain("2035-01-01T00:00:00.000Z")
                        .and.contain("2026-03-01T00:00:00.000Z")
                        .and.contain("Set this machine's clock");
                }
            }
            expect(left()).to.deep.equal([heard, silent]);
            expect(sandbox.journal.writes()).to.deep.equal([]);
        });

        it(`goes on with what needs no age, and spares whatever ran a job: ${culprit}`, async () => {
            const never = runner();
            const silent = runner({ contactedAt: sandbox.clock.now() - 90 * DAY });
            const worked = runner({ contactedAt: sandbox.clock.now() - 90 * DAY });
            lastJob(worked, [{ id: 7, started_at: iso(90 * DAY), finished_at: iso(90 * DAY) }]);
            await goWrong();
            await plugin.create(TYPE, inputs());
            expect(left()).to.deep.equal([worked]).and.not.contain(never).and.not.contain(silent);
            const said = plugin.logs.map(({ message }) => message).join("\n");
            expect(said).to.contain("ran job 7 until").and.contain("the clocks disagree on how long ago that is");
        });
    }

    it("takes the statuses that GitLab gives by age for ages, and never_contacted for none", async () => {
        const never = runner({ description: "x" });
        const silence = { contactedAt: sandbox.clock.now() - 90 * DAY, createdAt: sandbox.clock.now() - 99 * DAY };
        const stale = runner({ description: "x", ...silence });
        await WRONG["a machine in 2035"]!();
        for (const claim of [{ statuses: ["stale"] }, { statuses: ["never_contacted", "offline", "stale"] }]) {
            expect((await rejection(plugin.create(TYPE, inputs({ claim })))).message).to.contain("would delete");
        }
        await plugin.create(TYPE, inputs({ claim: { statuses: ["never_contacted"] } }));
        expect(left()).to.deep.equal([stale]).and.not.contain(never);
    });

    it("holds for runners that a marker of this stack's name would have reported otherwise", async () => {
        const maintenanceNote = "managed-by: gitlab-fleet fleet/prod#0ther/a";
        const namesake = runner({ maintenanceNote, contactedAt: sandbox.clock.now() - 90 * DAY });
        await WRONG["a machine in 2035"]!();
        expect((await rejection(plugin.create(TYPE, inputs(AGED)))).message).to.contain(`#${namesake} first`);
        expect(left()).to.deep.equal([namesake]);
    });

    it("is no error where nothing would be deleted or paused, but a warning", async () => {
        runner({ contactedAt: sandbox.clock.now() - MINUTE });
        await WRONG["a machine in 2035"]!();
        const { state } = await plugin.create(TYPE, inputs({ ...AGED, foreign: "report" }), { preview: true });
        expect(state.found).to.have.lengthOf(1);
        expect(plugin.logs.map(({ message }) => message).join("\n")).to.contain("The clocks disagree");
        // Claimed by an age together with something that fits none.
        const claim = { offlineFor: "30d", descriptions: ["nobody"], match: "all" };
        await plugin.create(TYPE, inputs({ claim }));
        expect(left()).to.have.lengthOf(1);
    });

    it("is noticed by contacts that GitLab has recorded later than both clocks say", async () => {
        const later = runner({ contactedAt: sandbox.clock.now() + HOUR });
        const silent = runner({ contactedAt: sandbox.clock.now() - 90 * DAY });
        const error = await rejection(plugin.create(TYPE, inputs(AGED)));
        expect(error.message).to.contain(`#${silent} first`).and.contain("2026-03-01T01:00:00.000Z");
        expect(left()).to.deep.equal([later, silent]);
    });
});
