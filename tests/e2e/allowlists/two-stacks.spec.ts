import * as path from "node:path";
import { expect } from "chai";
import { stringify } from "yaml";
import { PulumiStack } from "../../../dev/scripts/pulumi";
import { mayPull } from "../../../sandbox/job-token-access";
import { type Engine, startEngine } from "../../helpers/engine";

const PRODUCER = "containers/poetry";
const CONFIG = stringify({
    config: {
        "gitlab-fleet:registries": {
            [PRODUCER]: {
                consumers: { projects: ["apps/etl"], groups: ["data"] },
                grantMembership: { group: "apps" },
                policies: "pull",
            },
        },
    },
});

describe("two stacks that declare one registry, each with a backend of its own", () => {
    let engine: Engine;
    let dev: PulumiStack;

    before(async () => {
        engine = await startEngine({
            config: () => CONFIG,
            seed: {
                users: [{ username: "olga" }, { username: "ci" }],
                groups: [
                    { path: "containers", members: { olga: "owner" } },
                    { path: "apps", members: { olga: "owner", ci: "developer" } },
                    { path: "data", members: { olga: "owner" } },
                ],
                projects: [
                    { path: PRODUCER, visibility: "private", jobTokenScope: { enabled: true } },
                    { path: "apps/etl" },
                    { path: "data/models" },
                ],
                tokens: [{ name: "owner", user: "olga", scopes: ["api"] }],
            },
        });
        // Like a second clone: nothing in common but GitLab.
        dev = new PulumiStack({
            folder: path.join(engine.folder, "dev"),
            stack: "dev",
            config: CONFIG.replace(/^ +grantMembership:\n.*\n/m, ""),
            env: { GITLAB_BASE_URL: `${engine.sandbox.url}/api/v4/`, GITLAB_TOKEN: engine.sandbox.tokens.owner! },
        });
        await dev.init();
    });
    after(() => engine?.close());

    /** Everything about the producer that one of them could take from the other. */
    const access = () => {
        const { projects, projectLinks, groupLinks, projectShares } = engine.sandbox.db;
        const { id, inboundJobTokenScopeEnabled } = projects.first("path", PRODUCER)!;
        const entry = (link: { targetId: number; policies: string[] }) => [link.targetId, ...link.policies];
        return {
            on: inboundJobTokenScopeEnabled,
            projects: projectLinks.find("source", `inbound:${id}`).map(entry),
            groups: groupLinks.find("source", id).map(entry),
            shares: projectShares.find("project", id).map(({ groupId }) => groupId),
        };
    };
    const canPull = () => {
        const { db } = engine.sandbox;
        const [ci, etl, producer] = [
            db.users.first("username", "ci")!,
            db.projects.first("path", "apps/etl")!,
            db.projects.first("path", PRODUCER)!,
        ];
        return mayPull(db, ci, etl, producer);
    };

    it("are told so by the preview of the second one", async () => {
        await engine.up();
        expect(canPull()).to.equal(true);
        const preview = await dev.run(["preview"]);
        expect(preview.code, preview.output).to.equal(0);
        expect(preview.output).to.include("The list is as declared already, with apps/etl, group data.");
        expect(preview.output).to.include("Somebody else keeps this list: people by hand, another stack");
    });

    it("do not take each other's entries, permissions and switch away when one is destroyed", async () => {
        const before = access();
        const up = await dev.run(["up", "--yes", "--skip-preview"]);
        expect(up.code, up.output).to.equal(0);
        expect(access()).to.deep.equal(before);
        const destroyed = await dev.run(["destroy", "--yes", "--skip-preview"]);
        expect(destroyed.code, destroyed.output).to.equal(0);
        expect(destroyed.output).to.include(
            "apps/etl, group data: on the list before this stack declared it, left there.",
        );
        expect(access()).to.deep.equal(before);
        expect(canPull()).to.equal(true);
        await engine.expectNoChanges();
    });

    it("take away their own when they go", async () => {
        const destroyed = await engine.stack.run(["destroy", "--yes", "--skip-preview"]);
        expect(destroyed.code, destroyed.output).to.equal(0);
        expect(access()).to.deep.equal({ on: true, projects: [], groups: [], shares: [] });
        expect(canPull()).to.equal(false);
    });
});
