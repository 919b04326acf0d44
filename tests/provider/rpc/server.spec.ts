import { expect } from "chai";
import { UNKNOWN } from "../../../core/props";
import { packages } from "../../../provider/packages";
import gitlabSchema from "../../../provider/schema/gitlab.json";
import fleetSchema from "../../../provider/schema/gitlab-fleet.json";
import { wholeSchema } from "../../../provider/schema/whole";
import { fakeGitLab } from "../../helpers/fake-gitlab";
import { type Plugin, startPlugin } from "../../helpers/plugin";
import { rejection } from "../../helpers/rejection";

describe("provider service", () => {
    let plugin: Plugin | undefined;
    let fake: Awaited<ReturnType<typeof fakeGitLab>> | undefined;
    const ask = () => plugin!.read("UserRunner", "7");
    afterEach(async () => {
        await plugin?.close();
        await fake?.close();
        plugin = undefined;
        fake = undefined;
    });

    it("implements every resource and function of its schemas, and no others", () => {
        for (const [name, schema] of Object.entries({ gitlab: gitlabSchema, "gitlab-fleet": fleetSchema })) {
            expect(Object.keys(packages[name]!.resources).sort()).to.deep.equal(Object.keys(schema.resources).sort());
            expect(Object.keys(packages[name]!.functions).sort()).to.deep.equal(Object.keys(schema.functions).sort());
        }
    });

    it("hands out its schema", async () => {
        plugin = await startPlugin("gitlab-fleet");
        const { name, resources } = await plugin.schema();
        expect(name).to.equal("gitlab-fleet");
        // The components stand beside them.
        expect(resources).to.deep.include(wholeSchema(fleetSchema).resources);
    });

    it("takes the environment where nothing is configured, and the configuration first", async () => {
        fake = await fakeGitLab(() => ({ status: 404, json: { message: "404 Not found" } }));
        plugin = await startPlugin("gitlab", {}, { GITLAB_TOKEN: "from-env", GITLAB_BASE_URL: fake.origin });
        await ask();
        await plugin.configure({ baseUrl: fake.url, token: "from-config" });
        await ask();
        expect(fake.requests.map(({ path, headers }) => [path, headers["private-token"]])).to.deep.equal([
            ["/api/v4/runners/7", "from-env"],
            ["/api/v4/runners/7", "from-config"],
        ]);
    });

    it("takes the environment's token before the stack's, and before none that a program gave a provider of its own", async () => {
        fake = await fakeGitLab(() => ({ status: 404, json: { message: "404 Not found" } }));
        plugin = await startPlugin(
            "gitlab",
            {},
            { GITLAB_TOKEN: "from-env", GITLAB_BASE_URL: "http://elsewhere.test" },
        );
        const winner: Record<string, string> = {
            default: "from-env",
            default_9_1_0: "from-env",
            "gitlab-fleet": "from-env",
            "other-gitlab": "from-config",
            defaults: "from-config",
        };
        for (const [provider, token] of Object.entries(winner)) {
            await plugin.configure({ baseUrl: fake.url, token: "from-config" }, provider);
            await ask();
            expect(fake.requests.at(-1)!.headers["private-token"], provider).to.equal(token);
            // A token that is not used stops nothing.
            const { failures } = await plugin.checkConfig({ token: "gldt-0123456789" }, [], provider);
            expect(failures, provider).to.have.length(token === "from-env" ? 0 : 1);
        }
    });

    it("sends the token of a pipeline to no other GitLab than the pipeline said, whichever of two addresses Pulumi took", async () => {
        const only = "https://gitlab.test/api/v4/ https://other.test";
        plugin = await startPlugin("gitlab", {}, { GITLAB_TOKEN: "from-env", FLEET_GITLAB_ONLY: only });
        const why = async (props: Record<string, string>, provider: string) =>
            (await plugin!.checkConfig(props, [], provider)).failures.map(({ property }) => property);
        for (const provider of ["default", "default_9_1_0", "gitlab-fleet"]) {
            for (const baseUrl of ["https://gitlab.test", "https://other.test/api/v4"])
                expect(await why({ baseUrl }, provider), baseUrl).to.deep.equal([]);
            for (const baseUrl of ["https://evil.test", "http://gitlab.test", "https://gitlab.test:8443"]) {
                expect(await why({ baseUrl }, provider), baseUrl).to.deep.equal(["baseUrl"]);
                const failure = await rejection(plugin.configure({ baseUrl }, provider));
                expect(failure.message).to.include("FLEET_GITLAB").and.not.include("from-env");
            }
            // Servers behind one address are told apart by this header.
            const headers = JSON.stringify({ Host: "evil.test" });
            expect(await why({ baseUrl: "https://gitlab.test", headers }, provider)).to.deep.equal(["headers"]);
        }
        // What a program says about a provider of its own is the program's.
        expect(await why({ baseUrl: "https://evil.test", token: "x" }, "other-gitlab")).to.deep.equal([]);
    });

    it("takes flags and headers as SDKs send them, as JSON text", async () => {
        fake = await fakeGitLab(() => ({ status: 404, json: { message: "404 Not found" } }));
        plugin = await startPlugin("gitlab", {
            baseUrl: fake.url,
            token: "x",
            insecure: "true",
            headers: '{"x-a":"1"}',
            retries: "2",
        });
        await ask();
        expect(fake.requests[0]!.headers).to.include({ "x-a": "1" });
    });

    it("logs in while it is configured when earlyAuthCheck asks for it", async () => {
        fake = await fakeGitLab(() => ({ status: 401, json: { message: "401 Unauthorized" } }));
        const error = await rejection(startPlugin("gitlab", { baseUrl: fake.url, token: "x", earlyAuthCheck: "true" }));
        expect(error.message).to.contain("GitLab refused GET /user (401)");
    });

    const wrongTokens: [string, string][] = [
        ["GR1348941aaaaaaaaaaaaaaaaaaaa", "a registration token"],
        ["glrt-t3_aaaaaaaaaaaaaaaaaaaa", "a runner's authentication token"],
        ["acme-glrt-aaaaaaaaaaaaaaaaaaaa", "a runner's authentication token"],
        ["glpat-aaaa\n", "holds a space, a line break"],
        ["glcbt-64_aaaaaaaaaaaaaaaaaaaa", "the job token of a pipeline"],
        ["gldt-aaaaaaaaaaaaaaaaaaaa", "a deploy token"],
        ["gloas-aaaaaaaaaaaaaaaaaaaa", "the secret of an OAuth application"],
        ["$CI_JOB_TOKEN", "the name of a variable"],
    ];
    for (const [token, words] of wrongTokens) {
        it(`refuses what ${words.startsWith("holds") ? words : `is ${words}`} as API token, in config and environment, without showing it`, async () => {
            plugin = await startPlugin("gitlab");
            const { failures } = await plugin.checkConfig({ token }, ["token"]);
            expect(failures).to.have.length(1);
            expect(failures[0]!.property).to.equal("token");
            expect(failures[0]!.reason).to.contain(words).and.to.contain(`got a secret of ${token.length} characters`);
            expect(failures[0]!.reason).not.to.contain(token.slice(-12));
            // Spaces and line ends around a variable's value are dropped.
            if (token.endsWith("\n")) return;
            const error = await rejection(startPlugin("gitlab", {}, { GITLAB_TOKEN: token }));
            expect(error.message).to.contain('Provider "gitlab": token').and.to.contain(words);
        });
    }

    it("refuses the job's own token whatever its form, takes an OAuth token and sends it as GitLab wants it", async () => {
        const job = "a-token-of-a-form-nobody-knows";
        const error = await rejection(startPlugin("gitlab", {}, { GITLAB_TOKEN: job, CI_JOB_TOKEN: job }));
        expect(error.message).to.contain("the job token of a pipeline");
        const oauth = "0123456789abcdef".repeat(4);
        fake = await fakeGitLab(() => ({ status: 404, json: { message: "404 Not found" } }));
        plugin = await startPlugin("gitlab", { baseUrl: fake.url, token: oauth });
        await ask();
        expect(fake.requests[0]!.headers.authorization).to.equal(`Bearer ${oauth}`);
        expect(fake.requests[0]!.headers).not.to.have.property("private-token");
    });

    it("asks nothing without a token, and takes an empty variable for none", async () => {
        fake = await fakeGitLab(() => ({ json: {} }));
        plugin = await startPlugin("gitlab-fleet", { baseUrl: fake.url }, { GITLAB_TOKEN: " " });
        const error = await rejection(plugin.invoke("resolvePaths", { groups: ["apps"] }));
        expect(error.message).to.contain("No token for").and.to.contain("pulumi config set --secret gitlab:token");
        expect(error.message).not.to.contain("GitLab has no");
        expect(fake.requests).to.deep.equal([]);
    });

    it("reports every problem of its configuration at once", async () => {
        plugin = await startPlugin("gitlab");
        const { failures } = await plugin.checkConfig({
            baseUrl: "gitlab",
            insecure: "yes",
            headers: "{",
            retries: "-1",
            configFile: "x",
        });
        expect(failures.map(({ property }) => property)).to.deep.equal([
            "baseUrl",
            "configFile",
            "insecure",
            "headers",
            "retries",
        ]);
        for (const { reason } of failures) expect(reason).to.match(/^\w+ (must be .*\(got .*\)|is not .*)\. \w.*\.$/);
    });

    it("drops the project's own keys, which share the package's name, and keeps the token secret", async () => {
        plugin = await startPlugin("gitlab-fleet");
        const { inputs, secrets } = await plugin.checkConfig({
            runners: "{}",
            managers: "{}",
            token: "x",
            version: "0.1.0",
            baseUrl: UNKNOWN,
        });
        expect(inputs).to.deep.equal({ token: "x", version: "0.1.0", baseUrl: UNKNOWN });
        expect(secrets).to.deep.equal(["token"]);
    });

    it("never replaces a provider, and hides no change, because the engine would go on with the old configuration", async () => {
        plugin = await startPlugin("gitlab");
        const old = { baseUrl: "https://a/api/v4/", token: "a", version: "1" };
        const news = [
            { token: "b" },
            { baseUrl: "https://b/" },
            { cacertFile: "ca.pem" },
            { compareWithGitlab: false },
        ];
        for (const more of news) {
            const diff = await plugin.diffConfig(old, { ...old, ...more });
            expect(diff).to.deep.include({ changes: true, replaces: [] });
        }
        expect(await plugin.diffConfig(old, { ...old, version: "2", foo: "x" })).to.deep.include({ changes: false });
    });

    it("says what it has when it is asked for what it has not", async () => {
        plugin = await startPlugin("gitlab");
        expect((await rejection(plugin.check("gitlab:index/project:Project", {}))).message).to.contain(
            'This plugin has no resource type "gitlab:index/project:Project"',
        );
        expect((await rejection(plugin.invoke("gitlab:index/getUser:getUser"))).message).to.contain("has no function");
    });

    it("ends requests under way when the engine cancels", async () => {
        fake = await fakeGitLab(() => "hang");
        plugin = await startPlugin("gitlab", { baseUrl: fake.url, token: "x" });
        const running = rejection(ask());
        await new Promise((resolve) => setTimeout(resolve, 50));
        await plugin.cancel();
        expect((await running).message).to.equal("The operation was cancelled.");
        expect((await rejection(ask())).message).to.equal("The operation was cancelled.");
    });

    it("shows the user's mistake and no stack, and never the token", async () => {
        fake = await fakeGitLab(({ headers }) => ({
            status: 400,
            json: { message: `echo ${headers["private-token"]}` },
        }));
        plugin = await startPlugin("gitlab", { baseUrl: fake.url, token: "very-secret-token" });
        const { message } = await rejection(ask());
        expect(message).to.equal("GitLab refused GET /runners/7 (400): echo [secret].");
        expect(JSON.stringify(plugin.logs)).not.to.contain("very-secret-token");
    });
});
