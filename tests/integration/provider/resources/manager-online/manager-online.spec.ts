import { expect } from "chai";
import { addManager, addRunner, HOUR, type Runner, type Sandbox, startSandbox } from "../../../../../sandbox";
import { type Plugin, startPlugin } from "../../../../helpers/plugin";
import { rejection } from "../../../../helpers/rejection";

const TYPE = "ManagerOnline";
const SYSTEM_ID = "r_0123456789ab";

describe("ManagerOnline", () => {
    let sandbox: Sandbox;
    let plugin: Plugin;
    let row: Runner;

    before(async () => {
        sandbox = await startSandbox({
            seed: {
                users: [{ username: "olga" }],
                groups: [{ path: "apps", members: { olga: "owner" } }],
                tokens: [{ name: "api", user: "olga", scopes: ["api"] }],
            },
        });
    });
    beforeEach(async () => {
        sandbox.reset();
        row = addRunner(sandbox.db, { runnerType: "group_type", groupId: sandbox.db.groups.all()[0]!.id });
        plugin = await startPlugin("gitlab-fleet", { baseUrl: sandbox.url, token: sandbox.tokens.api });
    });
    afterEach(() => plugin.close());
    after(() => sandbox.close());

    const inputs = (timeout: string) => ({ runnerId: String(row.id), systemId: SYSTEM_ID, timeout, token: row.token });
    const ask = (systemId: string, token = row.token) =>
        fetch(`${sandbox.url}/api/v4/jobs/request`, {
            method: "POST",
            headers: { "content-type": "application/json" },
            body: JSON.stringify({ token, system_id: systemId }),
        });

    it("waits until GitLab has heard from the manager, and says meanwhile for whom", async () => {
        setTimeout(() => void ask(SYSTEM_ID), 1500);
        const { id, state } = await plugin.create(TYPE, inputs("30s"));
        expect(id).to.equal(`${row.id}/${SYSTEM_ID}`);
        expect(Date.parse(state.contactedAt as string)).to.be.closeTo(Date.now(), 10_000);
        expect(plugin.logs[0]?.message).to.match(
            /^Waiting for r_0123456789ab under runner \d+: \d s of 30 s, never heard/,
        );
    }).timeout(10_000);

    it("does not take an earlier contact for the one it waits for", async () => {
        addManager(sandbox.db, {
            runnerId: row.id,
            systemId: SYSTEM_ID,
            contactedAt: sandbox.clock.now() - HOUR - 60_000,
            creationState: "finished",
        });
        const error = await rejection(plugin.create(TYPE, inputs("1s")));
        expect(error.message).to.contain("last heard 1 hour ago from this host (r_0123456789ab)");
    });

    it("fails with the reason when another identity works in its place", async () => {
        await ask("r_somebodyelse");
        const error = await rejection(plugin.create(TYPE, inputs("1s")));
        expect(error.message)
            .to.contain(`did not hear from ${SYSTEM_ID} under runner ${row.id} within 1 s`)
            .and.contain("It hears from r_somebodyelse instead")
            .and.contain(".runner_system_id");
    });

    it("fails with the reason when the token is dead", async () => {
        const stale = { ...inputs("1s"), token: row.token };
        sandbox.db.runners.update(row.id, { token: "glrt-anothertoken0000000000" });
        const error = await rejection(plugin.create(TYPE, stale));
        expect(error.message)
            .to.match(/has another token by now/)
            .and.match(/pulumi up/);
        expect(error.message).to.not.contain(stale.token);
    });

    it("fails at once when the runner was deleted", async () => {
        sandbox.db.runners.delete(row.id);
        const error = await rejection(plugin.create(TYPE, inputs("60s")));
        expect(error.message).to.contain("was deleted in GitLab").and.contain("--refresh");
    });

    it("asks nothing and waits for nothing in a preview", async () => {
        await plugin.create(TYPE, inputs("60s"), { preview: true });
        await plugin.update(TYPE, `${row.id}/${SYSTEM_ID}`, inputs("60s"), inputs("61s"), { preview: true });
        expect(sandbox.journal.count()).to.equal(0);
    });

    it("waits again when the manager's files have changed", async () => {
        const before = { ...inputs("30s"), configHash: "a" };
        const { changes, detailed } = await plugin.diff(TYPE, "x", before, { ...before, configHash: "b" });
        expect({ changes, detailed }).to.deep.equal({ changes: true, detailed: { configHash: "update" } });
        expect((await plugin.diff(TYPE, "x", before, before)).changes).to.equal(false);
    });

    it("lets a process that runs on have its new files first, and does not wait for one that is another", async () => {
        const known = { ...inputs("30s"), configHash: "a", instance: "1", reloadDelay: "1s" };
        const messages = async (news: object) => {
            const said = plugin.logs.length;
            setTimeout(() => void ask(SYSTEM_ID), 1500);
            await plugin.update(TYPE, `${row.id}/${SYSTEM_ID}`, known, { ...known, ...news });
            return plugin.logs.slice(said).map(({ message }) => message);
        };
        const reload = "Waiting 1s until the process of it has its new files";
        expect((await messages({ configHash: "b" }))[0]).to.equal(reload);
        expect(await messages({ configHash: "b", instance: "2" })).to.not.include(reload);
        expect(await messages({ timeout: "40s" })).to.not.include(reload);
    }).timeout(20_000);

    it("imports by runner and system id", async () => {
        await ask(SYSTEM_ID);
        const found = await plugin.read(TYPE, `${row.id}/${SYSTEM_ID}`);
        expect(found?.inputs).to.deep.equal({ runnerId: String(row.id), systemId: SYSTEM_ID });
        expect(await plugin.read(TYPE, `${row.id}/r_nobodyatall0`)).to.equal(undefined);
        expect((await rejection(plugin.read(TYPE, "42"))).message).to.contain("<runner id>/<system id>");
    });

    it("reports mistakes by property", async () => {
        const { failures } = await plugin.check(TYPE, { runnerId: "x", systemId: SYSTEM_ID, timeout: "long" });
        expect(failures.map(({ property }) => property)).to.deep.equal(["runnerId", "timeout"]);
    });
});
