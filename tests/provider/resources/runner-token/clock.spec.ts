import { expect } from "chai";
import { DAY, HOUR } from "../../../../sandbox";
import { waysTo2035 } from "../../world";
import { runnerWithToken, TYPE } from "./world";

describe("RunnerToken while the clocks disagree", () => {
    const of = runnerWithToken();
    const { world, up, resets } = of;

    for (const [culprit, goWrong] of Object.entries(waysTo2035(world))) {
        it(`leaves a living token alone, and warns that its end may be near: ${culprit}`, async () => {
            const { state } = await world.plugin.create(TYPE, of.inputs);
            await goWrong();
            expect((await world.plugin.diff(TYPE, String(of.row.id), state, of.inputs)).changes).to.equal(false);
            const said = world.plugin.logs.filter(({ severity }) => severity === "warn").map(({ message }) => message);
            expect(said).to.have.lengthOf(1);
            expect(said[0])
                .to.contain(`The token of runner ${of.row.id} dies 2026-01-31T00:00:00.000Z`)
                .and.contain("2035-01-01T00:00:00.000Z")
                .and.contain("2026-01-01T00:00:00.000Z")
                .and.contain("Set this machine's clock");
            await world.plugin.update(TYPE, String(of.row.id), state, of.inputs);
            expect((await world.plugin.create(TYPE, of.inputs)).state.token).to.equal(of.row.token);
            expect(resets()).to.equal(0);
        });

        it(`resets what it is asked to, whatever time it is: ${culprit}`, async () => {
            const { state } = await world.plugin.create(TYPE, of.inputs);
            await goWrong();
            const triggered = { ...of.inputs, rotationTrigger: "leak" };
            const next = await world.plugin.update(TYPE, String(of.row.id), state, triggered, { oldInputs: of.inputs });
            expect(next.state.token)
                .to.equal(world.sandbox.db.runners.must(of.row.id).token)
                .and.not.equal(state.token);
            expect(resets()).to.equal(1);
        });

        it(`makes an end of a token that GitLab refuses, whatever time it is: ${culprit}`, async () => {
            const { state } = await world.plugin.create(TYPE, of.inputs);
            world.sandbox.db.runners.update(of.row.id, { token: "glrt-resetbysomebodyelse00" });
            await world.restart();
            await goWrong();
            expect((await world.plugin.diff(TYPE, String(of.row.id), state, of.inputs)).changes).to.equal(true);
            const next = await world.plugin.update(TYPE, String(of.row.id), state, of.inputs);
            expect(next.state.token)
                .to.equal(world.sandbox.db.runners.must(of.row.id).token)
                .and.not.equal(state.token);
        });
    }

    it("says nothing of tokens that are not near their end by any clock", async () => {
        const { state } = await world.plugin.create(TYPE, of.inputs);
        await world.restart({ now: () => world.sandbox.clock.now() + HOUR });
        expect((await world.plugin.diff(TYPE, String(of.row.id), state, of.inputs)).changes).to.equal(false);
        expect(world.plugin.logs).to.deep.equal([]);
    });

    it("resets a token in time whose beginning was stamped by a wrong clock", async () => {
        const { state } = await world.plugin.create(TYPE, of.inputs);
        const stamped = { ...state, obtainedAt: "2035-01-01T00:00:00.000Z" };
        world.sandbox.clock.advance(24 * DAY);
        expect((await up(stamped)).token).to.not.equal(state.token);
    });
});
