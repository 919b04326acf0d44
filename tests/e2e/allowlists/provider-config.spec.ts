import { expect } from "chai";
import { stringify } from "yaml";
import { type Engine, startEngine } from "../../helpers/engine";

const config = (more: object) =>
    stringify({
        config: { "gitlab-fleet:registries": { "libs/poetry": { consumers: { projects: ["apps/etl"] } } }, ...more },
    });

describe("a change of the providers' configuration, with the real engine", () => {
    let engine: Engine;

    beforeEach(async () => {
        engine = await startEngine({
            config: () => config({}),
            env: { GITLAB_TOKEN: "" },
            seed: {
                users: [{ username: "olga" }],
                groups: ["libs", "apps"].map((path) => ({ path, members: { olga: "owner" } })),
                projects: ["libs/poetry", "apps/etl"].map((path) => ({ path })),
                tokens: ["first", "second"].map((name) => ({ name, user: "olga", scopes: ["api"] })),
            },
        });
        engine.stack.setConfig(config({ "gitlab:token": engine.sandbox.tokens.first! }));
        await engine.up();
        engine.sandbox.journal.clear();
    });
    afterEach(() => engine?.close());

    it("reaches the plugins at once: a new token is the only one that is used", async () => {
        engine.stack.setConfig(config({ "gitlab:token": engine.sandbox.tokens.second! }));
        const { output } = await engine.up();
        expect(output).to.not.contain("replace");
        const used = new Set(engine.sandbox.journal.entries().map(({ token }) => token));
        expect([...used]).to.deep.equal(["second"]);
        await engine.expectNoChanges();
    });

    it("asks GitLab with the environment's token alone where there is one, and says so, of a stack that has another", async () => {
        const first = { GITLAB_TOKEN: engine.sandbox.tokens.first! };
        const second = { GITLAB_TOKEN: engine.sandbox.tokens.second! };
        engine.stack.setConfig(config({ "gitlab:token": engine.sandbox.tokens.first! }));
        for (const env of [second, first]) {
            engine.sandbox.journal.clear();
            const { code, output } = await engine.stack.run(["preview", "--expect-no-changes"], { env });
            expect(code, output).to.equal(0);
            const used = new Set(engine.sandbox.journal.entries().map(({ token }) => token));
            expect([...used]).to.deep.equal([env === second ? "second" : "first"]);
            expect(output.includes("GITLAB_TOKEN, which wins over the stack's")).to.equal(env === second);
            for (const token of Object.values(engine.sandbox.tokens)) expect(output).not.to.include(token);
        }
    });

    it("leaves what people changed to a refresh with compareWithGitlab: false", async () => {
        const { db, tokens } = engine.sandbox;
        const links = () => db.projectLinks.find("source", `inbound:${db.projects.first("path", "libs/poetry")!.id}`);
        engine.stack.setConfig(config({ "gitlab:token": tokens.first!, "gitlab:compareWithGitlab": "false" }));
        db.projectLinks.delete(links()[0]!.id);
        await engine.up();
        expect(links()).to.deep.equal([]);
        const refreshed = await engine.stack.run(["up", "--yes", "--skip-preview", "--refresh"]);
        expect(refreshed.code, refreshed.output).to.equal(0);
        expect(links()).to.have.length(1);
    });
});
