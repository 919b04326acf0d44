import { expect } from "chai";
import type { Props } from "../../../../core/props";
import { addRunner, DAY, HOUR, type Runner } from "../../../../sandbox";
import { useWorld, waysTo2035 } from "../../world";

const TYPE = "RunnerToken";
const RESETS = /reset_authentication_token$/;

describe("RunnerToken while the clocks disagree", () => {
    const world = useWorld("gitlab-fleet", {
        clockStart: new Date("2026-01-01T00:00:00Z"),
        seed: {
            users: [{ username: "olga" }],
            groups: [{ path: "apps", members: { olga: "owner" }, runnerTokenExpirationInterval: 30 * 24 * 3600 }],
            tokens: [
                { name: "api", user: "olga", scopes: ["api"] },
                { name: "manage", user: "olga", scopes: ["create_runner", "manage_runner", "read_api"] },
            ],
        },
    });
    let row: Runner;
    let inputs: Props;

    beforeEach(() => {
        const [group] = world.sandbox.db.groups.all();
        const [olga] = world.sandbox.db.users.all();
        row = addRunner(world.sandbox.db, { runnerType: "group_type", groupId: group!.id, creatorId: olga!.id });
        inputs = { runnerId: String(row.id), issuedToken: row.token, runnerType: "group_type", groupId: group!.id };
    });

    /** What the engine does: diff, then update when something changes. */
    const up = async (state: Props, news: Props = inputs, olds: Props = inputs) => {
        await world.restart();
        const diff = await world.plugin.diff(TYPE, String(row.id), state, news, olds);
        if (!diff.changes) return state;
        return (await world.plugin.update(TYPE, String(row.id), state, news, { oldInputs: olds })).state;
    };
    const resets = () => world.sandbox.journal.count({ path: RESETS });

    for (const [culprit, goWrong] of Object.entries(waysTo2035(world))) {
        it(`leaves a living token alone, and warns that its end may be near: ${culprit}`, async () => {
            const { state } = await world.plugin.create(TYPE, inputs);
            await goWrong();
            expect((await world.plugin.diff(TYPE, String(row.id), state, inputs)).changes).to.equal(false);
            const said = world.plugin.logs.filter(({ severity }) => severity === "warn").map(({ message }) => message);
            expect(said).to.have.lengthOf(1);
            expect(said[0])
                .to.contain(`The token of runner ${row.id} dies 2026-01-31T00:00:00.000Z`)
                .and.contain("2035-01-01T00:00:00.000Z")
                .and.contain("2026-01-01T00:00:00.000Z")
                .and.contain("Set this machine's clock");
            await world.plugin.update(TYPE, String(row.id), state, inputs);
            expect((await world.plugin.create(TYPE, inputs)).state.token).to.equal(row.token);
            expect(resets()).to.equal(0);
        });

        it(`resets what it is asked to, whatever time it is: ${culprit}`, async () => {
            const { state } = await world.plugin.create(TYPE, inputs);
            await goWrong();
            const triggered = { ...inputs, rotationTrigger: "leak" };
            const next = await world.plugin.update(TYPE, String(row.id), state, triggered, { oldInputs: inputs });
            expect(next.state.token).to.equal(world.sandbox.db.runners.must(row.id).token).and.not.equal(state.token);
            expect(resets()).to.equal(1);
        });

        it(`makes an end of a token that GitLab refuses, whatever time it is: ${culprit}`, async () => {
            const { state } = await world.plugin.create(TYPE, inputs);
            world.sandbox.db.runners.update(row.id, { token: "glrt-resetbysomebodyelse00" });
            await world.restart();
            await goWrong();
            expect((await world.plugin.diff(TYPE, String(row.id), state, inputs)).changes).to.equal(true);
            const next = await world.plugin.update(TYPE, String(row.id), state, inputs);
            expect(next.state.token).to.equal(world.sandbox.db.runners.must(row.id).token).and.not.equal(state.token);
        });
    }

    it("says nothing of tokens that are not near their end by any clock", async () => {
        const { state } = await world.plugin.create(TYPE, inputs);
        await world.restart({ now: () => world.sandbox.clock.now() + HOUR });
        expect((await world.plugin.diff(TYPE, String(row.id), state, inputs)).changes).to.equal(false);
        expect(world.plugin.logs).to.deep.equal([]);
    });

    it("resets a token in time whose beginning was stamped by a wrong clock", async () => {
        const { state } = await world.plugin.create(TYPE, inputs);
        const stamped = { ...state, obtainedAt: "2035-01-01T00:00:00.000Z" };
        world.sandbox.clock.advance(24 * DAY);
        expect((await up(stamped)).token).to.not.equal(state.token);
    });
});
