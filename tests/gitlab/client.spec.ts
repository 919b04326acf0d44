import { expect } from "chai";
import type { Props } from "../../core/props";
import { encodeId, GitLab } from "../../gitlab/client";
import { type GitLabConfig, toGitLabConfig } from "../../gitlab/config";
import { GitLabError, isAnswered, isNotFound, isRefusal } from "../../gitlab/errors";
import { fakeGitLab, type Reply, type Seen } from "../helpers/fake-gitlab";
import { rejection } from "../helpers/rejection";

const TOKEN = "glpat-topsecret000000000000";
const config = (more: Partial<GitLabConfig>): GitLabConfig => ({
    baseUrl: "http://127.0.0.1:1/api/v4/",
    token: TOKEN,
    insecure: false,
    headers: {},
    retries: 4,
    earlyAuthCheck: false,
    ...more,
});

describe("GitLab client", () => {
    let cleanUp: (() => unknown)[] = [];
    /** How long it waited between attempts, instead of waiting. */
    let waits: number[] = [];
    afterEach(async () => {
        for (const step of cleanUp.reverse()) {
            await step();
        }
        cleanUp = [];
        waits = [];
    });

    async function talkTo(
        answer: (request: Seen, count: number) => Reply,
        more: Partial<GitLabConfig> = {},
        timeout?: number,
    ) {
        const fake = await fakeGitLab(answer);
        const sleep = async (ms: number) => void waits.push(Math.round(ms));
        const gitlab = new GitLab(config({ baseUrl: fake.url, ...more }), { sleep, timeout });
        cleanUp.push(fake.close, () => gitlab.close());
        return { gitlab, fake };
    }

    it("logs in with the token and sends further headers", async () => {
        const { gitlab, fake } = await talkTo(() => ({ json: { id: 1 } }), { headers: { "x-proxy": "yes" } });
        expect(await gitlab.get("/user")).to.deep.equal({ id: 1 });
        expect(fake.requests[0]!.headers).to.include({ "private-token": TOKEN, "x-proxy": "yes" });
    });

    it("reads a list page after page by X-Next-Page", async () => {
        const { gitlab, fake } = await talkTo(({ path }) => {
            const page = Number(new URL(path, "http://x").searchParams.get("page"));
            return { json: [page], headers: { "x-next-page": page < 3 ? String(page + 1) : "" } };
        });
        expect(await gitlab.list("/runners", { type: "group_type" })).to.deep.equal([1, 2, 3]);
        expect(fake.requests[1]!.path).to.equal("/api/v4/runners?type=group_type&per_page=100&page=2");
    });

    it("does not take a full page for the whole list where a proxy has taken away what GitLab says of pages", async () => {
        const full = Array.from({ length: 100 }, (_, at) => at);
        const stripped = await talkTo(() => ({ json: full }));
        expect((await rejection(stripped.gitlab.list("/runners"))).message).to.equal(
            "GitLab refused GET /runners (200): its answer does not say which page of the list it is, so nobody knows whether there are more. " +
                "Does a proxy take away its headers (X-Page)?",
        );
        const last = await talkTo(() => ({ json: full, headers: { "x-page": "1", "x-next-page": "" } }));
        expect(await last.gitlab.list("/runners")).to.deep.equal(full);
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

    const said: [string, Reply, string][] = [
        ["message text", { status: 403, json: { message: "403 Forbidden" } }, "403 Forbidden."],
        [
            "message by attribute",
            { status: 400, json: { message: { tags_list: ["can not be empty", "is odd"] } } },
            "tags_list can not be empty, is odd.",
        ],
        ["error text", { status: 400, json: { error: "id is invalid" } }, "id is invalid."],
        [
            "OAuth error",
            { status: 401, json: { error: "invalid_token", error_description: "Token was revoked." } },
            "invalid_token: Token was revoked.",
        ],
        ["limiter's message", { status: 429, json: { message: { error: "Too often." } } }, "Too often."],
        ["plain text", { status: 404, text: "nothing here" }, "nothing here."],
        ["HTML", { status: 404, text: "<!DOCTYPE html><title>Oops</title>" }, 'an HTML page, "Oops".'],
        ["nothing", { status: 404 }, "no reason given."],
    ];
    for (const [what, reply, words] of said) {
        it(`repeats GitLab's words: ${what}`, async () => {
            const { gitlab } = await talkTo(() => reply, { retries: 0 });
            const error = await rejection<GitLabError>(gitlab.get("/runners/1"));
            expect(error).to.be.instanceOf(GitLabError);
            expect(error).to.include({
                method: "GET",
                path: "/runners/1",
                status: (reply as { status: number }).status,
            });
            expect(error.message).to.contain(`: ${words}`);
        });
    }

    it("takes only GitLab's own 404 for gone, and its own no for a no: what stands before it knows neither", async () => {
        const page = "<html><title>404 Not Found</title>";
        for (const text of [page, "default backend - 404", '"404"', '{ "code": 404 }', "{}", ""]) {
            for (const status of [400, 403, 404]) {
                const { gitlab } = await talkTo(() => ({ status, text }), { retries: 0 });
                const error = await rejection<GitLabError>(gitlab.get("/runners/1"));
                expect([isNotFound(error), isAnswered(error, status), isRefusal(error)]).to.not.include(true);
                expect(error.message)
                    .to.contain(`(${status})`)
                    .and.to.contain("A proxy or firewall before GitLab says so");
            }
        }
        const { gitlab } = await talkTo(() => ({ status: 404, json: { message: "404 Not found" } }));
        expect(isNotFound(await rejection(gitlab.get("/runners/1")))).to.equal(true);
    });

    it("asks about the address where there is no GraphQL, which every GitLab has", async () => {
        const { gitlab } = await talkTo(() => ({ status: 404, json: { error: "404 Not Found" } }));
        expect((await rejection(gitlab.graphql("{ x }", {}))).message).to.equal(
            "GitLab refused POST /api/graphql (404): 404 Not Found. A proxy or firewall before GitLab says so, or baseUrl is not GitLab's.",
        );
    });

    const before: [what: string, reply: Reply, words: string][] = [
        ["a firewall's JSON", { status: 403, json: { code: 12, support: "x" } }, "(403): code 12; support x."],
        ["its JSON with 200", { json: { blocked: true } }, "(200): its answer is none of GraphQL (blocked true)."],
        ["JSON of one word", { text: '"denied"' }, "(200): its answer is none of GraphQL (denied)."],
        ["errors in other words", { json: { errors: "denied" } }, "(200): its answer is none of GraphQL (denied)."],
        ["a page with 403", { status: 403, text: "<html><title>Blocked" }, "(403): an HTML page."],
        ["REST's own 404", { status: 404, json: { message: "404 Not found" } }, "(404): 404 Not found."],
    ];
    for (const [what, reply, words] of before) {
        it(`takes an answer that GraphQL never gives for that of something before GitLab: ${what}`, async () => {
            const { gitlab } = await talkTo(() => reply, { retries: 0 });
            const error = await rejection<GitLabError>(gitlab.graphql("{ x }", {}));
            expect(error.message).to.equal(
                `GitLab refused POST /api/graphql ${words} A proxy or firewall before GitLab says so, or baseUrl is not GitLab's.`,
            );
            expect(error.isStranger).to.equal(true);
            expect(isRefusal(error), "another way is worth a try").to.equal(true);
        });
    }

    it("says that a page is no API when HTML comes with status 200", async () => {
        const { gitlab } = await talkTo(() => ({
            text: "<html><title>Sign in</title>",
            headers: { "content-type": "text/html" },
        }));
        expect((await rejection(gitlab.get("/user"))).message).to.equal(
            'GitLab refused GET /user (200): it answered with an HTML page, "Sign in" instead of JSON. Is baseUrl GitLab\'s, ending in /api/v4/?',
        );
    });

    it("never follows a redirect to another host or a sign-in page, so the token stays here", async () => {
        const elsewhere = await fakeGitLab(() => ({ json: {} }));
        cleanUp.push(elsewhere.close);
        for (const location of [`${elsewhere.origin}/api/v4/user?secret=1`, "/users/sign_in"]) {
            const { gitlab, fake } = await talkTo(({ path }) =>
                path === "/api/v4/user" ? { status: 302, headers: { location } } : { json: {} },
            );
            const error = await rejection(gitlab.get("/user"));
            expect(error.message).to.contain(
                `it redirects to ${location.startsWith("/") ? fake.origin + location : elsewhere.origin + "/api/v4/user"}.`,
            );
            expect(error.message).not.to.contain("secret=1");
        }
        expect(elsewhere.requests).to.deep.equal([]);
    });

    it("follows the redirect of a renamed project, which stays within the API", async () => {
        const { gitlab } = await talkTo(({ path }) =>
            path.endsWith("old%2Fname")
                ? { status: 301, headers: { location: "/api/v4/projects/7" } }
                : { json: { id: 7 } },
        );
        expect(await gitlab.get(`/projects/${encodeId("old/name")}`)).to.deep.equal({ id: 7 });
    });

    it("says so when GitLab is too slow, and that a POST may have been carried out", async () => {
        const { gitlab, fake } = await talkTo(() => "hang", { retries: 0 }, 100);
        // All at once: what tells the time of a request looks once a second.
        const [read, posted, asked] = await Promise.all([
            rejection(gitlab.get("/user")),
            rejection(gitlab.post("/user/runners", {})),
            rejection(gitlab.graphql("{ currentUser { id } }", {})),
        ]);
        expect(read.message).to.equal(
            `GitLab at ${fake.origin} did not answer GET /user: no answer within 0.1 seconds. Run it again when GitLab is faster.`,
        );
        expect(posted.message).to.contain("Whether GitLab carried it out is not known, so it is not sent again.");
        expect(asked.message).to.not.contain("sent again");
    });

    it("says so when nobody listens or the host does not exist", async () => {
        const nobody = new GitLab(config({ retries: 0 }));
        cleanUp.push(() => nobody.close());
        expect((await rejection(nobody.get("/user"))).message).to.equal(
            "GitLab at http://127.0.0.1:1 did not answer GET /user: no connection (ECONNREFUSED). Check baseUrl and that GitLab is up.",
        );
    });

    it("shows neither token nor headers in any error", async () => {
        const header = "basic-auth-secret";
        const { gitlab } = await talkTo(
            ({ headers }) => ({
                status: 400,
                json: { message: `bad ${headers["private-token"]} ${headers["x-auth"]} glrt-abcdefghijklmnopqrst` },
            }),
            { headers: { "x-auth": header } },
        );
        const { message } = await rejection(gitlab.get("/user"));
        expect(message).to.equal("GitLab refused GET /user (400): bad [secret] [secret] [secret].");
    });

    it("tells a missing token from a refused one", async () => {
        const reply = { status: 401, json: { message: "401 Unauthorized" } };
        const { gitlab, fake } = await talkTo(() => reply, { token: undefined });
        expect((await rejection(gitlab.get("/user"))).message).to.match(
            /^No token is set\. [\w.:]+ can be asked once there is one: .*gitlab:baseUrl\.$/,
        );
        expect(fake.requests).to.deep.equal([]);
        const proxied = await talkTo(() => reply, { token: undefined, headers: { Authorization: "Basic x" } });
        await rejection(proxied.gitlab.get("/user"));
        expect(proxied.fake.requests).to.have.length(1);
        const other = await talkTo(() => reply);
        expect((await rejection(other.gitlab.get("/user"))).message).to.contain(
            "The token is unknown, revoked or expired. Set a valid one:",
        );
        expect((await rejection(other.gitlab.graphql("query { x }", {}))).message).to.contain(
            "The token is unknown, revoked or expired, has neither scope api nor read_api, or is that of a blocked user.",
        );
    });

    it("says of a refused token that gitlab.com was asked where nobody named another GitLab", async () => {
        const reply = { status: 401, json: { message: "401 Unauthorized" } };
        const SAID = "401 Unauthorized. No gitlab:baseUrl is set, so gitlab.com was asked. The token is unknown";
        for (const [env, isDefault] of [
            [{}, true],
            [{ GITLAB_BASE_URL: "https://gitlab.example" }, false],
        ] as const) {
            const { isDefaultAddress } = toGitLabConfig({}, env).config;
            const { gitlab } = await talkTo(() => reply, { isDefaultAddress, addressName: "gitlab:baseUrl" });
            const { message } = await rejection(gitlab.get("/user"));
            isDefault ? expect(message).to.contain(SAID) : expect(message).to.not.contain("gitlab.com");
        }
    });

    it("says of a refused token where it was set, for only there a better one helps", async () => {
        const BY_CONFIG = "Set a valid one: `pulumi config set --secret gitlab:token`.";
        const BY_ENV = "Set a valid one: GITLAB_TOKEN in the environment.";
        const cases: [props: object, env: object, isStacks: boolean, remedy: string][] = [
            [{ token: "a" }, {}, true, BY_CONFIG],
            [{}, { GITLAB_TOKEN: "a" }, true, BY_ENV],
            [{ token: "a" }, { GITLAB_TOKEN: "b" }, true, BY_ENV],
            [{ token: "a" }, { GITLAB_TOKEN: "b" }, false, "Set a valid one: token of its provider."],
        ];
        for (const [props, env, isStacks, remedy] of cases) {
            const { config } = toGitLabConfig(props as Props, env as NodeJS.ProcessEnv, { isStacks });
            const reply = { status: 401, json: { message: "401 Unauthorized" } };
            const { gitlab } = await talkTo(() => reply, { tokenSetBy: config.tokenSetBy });
            expect((await rejection(gitlab.get("/user"))).message).to.contain(remedy);
        }
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
