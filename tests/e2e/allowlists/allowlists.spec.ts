import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { stringify } from "yaml";
import { addProject, HOUR, removeMember, type Seed } from "../../../sandbox";
import { deleteProject } from "../../../sandbox/store/cascade";
import { type Engine, startEngine } from "../../helpers/engine";

const SEED: Seed = {
    users: [{ username: "root", admin: true }, { username: "olga" }],
    groups: [
        { path: "containers", members: { olga: "owner" } },
        { path: "apps", members: { olga: "owner" } },
        { path: "data", members: { olga: "owner" } },
    ],
    projects: [
        { path: "containers/poetry", jobTokenScope: { enabled: true, projects: ["apps/others"] } },
        { path: "containers/big", visibility: "private" },
        { path: "apps/etl" },
        { path: "apps/web" },
        { path: "apps/others" },
        ...Array.from({ length: 150 }, (_, i) => ({ path: `apps/p${i}` })),
        ...Array.from({ length: 100 }, (_, i) => ({ path: `data/p${i}` })),
        { path: "data/stranger" },
    ],
    tokens: [
        { name: "owner", user: "olga", scopes: ["api"] },
        { name: "admin", user: "root", scopes: ["api"] },
    ],
};

describe("allowlists through the engine", () => {
    let engine: Engine;
    before(async () => {
        engine = await startEngine({ seed: SEED, config: () => config({}) });
        fs.cpSync(backend(), `${backend()}.empty`, { recursive: true });
    });
    // A stack that nothing was done with, in a GitLab where nothing has happened: much quicker than `pulumi destroy`.
    beforeEach(() => {
        engine.sandbox.reset();
        fs.rmSync(backend(), { recursive: true });
        fs.cpSync(`${backend()}.empty`, backend(), { recursive: true });
    });
    after(() => engine?.close());

    const backend = () => path.join(engine.folder, "backend");
    const config = (registries: Record<string, unknown>) =>
        stringify({ config: { "gitlab-fleet:registries": registries } });
    const declare = (registries: Record<string, unknown>) => engine.stack.setConfig(config(registries));
    const project = (path: string) => engine.sandbox.db.projects.first("path", path)!;
    const listOf = (path: string) => {
        const { db } = engine.sandbox;
        return [
            ...db.projectLinks
                .find("source", `inbound:${project(path).id}`)
                .map((link) => db.projects.must(link.targetId).fullPath),
            ...db.groupLinks
                .find("source", project(path).id)
                .map((link) => `group ${db.groups.must(link.targetId).fullPath}`),
        ].sort();
    };
    const allow = (source: string, target: string) =>
        engine.sandbox.db.projectLinks.insert({
            sourceId: project(source).id,
            targetId: project(target).id,
            direction: "inbound",
            addedById: null,
            defaultPermissions: true,
            policies: [],
            autopopulated: false,
            createdAt: 0,
        });

    it("exclusive: the list is exactly what is declared, strangers are found by refresh, and destroy takes off what was added", async () => {
        declare({ "containers/poetry": { consumers: { projects: ["apps/etl"], groups: ["data"] } } });
        await engine.up();
        expect(listOf("containers/poetry")).to.deep.equal(["apps/etl", "group data"]);
        allow("containers/poetry", "apps/web");
        const preview = await engine.stack.run(["preview", "--refresh", "--diff"]);
        expect(preview.output)
            .to.match(/targetProjectIds/)
            .and.match(/1 to update/);
        await engine.stack.run(["up", "--yes", "--skip-preview", "--refresh"]);
        expect(listOf("containers/poetry")).to.deep.equal(["apps/etl", "group data"]);
        await engine.stack.run(["destroy", "--yes", "--skip-preview"]);
        expect(listOf("containers/poetry")).to.deep.equal([]);
        expect(project("containers/poetry").inboundJobTokenScopeEnabled).to.equal(true);
    });

    it("restore: destroy puts back what was there before", async () => {
        declare({ "containers/poetry": { consumers: { projects: ["apps/etl"] }, onDestroy: "restore" } });
        await engine.up();
        expect(listOf("containers/poetry")).to.deep.equal(["apps/etl"]);
        await engine.expectNoChanges();
        await engine.stack.run(["destroy", "--yes", "--skip-preview"]);
        expect(listOf("containers/poetry")).to.deep.equal(["apps/others"]);
    });

    it("close: destroy leaves the list on and empty, whoever put the entries there", async () => {
        const access = { consumers: { projects: ["apps/etl", "apps/others"] } };
        declare({ "containers/poetry": { ...access, onDestroy: "close" } });
        await engine.up();
        expect(listOf("containers/poetry")).to.deep.equal(["apps/etl", "apps/others"]);
        await engine.expectNoChanges();
        // Without the argument the list is the program's still.
        declare({ "containers/poetry": access });
        await engine.up();
        expect(listOf("containers/poetry")).to.deep.equal(["apps/etl", "apps/others"]);
        declare({ "containers/poetry": { ...access, onDestroy: "close" } });
        await engine.up();
        await engine.stack.run(["destroy", "--yes", "--skip-preview"]);
        expect(listOf("containers/poetry")).to.deep.equal([]);
        expect(project("containers/poetry").inboundJobTokenScopeEnabled).to.equal(true);
    });

    it("an up that takes a producer out names whose jobs no longer get in, and what was there before stays", async () => {
        declare({ "containers/poetry": { consumers: { projects: ["apps/etl", "apps/others"], groups: ["data"] } } });
        await engine.up();
        declare({});
        const { output } = await engine.up();
        expect(output).to.include("Takes off apps/etl, group data: their jobs no longer get in.");
        expect(output).to.include("apps/others: on the list before this stack declared it, left there.");
        expect(listOf("containers/poetry")).to.deep.equal(["apps/others"]);
    });

    it("a lost membership drops nothing: refresh keeps the list, destroy fails and names what is open", async () => {
        declare({ "containers/poetry": { consumers: { projects: ["apps/etl"] }, grantMembership: { group: "data" } } });
        await engine.up();
        const { db } = engine.sandbox;
        const olga = db.users.first("username", "olga")!.id;
        for (const path of ["containers", "data"]) {
            removeMember(db, olga, "group", db.groups.first("path", path)!.id);
        }
        const kept = (await engine.stack.state()).deployment.resources!.map(({ urn }) => urn);
        const refreshed = await engine.stack.run(["refresh", "--yes", "--skip-preview"]);
        expect(refreshed.code, refreshed.output).to.equal(0);
        expect(refreshed.output).to.include("is gone, or this token may no longer look at it");
        expect((await engine.stack.state()).deployment.resources!.map(({ urn }) => urn)).to.deep.equal(kept);
        const destroyed = await engine.stack.run(["destroy", "--yes", "--skip-preview", "--continue-on-error"]);
        expect(destroyed.code).to.not.equal(0);
        expect(destroyed.output).to.include("its job-token allowlist still lets in apps/etl.");
        expect(destroyed.output).to.include("it is still shared with group");
        const [, urn] = /pulumi state delete '([^']+ProjectJobTokenScopes::[^']+)'/.exec(destroyed.output) ?? [];
        expect(listOf("containers/poetry")).to.deep.equal(["apps/etl"]);
        // What it says to do works: once the project is known to be gone, and once the token sees it again.
        const gone = await engine.stack.run(["destroy", "--yes", "--skip-preview"], {
            env: { GITLAB_TOKEN: engine.sandbox.tokens.admin! },
        });
        expect(gone.code, gone.output).to.equal(0);
        expect(listOf("containers/poetry")).to.deep.equal([]);
        expect(kept).to.include(urn);
    });

    it("a list whose project's id is another project's now, after a restored backup, is that project's", async () => {
        const snapshot = engine.sandbox.db.snapshot();
        const groupId = engine.sandbox.db.groups.first("path", "containers")!.id;
        const { id } = addProject(engine.sandbox.db, { path: "fresh", groupId });
        declare({ "containers/fresh": { consumers: { projects: ["apps/etl"] } } });
        await engine.up();
        engine.sandbox.db.restore(snapshot);
        engine.sandbox.clock.advance(HOUR);
        expect(addProject(engine.sandbox.db, { path: "theirs", groupId }).id).to.equal(id);
        allow("containers/theirs", "apps/etl");
        const destroyed = await engine.stack.run(["destroy", "--yes", "--skip-preview", "--refresh"]);
        expect(destroyed.code, destroyed.output).to.equal(0);
        expect(destroyed.output).to.include("what has its id now is containers/theirs");
        expect(listOf("containers/theirs")).to.deep.equal(["apps/etl"]);
    });

    it("additive: adds its own entries and takes away only those", async () => {
        declare({ "containers/poetry": { consumers: { projects: ["apps/etl", "apps/web"] }, mode: "additive" } });
        await engine.up();
        expect(listOf("containers/poetry")).to.deep.equal(["apps/etl", "apps/others", "apps/web"]);
        declare({ "containers/poetry": { consumers: { projects: ["apps/web"] }, mode: "additive" } });
        await engine.up();
        expect(listOf("containers/poetry")).to.deep.equal(["apps/others", "apps/web"]);
        await engine.stack.run(["destroy", "--yes", "--skip-preview"]);
        expect(listOf("containers/poetry")).to.deep.equal(["apps/others"]);
    });

    it("a list keeps its entries when its mode changes, there and back, and when it no longer is to be restored", async () => {
        const access = (rest: object) => ({ "containers/poetry": { consumers: { projects: ["apps/etl"] }, ...rest } });
        const steps: [object, string[]][] = [
            [{ onDestroy: "restore" }, ["apps/etl"]],
            [{}, ["apps/etl"]],
            [{ mode: "additive", consumers: { projects: ["apps/etl", "apps/web"] } }, ["apps/etl", "apps/web"]],
            [{ onDestroy: "restore" }, ["apps/etl"]],
            [{ mode: "additive" }, ["apps/etl"]],
        ];
        for (const [rest, expected] of steps) {
            declare(access(rest));
            await engine.up();
            expect(listOf("containers/poetry"), JSON.stringify(rest)).to.deep.equal(expected);
            await engine.expectNoChanges();
        }
    });

    it("a renamed and moved project is no drift; a path that vanished is an error that names it", async () => {
        declare({ "containers/poetry": { consumers: { projects: ["apps/etl", "apps/web"] } } });
        await engine.up();
        const renamed = await fetch(`${engine.sandbox.url}/api/v4/projects/${project("apps/etl").id}`, {
            method: "PUT",
            headers: { "private-token": engine.sandbox.tokens.owner!, "content-type": "application/json" },
            body: JSON.stringify({ path: "etl-new" }),
        });
        expect(renamed.status).to.equal(200);
        const preview = await engine.stack.run(["preview", "--refresh", "--expect-no-changes"]);
        expect(preview.code, preview.output).to.equal(0);
        expect(preview.output).to.contain("apps/etl is apps/etl-new now. Write the new path");
        deleteProject(engine.sandbox.db, project("apps/web").id);
        const gone = await engine.stack.run(["preview"]);
        expect(gone.code).to.not.equal(0);
        expect(gone.output).to.include('GitLab has no project "apps/web", or the token may not see it.');
    });

    it("two owners of one list are an error at preview, by whatever name they call it", async () => {
        declare({
            "containers/poetry": { consumers: { projects: ["apps/etl"] } },
            [String(project("containers/poetry").id)]: { consumers: { projects: ["apps/web"] } },
        });
        engine.sandbox.journal.clear();
        const preview = await engine.stack.run(["preview"]);
        expect(preview.code).to.not.equal(0);
        expect(preview.output).to.match(
            /project has its allowlist declared by JobTokenAllowlist "[^"]+" already \(got id \d+\)\. Declare it once, with the entries of both\./,
        );
        expect(engine.sandbox.journal.writes()).to.deep.equal([]);
    });

    it("a list that cannot be turned off is found at preview and explained", async () => {
        declare({ "containers/poetry": { consumers: { projects: ["apps/etl"] }, enabled: false } });
        engine.sandbox.db.settings.enforceInboundJobTokenScope = true;
        const admin = { env: { GITLAB_TOKEN: engine.sandbox.tokens.admin! } };
        const preview = await engine.stack.run(["preview"], admin);
        expect(preview.code).to.not.equal(0);
        expect(preview.output).to.include(
            "the instance enforces job-token allowlists, so every project's list is on whatever the project says. Set enabled to true, or ask an administrator",
        );
        // Whoever is no administrator cannot see the setting, and is told so.
        const other = await engine.stack.run(["preview"]);
        expect(other.output).to.include("This token cannot see whether it does.");
    });

    it("more than 200: the error shows the fold, compact: true does it and the preview names who gains access", async () => {
        const projects = [
            ...Array.from({ length: 150 }, (_, i) => `apps/p${i}`),
            ...Array.from({ length: 100 }, (_, i) => `data/p${i}`),
        ];
        declare({ "containers/big": { consumers: { projects } } });
        const refused = await engine.stack.run(["preview"]);
        expect(refused.code).to.not.equal(0);
        expect(refused.output).to.include(
            "allow has 250 projects and 0 groups, but GitLab keeps at most 200 projects and 200 groups on one list. Set compact: true, which would do this:",
        );
        expect(refused.output).to.include(
            "100 projects of data become one entry, the group data. 1 project gains access: data/stranger.",
        );
        expect(refused.output, "the same in other words").to.not.include("must have at most");
        declare({ "containers/big": { consumers: { projects }, compact: true } });
        const preview = await engine.stack.run(["preview"]);
        expect(preview.code, preview.output).to.equal(0);
        expect(preview.output, "what compact answers").to.not.include("must have at most");
        expect(preview.output.split("\n").length, "a line for each entry").to.be.lessThan(100);
        expect(preview.output).to.include("1 project gains access: data/stranger.");
        await engine.up();
        expect(listOf("containers/big")).to.have.length(151).and.include("group data").and.not.include("data/p1");
        await engine.expectNoChanges();
    });

    it("permissions are set for each entry, and found when somebody changes them", async () => {
        declare({ "containers/poetry": { consumers: { projects: ["apps/etl"], groups: ["data"] }, policies: "pull" } });
        await engine.up();
        const { projectLinks, groupLinks } = engine.sandbox.db;
        const [link] = projectLinks.find("source", `inbound:${project("containers/poetry").id}`);
        expect([link!.defaultPermissions, link!.policies]).to.deep.equal([false, ["READ_PACKAGES"]]);
        expect(groupLinks.find("source", project("containers/poetry").id)[0]!.policies).to.deep.equal([
            "READ_PACKAGES",
        ]);
        await engine.expectNoChanges();
        projectLinks.update(link!.id, { policies: ["ADMIN_JOBS"] });
        const preview = await engine.stack.run(["preview", "--refresh", "--diff"]);
        expect(preview.output)
            .to.match(/gitlab-fleet:index:JobTokenPolicies/)
            .and.include("ADMIN_JOBS")
            .and.match(/1 to update/);
    });
});
