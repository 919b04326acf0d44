import { expect } from "chai";
import { DAY, HOUR, MINUTE } from "../../../../sandbox";
import { rejection } from "../../../helpers/rejection";
import { waysTo2035 } from "../../world";
import { groupWithRunners, TYPE } from "./world";

describe("ExclusiveRunners while the clocks disagree", () => {
    const of = groupWithRunners({ clockStart: new Date("2026-03-01T00:00:00Z") });
    const { world, lastJob, iso, ids: left } = of;
    const runner = (more: Parameters<typeof of.runner>[1] = {}) => of.runner("my-runner", more);
    const inputs = (more: object = {}) =>
        of.inputs({ identity: undefined, claim: { descriptions: ["my-runner"] }, foreign: "delete", ...more });

    const AGED = { claim: { offlineFor: "30d" } };

    for (const [culprit, goWrong] of Object.entries(waysTo2035(world))) {
        it(`deletes and pauses nothing for its age, and says why: ${culprit}`, async () => {
            const heard = runner({ contactedAt: world.sandbox.clock.now() - MINUTE });
            const silent = runner({ contactedAt: world.sandbox.clock.now() - 90 * DAY });
            await goWrong();
            for (const foreign of ["delete", "pause"]) {
                for (const preview of [true, false]) {
                    const error = await rejection(world.plugin.create(TYPE, inputs({ ...AGED, foreign }), { preview }));
                    expect(error.message)
                        .to.contain(`would ${foreign} 2 runners for the time since the last contact (#${heard} first)`)
                        .and.contain("2035-01-01T00:00:00.000Z")
                        .and.contain("2026-03-01T00:00:00.000Z")
                        .and.contain("Set this machine's clock");
                }
            }
            expect(left()).to.deep.equal([heard, silent]);
            expect(world.sandbox.journal.writes()).to.deep.equal([]);
        });

        it(`goes on with what needs no age, and spares whatever ran a job: ${culprit}`, async () => {
            const never = runner();
            const silent = runner({ contactedAt: world.sandbox.clock.now() - 90 * DAY });
            const worked = runner({ contactedAt: world.sandbox.clock.now() - 90 * DAY });
            lastJob(worked, [{ id: 7, started_at: iso(90 * DAY), finished_at: iso(90 * DAY) }]);
            await goWrong();
            await world.plugin.create(TYPE, inputs());
            expect(left()).to.deep.equal([worked]).and.not.contain(never).and.not.contain(silent);
            const said = world.plugin.logs.map(({ message }) => message).join("\n");
            expect(said).to.contain("ran job 7 until").and.contain("the clocks disagree on how long ago that is");
        });
    }

    it("takes the statuses that GitLab gives by age for ages, and never_contacted for none", async () => {
        const never = runner({ description: "x" });
        const silence = {
            contactedAt: world.sandbox.clock.now() - 90 * DAY,
            createdAt: world.sandbox.clock.now() - 99 * DAY,
        };
        const stale = runner({ description: "x", ...silence });
        await waysTo2035(world)["a machine in 2035"]!();
        for (const claim of [{ statuses: ["stale"] }, { statuses: ["never_contacted", "offline", "stale"] }]) {
            expect((await rejection(world.plugin.create(TYPE, inputs({ claim })))).message).to.contain("would delete");
        }
        await world.plugin.create(TYPE, inputs({ claim: { statuses: ["never_contacted"] } }));
        expect(left()).to.deep.equal([stale]).and.not.contain(never);
    });

    it("holds for runners that a marker of this stack's name would have reported otherwise", async () => {
        const maintenanceNote = "managed-by: gitlab-fleet fleet/prod#0ther/a";
        const namesake = runner({ maintenanceNote, contactedAt: world.sandbox.clock.now() - 90 * DAY });
        await waysTo2035(world)["a machine in 2035"]!();
        expect((await rejection(world.plugin.create(TYPE, inputs(AGED)))).message).to.contain(`#${namesake} first`);
        expect(left()).to.deep.equal([namesake]);
    });

    it("is no error where nothing would be deleted or paused, but a warning", async () => {
        runner({ contactedAt: world.sandbox.clock.now() - MINUTE });
        await waysTo2035(world)["a machine in 2035"]!();
        const { state } = await world.plugin.create(TYPE, inputs({ ...AGED, foreign: "report" }), { preview: true });
        expect(state.found).to.have.lengthOf(1);
        expect(world.plugin.logs.map(({ message }) => message).join("\n")).to.contain("The clocks disagree");
        // Claimed by an age together with something that fits none.
        const claim = { offlineFor: "30d", descriptions: ["nobody"], match: "all" };
        await world.plugin.create(TYPE, inputs({ claim }));
        expect(left()).to.have.lengthOf(1);
    });

    it("is noticed by contacts that GitLab has recorded later than both clocks say", async () => {
        const later = runner({ contactedAt: world.sandbox.clock.now() + HOUR });
        const silent = runner({ contactedAt: world.sandbox.clock.now() - 90 * DAY });
        const error = await rejection(world.plugin.create(TYPE, inputs(AGED)));
        expect(error.message).to.contain(`#${silent} first`).and.contain("2026-03-01T01:00:00.000Z");
        expect(left()).to.deep.equal([later, silent]);
    });
});
