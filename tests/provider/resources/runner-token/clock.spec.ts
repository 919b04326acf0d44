import { expect } from "chai";
import type { Props } from "../../../../core/props";
import { addRunner, DAY, HOUR, type Runner, type Sandbox, startSandbox } from "../../../../sandbox";
import { type Plugin, startPlugin } from "../../../helpers/plugin";

const TYPE = "RunnerToken";
const RESETS = /reset_authentication_token$/;

describe("RunnerToken while the clocks disagree", () => {
    let sandbox: Sandbox;
    let plugin: Plugin;
    let row: Runner;
    let inputs: Props;

    /** A plugin on a machine whose clock goes with GitLab's, unless `now` says otherwise. */
    const start = (token: string, now = () => sandbox.clock.now()) =>
        startPlugin("gitlab-fleet", { baseUrl: sandbox.url, token: sandbox.tokens[token] }, {}, { now });

    before(async () => {
        sandbox = await startSandbox({
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
    });
    beforeEach(async () => {
        sandbox.reset();
        const [group] = sandbox.db.groups.all();
        const [olga] = sandbox.db.users.all();
        row = addRunner(sandbox.db, { runnerType: "group_type", groupId: group!.id, creatorId: olga!.id });
        inputs = { runnerId: String(row.id), issuedToken: row.token, runnerType: "group_type", groupId: group!.id };
        plugin = await start("api");
    });
    afterEach(() => plugin.close());
    after(() => sandbox.close());

    /** What the engine does: diff, then update when something changes. */
    const up = async (state: Props, news: Props = inputs, olds: Props = inputs) => {
        await plugin.close();
        plugin = await start("api");
        const diff = await plugin.diff(TYPE, String(row.id), state, news, olds);
        if (!diff.changes) return state;
        return (await plugin.update(TYPE, String(row.id), state, news, { oldInputs: olds })).state;
    };
    const resets = () => sandbox.journal.count({ path: RESETS });

    const FAR = Date.parse("2035-01-01T00:00:00Z");
    const dateAnswers = (date?: string) => sandbox.faults.plan({ times: 0, fault: { kind: "date", date } });

    const culprits: Record<string, () => Promise<void>> = {
        "a proxy that dates answers 2035": async () => {
            dateAnswers("2035-01-01T00:00:00Z");
        },
        "a machine in 2035": async () => {
            await plugin.close();
            plugin = await start("api", () => FAR);
        },
        "a proxy that takes the dates away, and a machine in 2035": async () => {
            dateAnswers();
            await plugin.close();
            plugin = await start("api", () => FAR);
        },
    };
    for (const [culprit, goWrong] of Object.entries(culprits)) {
        it(`leaves a living token alone, and warns that its end may be near: ${culprit}`, async () => {
            const { state } = await plugin.create(TYPE, inputs);
            await goWrong();
            expect((await plugin.diff(TYPE, String(row.id), state, inputs)).changes).to.equal(false);
            const said = plugin.logs.filter(({ severity }) => severity === "warn").map(({ message }) => message);
            expect(said).to.have.lengthOf(1);
            expect(said[0])
                .to.contain(`The token of runner ${row.id} dies 2026-01-31T00:00:00.000Z`)
                .and.contain("2035-01-01T00:00:00.000Z")
                .and.contain("2026-01-01T00:00:00.000Z")
                .and.contain("Set this machine's clock");
            await plugin.update(TYPE, String(row.id), state, inputs);
            expect((await plugin.create(TYPE, inputs)).state.token).to.equal(row.token);
            expect(resets()).to.equal(0);
        });

        it(`resets what it is asked to, whatever time it is: ${culprit}`, async () => {
            const { state } = await plugin.create(TYPE, inputs);
            await goWrong();
            const triggered = { ...inputs, rotationTrigger: "leak" };
            const next = await plugin.update(TYPE, String(row.id), state, triggered, { oldInputs: inputs });
            expect(next.state.token).to.equal(sandbox.db.runners.must(row.id).token).and.not.equal(state.token);
            expect(resets()).to.equal(1);
        });

        it(`makes an end of a token that GitLab refuses, whatever time it is: ${culprit}`, async () => {
            const { state } = await plugin.create(TYPE, inputs);
            sandbox.db.runners.update(row.id, { token: "glrt-resetbysomebodyelse00" });
            await plugin.close();
            plugin = await start("api");
            await goWrong();
            expect((await plugin.diff(TYPE, String(row.id), state, inputs)).changes).to.equal(true);
            const next = await plugin.update(TYPE, String(row.id), state, inputs);
            expect(next.state.token).to.equal(sandbox.db.runners.must(row.id).token).and.not.equal(state.token);
        });
    }

    it("says nothing of tokens that are not near their end by any clock", async () => {
        const { state } = await plugin.create(TYPE, inputs);
        await plugin.close();
        plugin = await start("api", () => sandbox.clock.now() + HOUR);
        expect((await plugin.diff(TYPE, String(row.id), state, inputs)).changes).to.equal(false);
        expect(plugin.logs).to.deep.equal([]);
    });

    it("resets a token in time whose beginning was stamped by a wrong clock", async () => {
        const { state } = await plugin.create(TYPE, inputs);
        const stamped = { ...state, obtainedAt: "2035-01-01T00:00:00.000Z" };
        sandbox.clock.advance(24 * DAY);
        expect((await up(stamped)).token).to.not.equal(state.token);
    });
});
