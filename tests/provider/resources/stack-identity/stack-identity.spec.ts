import { expect } from "chai";
import { type Sandbox, startSandbox } from "../../../../sandbox";
import { type Plugin, startPlugin } from "../../../helpers/plugin";
import { rejection } from "../../../helpers/rejection";

const TYPE = "StackIdentity";
const OLD = "https://old.example.org/api/v4/";

describe("StackIdentity", () => {
    let sandbox: Sandbox;
    let plugin: Plugin;

    before(async () => {
        sandbox = await startSandbox({
            seed: {
                users: [{ username: "olga" }, { username: "ivan" }],
                tokens: [
                    { name: "api", user: "olga", scopes: ["api"] },
                    { name: "ivan", user: "ivan", scopes: ["read_api"] },
                    { name: "blind", user: "olga", scopes: ["create_runner"] },
                ],
            },
        });
    });
    const start = async (token: string) => {
        await plugin?.close();
        plugin = await startPlugin("gitlab-fleet", { baseUrl: sandbox.url, token: sandbox.tokens[token]! });
    };
    beforeEach(async () => {
        sandbox.reset();
        await start("api");
    });
    after(async () => {
        await plugin.close();
        await sandbox.close();
    });

    it("is another one each time it is made, knows its GitLab, and writes nothing there", async () => {
        const [a, b] = [await plugin.create(TYPE, {}), await plugin.create(TYPE, {})];
        expect(a.id).to.match(/^[a-z0-9]{10}$/);
        expect(a.id).to.not.equal(b.id);
        expect(a.state).to.include({ identity: a.id, gitlab: `${sandbox.url}/api/v4/`, witnessName: "olga" });
        expect(sandbox.journal.writes()).to.deep.equal([]);
    });

    it("asks nothing while the address is the same", async () => {
        const { id, state } = await plugin.create(TYPE, {});
        sandbox.journal.clear();
        expect((await plugin.diff(TYPE, id, state, {})).changes).to.equal(false);
        expect(sandbox.journal.count()).to.equal(0);
    });

    it("proves with one read that a new address is the same GitLab, by whatever token", async () => {
        const { id, state } = await plugin.create(TYPE, {});
        await start("ivan");
        sandbox.journal.clear();
        const moved = { ...state, gitlab: OLD };
        expect((await plugin.diff(TYPE, id, moved, {}, {})).detailed).to.deep.equal({ gitlab: "update" });
        expect(sandbox.journal.count()).to.equal(1);
        expect(plugin.logs[0]!.message).to.contain("It is the same GitLab.");
        const updated = await plugin.update(TYPE, id, moved, {}, { oldInputs: {} });
        expect(updated.state).to.include({ identity: id, gitlab: `${sandbox.url}/api/v4/` });
    });

    const others: [string, object, string][] = [
        ["does not know the user who made it", { witnessId: 4711 }, "does not know user olga (id 4711"],
        ["knows another user by that id", { witnessName: "anna" }, ", and not user anna"],
        ["knows that user since another moment", { witnessSince: "2001-01-01T00:00:00.000Z" }, "2001-01-01"],
        ["cannot be told from it", { witnessId: undefined }, "the token that made the stack could not tell its user"],
    ];
    for (const [which, change, words] of others) {
        it(`stops under the address of a GitLab that ${which}, unless somebody says that it is the same`, async () => {
            const { id, state } = await plugin.create(TYPE, {});
            const moved = { ...state, gitlab: OLD, ...change };
            for (const attempt of [
                () => plugin.diff(TYPE, id, moved, {}, {}),
                () => plugin.update(TYPE, id, moved, {}, { oldInputs: {} }),
            ]) {
                const { message } = await rejection(attempt());
                expect(message).to.contain(`This stack belongs to the GitLab at ${OLD}`).and.contain(words);
                expect(message).to.contain("Another GitLab is another stack");
                expect(message).to.contain(`pulumi config set gitlab-fleet:movedFrom ${OLD}`);
            }
            const said = { movedFrom: "https://old.example.org/" };
            expect((await plugin.diff(TYPE, id, moved, said, {})).detailed).to.deep.equal({
                gitlab: "update",
                movedFrom: "update",
            });
        });
    }

    it("needs no token that may read", async () => {
        await start("blind");
        const { state } = await plugin.create(TYPE, {});
        expect(state).to.not.have.property("witnessId");
    });
});
