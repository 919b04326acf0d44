import { expect } from "chai";
import { encodeId, GitLab } from "../../gitlab/client";
import { fakeGitLab, type Reply } from "../helpers/fake-gitlab";
import { rejection } from "../helpers/rejection";
import { config, TOKEN, talking } from "./talking";

describe("GitLab client", () => {
    const { talkTo, waits, cleanUp } = talking();

    it("logs in with the token and sends further headers", async () => {
        const { gitlab, fake } = await talkTo(() => ({ json: { id: 1 } }), { headers: { "x-proxy": "yes" } });
        expect(await gitlab.get("/user")).to.deep.equal({ id: 1 });
        expect(fake.requests[0]!.headers).to.include({ "private-token": TOKEN, "x-proxy": "yes" });
    });

    for (const status of [429, 500, 502, 503, 504]) {
        it(`tries GET, PUT, PATCH and DELETE again after ${status}`, async () => {
            for (const method of ["get", "put", "patch", "delete"] as const) {
                const { gitlab, fake } = await talkTo((_, count) => (count < 3 ? { status } : { json: {} }));
                await gitlab[method]("/runners/1", {});
                expect(fake.requests).to.have.length(3);
            }
        });
    }

    it("tries again after a dropped connection, each time later", async () => {
        const { gitlab, fake } = await talkTo((_, count) => (count < 4 ? "drop" : { json: {} }));
        await gitlab.get("/user");
        expect(fake.requests).to.have.length(4);
        expect(waits[0]).to.be.within(180, 320);
        expect(waits[2]).to.be.within(740, 1260);
    });

    it("gives up after the configured number of retries", async () => {
        const { gitlab, fake } = await talkTo(() => ({ status: 502, text: "Bad Gateway" }), { retries: 2 });
        const error = await rejection(gitlab.get("/user"));
        expect(fake.requests).to.have.length(3);
        expect(error.message).to.equal(
            "GitLab failed at GET /user (502): Bad Gateway. Run it again when GitLab is well.",
        );
    });

    for (const reply of [
        { status: 429, headers: { "retry-after": "1" } },
        { status: 503 },
        { status: 500 },
        "drop",
    ] as Reply[]) {
        it(`never sends POST twice, not after ${JSON.stringify(reply)}`, async () => {
            const { gitlab, fake } = await talkTo(() => reply);
            await rejection(gitlab.post("/user/runners", {}));
            await rejection(gitlab.mutate("mutation { x }", {}));
            expect(fake.requests).to.have.length(2);
        });
    }

    it("repeats GraphQL queries, which are POSTs that only read", async () => {
        const { gitlab, fake } = await talkTo((_, count) => (count === 1 ? "drop" : { json: { data: { x: 1 } } }));
        expect(await gitlab.graphql("{ x }", {})).to.deep.equal({ x: 1 });
        expect(fake.requests.map(({ path }) => path)).to.deep.equal(["/api/graphql", "/api/graphql"]);
    });

    it("takes errors in a GraphQL answer for errors", async () => {
        const { gitlab } = await talkTo(() => ({ json: { errors: [{ message: "complexity of 900" }] } }));
        expect((await rejection(gitlab.graphql("{ x }", {}))).message).to.equal(
            "GitLab refused POST /api/graphql (200): complexity of 900.",
        );
    });

    it("waits as long as Retry-After says, in seconds or until a date", async () => {
        const { gitlab } = await talkTo((_, count) => {
            const date = new Date(Date.now() + 9000).toUTCString();
            return count === 3 ? { json: {} } : { status: 429, headers: { "retry-after": count === 1 ? "7" : date } };
        });
        await gitlab.get("/user");
        expect(waits[0]).to.equal(7000);
        expect(waits[1]).to.be.within(6000, 9000);
    });

    it("does not wait longer than anybody would, and says how long GitLab asks to wait", async () => {
        const { gitlab, fake } = await talkTo(() => ({
            status: 429,
            text: "Retry later\n",
            headers: { "retry-after": "3600" },
        }));
        const error = await rejection(gitlab.get("/user"));
        expect(fake.requests).to.have.length(1);
        expect(error.message).to.equal(
            "GitLab refused GET /user (429): Retry later. GitLab asks to wait 3600 s. Run it again later, and Pulumi with a smaller --parallel.",
        );
    });

    it("follows the redirect of a renamed project, which stays within the API", async () => {
        const { gitlab } = await talkTo(({ path }) =>
            path.endsWith("old%2Fname")
                ? { status: 301, headers: { location: "/api/v4/projects/7" } }
                : { json: { id: 7 } },
        );
        expect(await gitlab.get(`/projects/${encodeId("old/name")}`)).to.deep.equal({ id: 7 });
    });

    it("ends what is under way when it is cancelled, and starts nothing more", async () => {
        const { gitlab, fake } = await talkTo(() => "hang");
        const running = Promise.all([rejection(gitlab.get("/user")), rejection(gitlab.post("/user/runners", {}))]);
        while (fake.requests.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
        gitlab.cancel();
        for (const error of [...(await running), await rejection(gitlab.get("/user"))]) {
            expect(error.message).to.equal("The operation was cancelled.");
        }
        expect(fake.requests).to.have.length(2);
    });

    it("keeps at most 10 requests under way", async () => {
        const fake = await fakeGitLab(() => "hang");
        cleanUp.push(fake.close);
        const gitlab = new GitLab(config({ baseUrl: fake.url, retries: 0 }), { timeout: 60_000 });
        cleanUp.push(() => gitlab.close());
        const all = Array.from({ length: 15 }, () => gitlab.get("/user").catch(() => undefined));
        while (fake.requests.length < 10) await new Promise((resolve) => setTimeout(resolve, 10));
        // An eleventh would have come by now.
        await new Promise((resolve) => setTimeout(resolve, 200));
        expect(fake.requests).to.have.length(10);
        gitlab.cancel();
        await Promise.all(all);
    });
});
