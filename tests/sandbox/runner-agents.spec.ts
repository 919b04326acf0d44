import { expect } from "chai";
import { addRunner, startSandbox } from "../../sandbox";
import { client, PEOPLE, sandboxFor } from "./client";

describe("what runners call", () => {
    const sandbox = sandboxFor();
    const anyone = () => client(sandbox());
    const runner = () => addRunner(sandbox().db, { runnerType: "group_type", groupId: 1 });
    const info = { name: "gitlab-runner", version: "19.4.0", platform: "linux", architecture: "amd64" };

    describe("verify", () => {
        it("answers id, token and expiry with 200, and notes runner and manager", async () => {
            const { id, token } = runner();
            const { status, body } = await anyone().post("/runners/verify", { token, system_id: "s_1", info });
            expect([status, body]).to.deep.equal([200, { id, token, token_expires_at: null }]);
            const [manager] = sandbox().db.managers.find("runner", id);
            expect(manager).to.include({ systemId: "s_1", version: "19.4.0", architecture: "amd64" });
            expect(sandbox().db.runners.must(id)).to.include({ creationState: "started" });
        });

        it("finds the same manager again, and a nameless one without system_id", async () => {
            const { id, token } = runner();
            for (const system_id of ["s_1", "s_1", undefined])
                await anyone().post("/runners/verify", { token, system_id });
            const names = sandbox()
                .db.managers.find("runner", id)
                .map((manager) => manager.systemId);
            expect(names).to.deep.equal(["s_1", "<legacy>"]);
        });

        it("answers unknown and expired tokens alike", async () => {
            const { id, token } = runner();
            sandbox().db.runners.update(id, { tokenExpiresAt: sandbox().clock.now() + 1000 });
            sandbox().clock.advance(2000);
            for (const text of [token, "glrt-nothing", ""]) {
                const { status, body } = await anyone().post("/runners/verify", { token: text });
                expect([status, body]).to.deep.equal([403, { message: "403 Forbidden" }]);
            }
            expect((await anyone().post("/runners/verify", {})).body).to.deep.equal({ error: "token is missing" });
        });
    });

    it("is online for REST and never contacted for GraphQL after verify alone", async () => {
        const { id, token } = runner();
        await anyone().post("/runners/verify", { token, system_id: "s_1" });
        const owner = client(sandbox(), "owner");
        const query = `{ runner(id: "gid://gitlab/Ci::Runner/${id}") { status creationState managers { nodes { status } } } }`;
        expect((await owner.get(`/runners/${id}`)).body.status).to.equal("online");
        expect((await owner.graphql(query)).body.data.runner).to.deep.equal({
            status: "NEVER_CONTACTED",
            creationState: "STARTED",
            managers: { nodes: [{ status: "NEVER_CONTACTED" }] },
        });
        sandbox().db.settings.longPollSeconds = 0;
        await anyone().post("/jobs/request", { token, system_id: "s_1" });
        expect((await owner.graphql(query)).body.data.runner).to.deep.equal({
            status: "ONLINE",
            creationState: "FINISHED",
            managers: { nodes: [{ status: "ONLINE" }] },
        });
    });

    for (const { release, online, finished } of [
        { release: 17, online: null, finished: false },
        { release: "18.0", online: true, finished: true },
        { release: 18, online: true, finished: false },
        { release: 19, online: true, finished: false },
    ] as const) {
        it(`${online ? "counts" : "does not count"} verify as contact in ${release}, ${finished ? "and ends" : "without ending"} its creation by it`, async () => {
            const old = await startSandbox({ seed: PEOPLE, version: release });
            try {
                const owner = client(old, "owner");
                const made = await owner.post("/user/runners", { runner_type: "group_type", group_id: 1 });
                const { id, token } = made.body;
                await client(old).post("/runners/verify", { token, system_id: "s_1" });
                const state = `{ runner(id: "gid://gitlab/Ci::Runner/${id}") { creationState ephemeralAuthenticationToken } }`;
                const { runner: seen } = (await owner.graphql(state)).body.data;
                expect((await owner.get(`/runners/${id}`)).body.online).to.equal(online);
                expect(seen).to.deep.equal({
                    creationState: finished ? "FINISHED" : "STARTED",
                    ephemeralAuthenticationToken: finished ? null : token,
                });
                const [manager] = (await owner.get(`/runners/${id}/managers`)).body;
                expect(manager.status).to.equal(finished ? "online" : "never_contacted");
                expect(manager.contacted_at === null).to.equal(online === null);
                old.db.settings.longPollSeconds = 0;
                await client(old).post("/jobs/request", { token, system_id: "s_1" });
                expect((await owner.get(`/runners/${id}`)).body.online).to.equal(true);
                expect((await owner.graphql(state)).body.data.runner.ephemeralAuthenticationToken).to.equal(null);
            } finally {
                await old.close();
            }
        });
    }

    it("lets a runner rotate its own token, once", async () => {
        const { token } = runner();
        const { status, body } = await anyone().post("/runners/reset_authentication_token", { token });
        expect(status).to.equal(201);
        expect(Object.keys(body)).to.deep.equal(["token", "token_expires_at"]);
        expect((await anyone().post("/runners/reset_authentication_token", { token })).status).to.equal(403);
    });

    it("deletes one manager, or the whole runner, by token", async () => {
        const { id, token } = runner();
        await anyone().post("/runners/verify", { token, system_id: "s_1" });
        const remove = (body: object) => anyone().delete("/runners/managers", body);
        expect((await remove({ token })).body).to.deep.equal({ error: "system_id is missing" });
        const absent = await remove({ token, system_id: "s_2" });
        expect([absent.status, absent.body.message]).to.deep.equal([404, "404 Runner manager not found Not Found"]);
        expect((await remove({ token, system_id: "s_1" })).status).to.equal(204);
        expect(sandbox().db.runners.get(id)).not.to.equal(undefined);
        expect((await anyone().delete("/runners", { token })).status).to.equal(204);
        expect(sandbox().db.runners.get(id)).to.equal(undefined);
    });

    describe("legacy registration", () => {
        it("is gone by default, whatever the token", async () => {
            const { status, body } = await anyone().post("/runners", { token: "anything" });
            expect([status, body]).to.deep.equal([410, { message: "410 Gone - runner registration disallowed" }]);
        });

        it("makes a runner in the scope of the token where the instance allows it", async () => {
            const { db } = sandbox();
            db.settings.allowRunnerRegistrationToken = true;
            const token = db.groups.must(1).runnersToken;
            const { status, body } = await anyone().post("/runners", {
                token,
                description: "x",
                tag_list: "a,b",
                info,
            });
            expect(status).to.equal(201);
            expect(body.token).to.match(/^glrtr-[\w-]{20}$/);
            const made = db.runners.must(body.id);
            expect(made).to.deep.include({ groupId: 1, name: "gitlab-runner", tagList: ["a", "b"] });
            expect(made.creationMethod).to.equal("registration_token");
            expect((await anyone().post("/runners", { token: "nonsense" })).body.message).to.equal(
                "403 Forbidden - invalid token supplied",
            );
            db.groups.update(1, { runnerRegistrationEnabled: false });
            expect((await anyone().post("/runners", { token })).status).to.equal(410);
        });
    });

    it("has no job router to tell a runner about, and tells nobody else that", async () => {
        const discover = (token: string) => anyone().get("/runners/router/discovery", { "runner-token": token });
        expect((await discover(runner().token)).status).to.equal(501);
        expect((await discover("glrt-nothing")).status).to.equal(403);
        expect(sandbox().db.managers.size).to.equal(0);
        expect(sandbox().journal.unrouted()).to.deep.equal([]);
    });
});
