import { expect } from "chai";
import type { Props } from "../../core/props";
import { GitLab } from "../../gitlab/client";
import { toGitLabConfig } from "../../gitlab/config";
import { GitLabError, isAnswered, isNotFound, isRefusal } from "../../gitlab/errors";
import { fakeGitLab, type Reply } from "../helpers/fake-gitlab";
import { rejection } from "../helpers/rejection";
import { config, TOKEN, talking } from "./talking";

describe("what GitLab's client says of an answer that is none", () => {
    const { talkTo, cleanUp } = talking();

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
        ["its JSON with 200", { json: { blocked: true } }, "(200): its answer is not one of GraphQL (blocked true)."],
        ["JSON of one word", { text: '"denied"' }, "(200): its answer is not one of GraphQL (denied)."],
        ["errors in other words", { json: { errors: "denied" } }, "(200): its answer is not one of GraphQL (denied)."],
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

    it("shows no part of a token where GitLab's words are long, and are cut", async () => {
        for (const secret of [TOKEN, "basic-auth-secret"]) {
            const { gitlab } = await talkTo(
                () => ({ status: 400, json: { message: `${"x ".repeat(245)}${secret} and more` } }),
                {
                    headers: { "x-auth": "basic-auth-secret" },
                },
            );
            const { message } = await rejection(gitlab.get("/user"));
            expect(message).to.match(/x x \[secret\] a…/);
        }
    });

    it("tells a missing token from a refused one", async () => {
        const reply = { status: 401, json: { message: "401 Unauthorized" } };
        const { gitlab, fake } = await talkTo(() => reply, { token: undefined });
        expect((await rejection(gitlab.get("/user"))).message).to.match(
            /^No token for [\w.:]+ is set\. Set one: .*gitlab:baseUrl\.$/,
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
});
