import { expect } from "chai";
import { stringify } from "yaml";
import { type Seed, scheduleDeletion } from "../../../sandbox";
import { type Engine, startEngine } from "../../helpers/engine";

const SEED: Seed = {
    settings: { enforceInboundJobTokenScope: false },
    users: [{ username: "olga" }, { username: "ci" }],
    groups: [
        { path: "libs", members: { olga: "owner" } },
        { path: "apps", members: { olga: "owner", ci: "developer" } },
        { path: "data", members: { olga: "owner" } },
    ],
    projects: [
        ...["libs/poetry", "libs/shared", "libs/open"].map((path) => ({ path, jobTokenScope: { enabled: true } })),
        ...["apps/etl", "apps/web", "apps/api"].map((path) => ({ path })),
    ],
    tokens: [{ name: "owner", user: "olga", scopes: ["api"] }],
};

const REGISTRIES = {
    "libs/poetry": {
        consumers: { projects: ["apps/etl", "apps/web"] },
        grantMembership: { group: "apps" },
        policies: "pull",
    },
    "libs/shared": { consumers: { projects: ["apps/etl"] }, mode: "additive" },
    "libs/open": { consumers: { projects: ["apps/web"] } },
};
const CONFIG = stringify({ config: { "gitlab-fleet:registries": REGISTRIES } });

describe("what people change of registry access in GitLab, with the real engine", () => {
    let engine: Engine;

    before(async () => {
        engine = await startEngine({ config: () => CONFIG, seed: SEED });
        await engine.up();
    });
    after(() => engine?.close());

    const db = () => engine.sandbox.db;
    const id = (path: string) => db().projects.first("path", path)!.id;
    const links = (path: string) => db().projectLinks.find("source", `inbound:${id(path)}`);
    const linkTo = (path: string, target: string) => links(path).find(({ targetId }) => targetId === id(target))!;
    /** Everything that the stack declares about access, and what others have added. */
    const access = () =>
        ["libs/poetry", "libs/shared", "libs/open"].map((path) => ({
            path,
            on: db().projects.must(id(path)).inboundJobTokenScopeEnabled,
            entries: links(path)
                .map(({ targetId, policies }) => [db().projects.must(targetId).fullPath, ...policies].join(" "))
                .sort(),
            groups: db()
                .groupLinks.find("source", id(path))
                .map(({ targetId }) => db().groups.must(targetId).fullPath),
            shares: db()
                .projectShares.find("project", id(path))
                .map(({ groupId, accessLevel }) => [db().groups.must(groupId).fullPath, accessLevel]),
        }));
    const ask = async (method: string, path: string, body?: object) => {
        const answer = await fetch(`${engine.sandbox.url}/api/v4/projects/${path}`, {
            method,
            headers: { "private-token": engine.sandbox.tokens.owner!, "content-type": "application/json" },
            body: body && JSON.stringify(body),
        });
        expect(answer.status).to.be.below(300);
    };
    const expectFewRequests = async () => {
        engine.sandbox.journal.clear();
        await engine.expectNoChanges();
        expect(engine.sandbox.journal.writes()).to.deep.equal([]);
        expect(engine.sandbox.journal.count()).to.be.below(20);
    };

    it("is shown by a plain preview, put right by a plain up, and gone from the next preview", async () => {
        const declared = access();
        await expectFewRequests();
        const group = db().groups.first("path", "data")!.id;
        await ask("DELETE", `${id("libs/poetry")}/job_token_scope/allowlist/${id("apps/etl")}`);
        await ask("POST", `${id("libs/poetry")}/job_token_scope/allowlist`, { target_project_id: id("apps/api") });
        await ask("POST", `${id("libs/poetry")}/job_token_scope/groups_allowlist`, { target_group_id: group });
        await ask("DELETE", `${id("libs/poetry")}/share/${db().groups.first("path", "apps")!.id}`);
        db().projectLinks.update(linkTo("libs/poetry", "apps/web").id, { policies: ["ADMIN_JOBS"] });
        await ask("DELETE", `${id("libs/shared")}/job_token_scope/allowlist/${id("apps/etl")}`);
        await ask("POST", `${id("libs/shared")}/job_token_scope/allowlist`, { target_project_id: id("apps/api") });
        await ask("PATCH", `${id("libs/open")}/job_token_scope`, { enabled: false });

        const preview = await engine.stack.run(["preview", "--diff"]);
        expect(preview.code, preview.output).to.equal(0);
        for (const line of [
            "apps/etl was taken off the list in GitLab; up puts it back.",
            "apps/api, group data were added in GitLab; up takes them off: their jobs no longer get in.",
            "The list was turned off in GitLab, so every project's jobs get in; up turns it on.",
            "The share with group apps was removed in GitLab; up puts it back.",
            "The permissions of apps/web were changed to ADMIN_JOBS in GitLab; up makes them READ_PACKAGES again.",
            "apps/etl was taken off the list in GitLab; up gives it READ_PACKAGES again.",
        ]) {
            expect(preview.output).to.contain(line);
        }
        expect(preview.output.match(/apps\/etl was taken off the list in GitLab; up puts it back/g)).to.have.length(2);

        await engine.up();
        // In mode additive, others' entries are theirs.
        const theirs = (at: (typeof declared)[number]) =>
            at.path === "libs/shared" ? { ...at, entries: ["apps/api", ...at.entries] } : at;
        expect(access()).to.deep.equal(declared.map(theirs));
        await expectFewRequests();
    });

    it("is told while a consumer waits for its deletion, before every preview stops at it", async () => {
        scheduleDeletion(db(), id("apps/web"));
        const { output } = await engine.expectNoChanges();
        expect(output).to.match(
            /warning: Project apps\/web waits for its deletion, as apps\/web-deletion_scheduled-\d+:/,
        );
    });
});
