import { expect } from "chai";
import { NOBODYS_TOKEN } from "../guard";
import { cannotTry, lab } from "../lab";

const SYSTEM_ID = "r_0acceptance";

describe("beliefs: tokens of runners", () => {
    let group: { id: number; full_path: string };
    before(async () => {
        group = await lab().makeGroup();
    });
    const make = () => lab().makeRunner({ group_id: group.id });
    const verify = (token: string) => lab().asRunner("POST", "/runners/verify", { token, system_id: SYSTEM_ID });
    const facts = async (id: number) =>
        (
            await lab().graphql(
                `{ runner(id: "gid://gitlab/Ci::Runner/${id}") { createdAt tokenExpiresAt ephemeralAuthenticationToken } }`,
            )
        ).body.data.runner;

    it("are dead at once when another is issued, which works", async () => {
        const { id, token } = await make();
        const reset = await lab().must("POST", `/runners/${id}/reset_authentication_token`, {});
        lab().made.tokens.add(reset.body.token);
        expect(reset.status).to.equal(201);
        expect(reset.body).to.have.all.keys("token", "token_expires_at");
        expect((await verify(token)).status).to.equal(403);
        const { status, body } = await verify(reset.body.token);
        expect([status, body.id]).to.deep.equal([200, id]);
    });

    it("are shown to the runner's creator until it has asked for a job, and to nobody later", async () => {
        const { id, token } = await make();
        expect((await facts(id)).ephemeralAuthenticationToken).to.equal(token);
        await lab().asRunner("POST", "/jobs/request", { token, system_id: SYSTEM_ID });
        expect((await facts(id)).ephemeralAuthenticationToken).to.equal(null);
    }).timeout(100_000);

    it("leave the runner what it was: its time of creation stays", async () => {
        const { id } = await make();
        const before = await facts(id);
        const { body } = await lab().must("POST", `/runners/${id}/reset_authentication_token`, {});
        lab().made.tokens.add(body.token);
        expect((await facts(id)).createdAt).to.equal(before.createdAt);
    });

    it("of nobody are refused with 403", async () => {
        expect((await verify(`${NOBODYS_TOKEN}1`)).status).to.equal(403);
    });

    it("can be tried at the job router without a trace, from 19 on", async function () {
        const { id, token } = await make();
        const ask = (text: string) =>
            lab().asRunner("GET", "/runners/router/discovery", undefined, { "runner-token": text });
        const good = await ask(token);
        if (good.status === 404) cannotTry(this, "this GitLab has no job router");
        expect([200, 501]).to.include(good.status);
        expect((await ask(`${NOBODYS_TOKEN}2`)).status).to.equal(403);
        expect((await lab().get(`/runners/${id}/managers`)).body).to.deep.equal([]);
        expect((await lab().get(`/runners/${id}`)).body.contacted_at).to.equal(null);
    });

    it("can be tried by removing a manager that is not there: 404 where one works, 403 where not", async () => {
        const { id, token } = await make();
        const ask = (text: string) =>
            lab().asRunner("DELETE", "/runners/managers", { token: text, system_id: "nobody-has-this" });
        const good = await ask(token);
        expect([good.status, /manager/i.test(JSON.stringify(good.body))]).to.deep.equal([404, true]);
        expect((await ask(`${NOBODYS_TOKEN}3`)).status).to.equal(403);
        expect((await lab().get(`/runners/${id}/managers`)).body).to.deep.equal([]);
    });

    it("find their runner in the search of what one manages", async () => {
        const { id, token } = await make();
        const { body } = await lab().graphql(
            "query($token: String!) { currentUser { runners(search: $token, first: 9) { nodes { id description } } } }",
            { token },
        );
        expect(body.errors).to.equal(undefined);
        expect(body.data.currentUser.runners.nodes).to.deep.equal([
            { id: `gid://gitlab/Ci::Runner/${id}`, description: null },
        ]);
    });

    it("bring a manager with the time of contact once a job was asked for", async () => {
        const { id, token } = await make();
        const asked = await lab().asRunner("POST", "/jobs/request", { token, system_id: SYSTEM_ID });
        expect(asked.status).to.equal(204);
        const { body } = await lab().get(`/runners/${id}/managers`);
        expect(body.map((one: { system_id: string }) => one.system_id)).to.deep.equal([SYSTEM_ID]);
        expect(Date.parse(body[0].contacted_at)).to.be.above(Date.parse((await facts(id)).createdAt) - 1000);
        expect((await lab().get(`/runners/${id}`)).body.online).to.equal(true);
    }).timeout(100_000);

    it("come with answers that are dated, by GitLab's clock", async () => {
        const { headers } = await lab().get("/version");
        expect(Date.parse(headers.get("date") ?? "")).to.be.above(0);
    });
});
