import { expect } from "chai";
import { stringify } from "yaml";
import { type Seed, startSandbox } from "../../../sandbox";
import { type Engine, startEngine } from "../../helpers/engine";

const SEED: Seed = {
    users: [{ username: "olga" }],
    groups: ["libs", "apps"].map((path) => ({ path, members: { olga: "owner" } })),
    projects: [
        ...["libs/poetry", "libs/new"].map((path) => ({ path, jobTokenScope: { enabled: true } })),
        { path: "apps/etl" },
        { path: "apps/web" },
    ],
    tokens: [{ name: "owner", user: "olga", scopes: ["api"] }],
};
const OTHER: Seed = { ...SEED, users: [{ username: "root", admin: true }, { username: "olga" }] };

const consumers = { projects: ["apps/etl"] };
const config = (registries: object, settings: object = {}) =>
    stringify({ config: { "gitlab-fleet:registries": registries, ...settings } });
/** Whatever a registry's access can write: the list, its backup, a share, permissions, and entries of their own. */
const ALL = {
    "libs/poetry": { consumers, grantMembership: { group: "apps" }, policies: "pull", onDestroy: "close" },
    "libs/new": { consumers: { projects: ["apps/etl", "apps/web"] }, mode: "additive" },
};

describe("which GitLab it is, for a stack of allowlists alone, with the real engine", () => {
    let engine: Engine;
    let other: Awaited<ReturnType<typeof startSandbox>>;

    beforeEach(async () => {
        engine = await startEngine({ config: () => config({ "libs/poetry": { consumers } }), seed: SEED });
        await engine.up();
        other = await startSandbox({ seed: OTHER });
    });
    afterEach(async () => {
        await engine?.close();
        await other?.close();
    });

    for (const compared of [true, false]) {
        for (const command of [["preview"], ["up", "--yes", "--skip-preview"]]) {
            it(`stops pulumi ${command[0]} under the address of another one, before a list, old or new, is written there${compared ? "" : ", compared or not"}`, async () => {
                engine.stack.setConfig(config(ALL, compared ? {} : { "gitlab:compareWithGitlab": "false" }));
                const environment = { GITLAB_BASE_URL: `${other.url}/api/v4/`, GITLAB_TOKEN: other.tokens.owner! };
                const { code, output } = await engine.stack.run(command, { env: environment });
                expect(code, output).to.not.equal(0);
                expect(output).to.contain(other.url).and.contain("Another GitLab is another stack");
                expect(other.journal.writes()).to.deep.equal([]);
            });
        }
    }

    it("goes on under a new host name of the same one", async () => {
        const url = engine.sandbox.url.replace("127.0.0.1", "localhost");
        const environment = { GITLAB_BASE_URL: `${url}/api/v4/` };
        engine.stack.setConfig(config(ALL));
        const { code, output } = await engine.stack.run(["up", "--yes", "--skip-preview"], { env: environment });
        expect(code, output).to.equal(0);
        expect(output).to.contain("It is the same GitLab.");
        const again = await engine.stack.run(["preview", "--expect-no-changes"], { env: environment });
        expect(again.code, again.output).to.equal(0);
    });
});
