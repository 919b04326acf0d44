import { expect } from "chai";
import { startSandbox } from "../../sandbox";
import { client, PEOPLE, sandboxFor } from "./client";

describe("the sandbox's own switches", () => {
    const sandbox = sandboxFor();
    const as = (token?: string) => client(sandbox(), token);
    const create = () => as("owner").post("/user/runners", { runner_type: "group_type", group_id: 1 });
    const failure = async (request: Promise<unknown>): Promise<string> => {
        try {
            await request;
        } catch (error) {
            return (error as Error).message;
        }
        throw new Error("the request went through");
    };

    describe("faults", () => {
        it("drop the connection before anything happened", async () => {
            sandbox().faults.plan({ method: "POST", path: "/user/runners", fault: { kind: "drop" } });
            expect(await failure(create())).to.equal("fetch failed");
            expect(sandbox().db.runners.size).to.equal(0);
            expect((await create()).status).to.equal(201);
        });

        it("lose the answer after it happened", async () => {
            sandbox().faults.plan({ path: "/user/runners", fault: { kind: "lose-answer" } });
            expect(await failure(create())).to.equal("fetch failed");
            expect(sandbox().db.runners.size).to.equal(1);
            expect(
                sandbox()
                    .journal.writes()
                    .map((entry) => [entry.status, entry.fault]),
            ).to.deep.equal([[201, "lose-answer"]]);
        });

        it("strike after so many requests, so many times, by path pattern", async () => {
            const fault = { kind: "status", status: 503, body: { message: "down" } } as const;
            sandbox().faults.plan({ path: "/projects/*", after: 1, times: 2, fault });
            const seen: number[] = [];
            for (let n = 0; n < 5; n++) seen.push((await as("owner").get("/projects/1")).status);
            expect(seen).to.deep.equal([200, 503, 503, 200, 200]);
            expect((await as("owner").get("/projects/1/runners")).status).to.equal(200);
        });

        it("answer 429 in both of GitLab's styles", async () => {
            sandbox().faults.plan({ fault: { kind: "rate-limit", retryAfter: 7 } });
            sandbox().faults.plan({ fault: { kind: "rate-limit", style: "text" } });
            const json = await as("owner").get("/user");
            expect([json.status, json.headers.get("retry-after")]).to.deep.equal([429, "7"]);
            expect(json.body.message.error).to.match(/requested too many times/);
            const text = await as("owner").get("/user");
            expect([text.status, text.body]).to.deep.equal([429, "Retry later\n"]);
            expect(text.headers.get("content-type")).to.match(/^text\/plain/);
            expect((await as("owner").get("/user")).status).to.equal(200);
        });

        it("answer HTML, redirect to a login page, and make things slow", async () => {
            sandbox().faults.plan({ fault: { kind: "html", status: 502 } });
            sandbox().faults.plan({ fault: { kind: "login-redirect" } });
            sandbox().faults.plan({ fault: { kind: "delay", ms: 80 } });
            const html = await as("owner").get("/user");
            expect([html.status, html.headers.get("content-type")]).to.deep.equal([502, "text/html; charset=utf-8"]);
            const login = await as("owner").get("/user");
            expect([login.status, login.headers.get("location")]).to.deep.equal([302, "/users/sign_in"]);
            const start = performance.now();
            expect((await as("owner").get("/user")).status).to.equal(200);
            expect(performance.now() - start).to.be.greaterThan(70);
        });

        it("strike at the second request that changes something, by REST or GraphQL", async () => {
            sandbox().faults.plan({ writes: true, after: 1, fault: { kind: "status", status: 503 } });
            const query = (text: string) => as("owner").graphql(text);
            const all = [await create(), await as("owner").get("/user"), await query("{ currentUser { id } }")];
            expect(all.map(({ status }) => status)).to.deep.equal([201, 200, 200]);
            expect((await query("\n  mutation { runnerDelete(input: { id: 1 }) { errors } }")).status).to.equal(503);
        });

        for (const [kind, runners] of [
            ["hold", 0],
            ["hold-answer", 1],
        ] as const) {
            it(`hold a request ${runners ? "after" : "before"} it was handled until the caller gives up`, async () => {
                sandbox().faults.plan({ writes: true, fault: { kind } });
                const giveUp = new AbortController();
                const sent = fetch(`${sandbox().url}/api/v4/user/runners`, {
                    method: "POST",
                    headers: { "private-token": sandbox().tokens.owner!, "content-type": "application/json" },
                    body: JSON.stringify({ runner_type: "group_type", group_id: 1 }),
                    signal: giveUp.signal,
                }).then(({ status }) => String(status), String);
                while (sandbox().faults.list()[0]!.struck === 0) await new Promise((next) => setTimeout(next, 5));
                giveUp.abort();
                expect(await sent).to.include("AbortError");
                expect((await as("owner").get("/user")).status).to.equal(200);
                expect(sandbox().db.runners.size).to.equal(runners);
            });
        }

        it("tell one GraphQL operation from another", async () => {
            sandbox().faults.plan({ bodyIncludes: "currentUser", times: 0, fault: { kind: "status", status: 500 } });
            expect((await as("owner").graphql("{ currentUser { id } }")).status).to.equal(500);
            expect((await as("owner").graphql('{ project(fullPath: "apps/etl") { id } }')).status).to.equal(200);
        });
    });

    describe("journal", () => {
        it("has who, what and how, and never a token", async () => {
            const text = sandbox().tokens.owner!;
            await as().get(`/runners?private_token=${text}&per_page=5`);
            const [entry] = sandbox().journal.entries();
            expect(entry).to.include({
                method: "GET",
                path: "/api/v4/runners",
                query: "per_page=5",
                status: 200,
                user: "owner",
                token: "owner",
                actor: "user",
            });
            expect(JSON.stringify(sandbox().journal.entries())).not.to.contain(text);
        });

        it("tells writes from reads, GraphQL queries and runners' traffic", async () => {
            const { body } = await create();
            await as("owner").get("/runners");
            await as("owner").graphql("{ currentUser { id } }");
            await as().post("/runners/verify", { token: body.token });
            const { journal } = sandbox();
            expect(journal.writes().map((entry) => entry.path)).to.deep.equal(["/api/v4/user/runners"]);
            expect(journal.writes({ actor: "runner" }).map((entry) => entry.token)).to.deep.equal([
                `runner ${body.id}`,
            ]);
            expect(journal.count({ path: "/user/runners" })).to.equal(1);
            expect(journal.entries().at(2)!.operation).to.equal("query currentUser");
            journal.clear();
            expect(journal.count()).to.equal(0);
        });
    });

    it("can all be reached over HTTP, without a token and without a trace", async () => {
        const own = async (method: string, path: string, body?: unknown) => {
            const answer = await fetch(`${sandbox().url}/-/sandbox${path}`, {
                method,
                ...(body === undefined
                    ? {}
                    : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
            });
            return answer.status === 204 ? undefined : ((await answer.json()) as unknown);
        };
        const state = await own("GET", "/snapshot");
        await own("POST", "/faults", { path: "/user", fault: { kind: "status", status: 418 } });
        expect((await as("owner").get("/user")).status).to.equal(418);
        await own("PUT", "/clock", { now: "2030-01-01T00:00:00Z" });
        await own("PUT", "/clock", { freeze: true, advance: 60 });
        expect(new Date(sandbox().clock.now()).toISOString()).to.match(/^2030-01-01T00:01:00/);
        await own("PUT", "/settings", { longPollSeconds: 0 });
        await create();
        expect(await own("GET", "/journal?writes=true")).to.have.length(1);
        const [runner] = (await own("GET", "/runners")) as { token: string }[];
        expect(runner!.token).to.match(/^glrt-/);
        await own("PUT", "/snapshot", state);
        expect(sandbox().db.runners.size).to.equal(0);
        await own("POST", "/reset");
        expect(await own("GET", "/journal")).to.deep.equal([]);
        expect(sandbox().db.settings.longPollSeconds).to.equal(50);
        await own("DELETE", "/faults");
        await own("DELETE", "/journal");
    });

    it("restores everything, ids and tokens to come included", async () => {
        const before = sandbox().db.snapshot();
        const first = (await create()).body;
        sandbox().db.restore(JSON.parse(JSON.stringify(before)));
        expect((await create()).body).to.deep.equal(first);
    });

    it("pauses before each answer when told to", async () => {
        const slow = await startSandbox({ seed: PEOPLE, latencyMs: 60 });
        const start = performance.now();
        await client(slow, "owner").get("/user");
        await slow.close();
        expect(performance.now() - start).to.be.greaterThan(55);
    });
});
