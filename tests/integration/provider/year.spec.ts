import { expect } from "chai";
import { DAY, type Sandbox, startSandbox } from "../../../sandbox";
import { FakeEngine, type Goal } from "../../helpers/fake-engine";

const USER_RUNNER = "gitlab:index/userRunner:UserRunner";
const TOKEN = "gitlab-fleet:index:RunnerToken";

describe("a year of ups with tokens that live 30 days", () => {
    let sandbox: Sandbox;
    let group: number;

    before(async () => {
        sandbox = await startSandbox({
            clockStart: new Date("2026-01-01T00:00:00Z"),
            seed: {
                users: [{ username: "olga" }],
                groups: [
                    { path: "apps", members: { olga: "owner" }, runnerTokenExpirationInterval: (30 * DAY) / 1000 },
                ],
                tokens: [{ name: "olga", user: "olga", scopes: ["api"] }],
            },
        });
        group = sandbox.db.groups.all()[0]!.id;
    });
    beforeEach(() => sandbox.reset());
    after(() => sandbox.close());

    const program = (more: object = {}): Goal[] => [
        { type: USER_RUNNER, name: "ci", inputs: () => ({ runnerType: "group_type", groupId: group }) },
        {
            type: TOKEN,
            name: "ci",
            inputs: (outputs) => ({
                runnerId: outputs(USER_RUNNER, "ci")!.id,
                issuedToken: outputs(USER_RUNNER, "ci")!.token,
                runnerType: "group_type",
                groupId: group,
                ...more,
            }),
        },
    ];
    const up = (engine: FakeEngine, goals: Goal[]) =>
        engine.up(goals, {
            baseUrl: `${sandbox.url}/api/v4/`,
            token: sandbox.tokens.olga!,
            now: () => sandbox.clock.now(),
        });
    const token = (engine: FakeEngine) => engine.state.find(({ type }) => type === TOKEN)!.state;

    const year = async (days: number, ups: number, more: object = {}) => {
        const engine = new FakeEngine();
        const ids = new Set<string>();
        const tokens = new Set<unknown>();
        let deaths = 0;
        for (let count = 0; count < ups; count++) {
            if (count > 0) {
                sandbox.clock.advance(days * DAY);
                // Right before the next up the token must still be alive.
                if (Date.parse(token(engine).expiresAt as string) <= sandbox.clock.now()) deaths++;
            }
            await up(engine, program(more));
            ids.add(engine.state[0]!.id);
            tokens.add(token(engine).token);
            expect(token(engine).token).to.equal(sandbox.db.runners.all()[0]!.token);
        }
        expect(sandbox.db.runners.size).to.equal(1);
        return { ids: ids.size, tokens: tokens.size, deaths };
    };

    it("keeps one id and never lets the token die with 12 ups, one every 29 days", async () => {
        expect(await year(29, 12)).to.deep.equal({ ids: 1, tokens: 12, deaths: 0 });
    });

    it("does so with 52 weekly ups, and resets no more often than it must", async () => {
        expect(await year(7, 52)).to.deep.equal({ ids: 1, tokens: 13, deaths: 0 });
    });

    it("does so with an up every 20 days once rotateBefore is longer than that", async () => {
        // A quarter of 30 days is too late then: nothing happens on day 20, and the token is dead on day 40.
        expect((await year(20, 18)).deaths).to.be.greaterThan(0);
        sandbox.reset();
        expect(await year(20, 18, { rotateBefore: "21d" })).to.deep.equal({ ids: 1, tokens: 18, deaths: 0 });
    });

    it("revives the same runner when nobody ran up for a year", async () => {
        expect(await year(365, 2)).to.deep.equal({ ids: 1, tokens: 2, deaths: 1 });
    });
});
