import { expect } from "chai";
import {
    addGroup,
    addProject,
    moveGroup,
    moveProject,
    type Sandbox,
    scheduleDeletion,
    scheduleGroupDeletion,
    startSandbox,
} from "../../../sandbox";
import { type Plugin, startPlugin } from "../../helpers/plugin";
import { rejection } from "../../helpers/rejection";

describe("resolvePaths", () => {
    let sandbox: Sandbox;
    let plugin: Plugin;
    before(async () => {
        sandbox = await startSandbox({
            seed: {
                users: [{ username: "olga" }],
                groups: [{ path: "apps", members: { olga: "owner" } }, { path: "secret" }],
                projects: [{ path: "apps/p{n}", count: 240 }, { path: "secret/x" }],
                tokens: [{ name: "api", user: "olga", scopes: ["read_api"] }],
            },
        });
    });
    beforeEach(async () => {
        sandbox.reset();
        plugin = await startPlugin("gitlab-fleet", { baseUrl: sandbox.url, token: sandbox.tokens.api });
    });
    afterEach(() => plugin.close());
    after(() => sandbox.close());

    const paths = () =>
        sandbox.db.projects
            .all()
            .map(({ fullPath }) => fullPath)
            .filter((path) => path.startsWith("apps/"));

    it("finds hundreds of projects and groups in a few queries", async () => {
        const { state } = await plugin.invoke("resolvePaths", { projects: paths(), groups: ["apps"] });
        const expected = sandbox.db.projects
            .all()
            .filter(({ fullPath }) => fullPath.startsWith("apps/"))
            .map(({ fullPath, id }) => [fullPath, id]);
        expect(state).to.deep.equal({
            projects: Object.fromEntries(expected),
            groups: { apps: sandbox.db.groups.all()[0]!.id },
        });
        expect(sandbox.journal.count()).to.be.at.most(4);
    });

    it("shares queries between calls at the same moment, and answers between later ones", async () => {
        await Promise.all(
            paths()
                .slice(0, 50)
                .map((path) => plugin.invoke("resolvePaths", { projects: [path] })),
        );
        expect(sandbox.journal.count()).to.be.at.most(3);
        const before = sandbox.journal.count();
        await plugin.invoke("resolvePaths", { projects: paths().slice(0, 50) });
        expect(sandbox.journal.count()).to.equal(before);
    });

    it("warns of what waits for its deletion, by path and by id, and of what is below a group that does", async () => {
        const etl = addProject(sandbox.db, { path: "etl", groupId: sandbox.db.groups.first("path", "apps")!.id });
        const old = addGroup(sandbox.db, { path: "old", parentId: etl.groupId });
        const web = addProject(sandbox.db, { path: "web", groupId: old.id });
        scheduleDeletion(sandbox.db, etl.id);
        scheduleGroupDeletion(sandbox.db, old.id);
        const asked = { projects: ["apps/etl", "apps/old/web", "apps/p1"], groupIds: [old.id], projectIds: [etl.id] };
        const { state } = await plugin.invoke("resolvePaths", asked);
        expect(state.projects).to.include({ "apps/etl": etl.id, "apps/old/web": web.id });
        const after = `: once it is gone, preview and up stop at it. Restore it in GitLab, or take it out of the program.`;
        const [etlNow, oldNow] = [`apps/etl-deletion_scheduled-${etl.id}`, `apps/old-deletion_scheduled-${old.id}`];
        expect(plugin.logs.map(({ severity, message }) => `${severity}: ${message}`).sort()).to.deep.equal([
            `warn: Group ${old.id} waits for its deletion, as ${oldNow}${after}`,
            `warn: Project ${etl.id} waits for its deletion, as ${etlNow}${after}`,
            `warn: Project apps/etl waits for its deletion, as ${etlNow}${after}`,
            `warn: Project apps/old/web waits for its deletion, as ${oldNow}/web${after}`,
        ]);
    });

    it("warns of projects that have another path now, which somebody else may get, in one message; a group's old path leads nowhere", async () => {
        const id = (path: string) => sandbox.db.projects.first("path", path)!.id;
        const asked = { projects: ["apps/p1", "apps/p2", "Apps/P3", "apps/p4"], groups: ["apps"] };
        const ids = {
            "apps/p1": id("apps/p1"),
            "apps/p2": id("apps/p2"),
            "Apps/P3": id("apps/p3"),
            "apps/p4": id("apps/p4"),
        };
        moveProject(sandbox.db, ids["apps/p1"], { path: "one" });
        moveProject(sandbox.db, ids["apps/p2"], { path: "two" });
        expect((await plugin.invoke("resolvePaths", asked)).state.projects).to.deep.equal(ids);
        expect(plugin.logs.map(({ severity, message }) => `${severity}: ${message}`)).to.deep.equal([
            "warn: Projects were renamed or moved in GitLab: apps/p1 is apps/one, apps/p2 is apps/two now. Write the new path: the old one " +
                "leads there only until something else gets it, and then names that.",
        ]);
        moveGroup(sandbox.db, sandbox.db.groups.first("path", "apps")!.id, { path: "applications" });
        const later = await startPlugin("gitlab-fleet", { baseUrl: sandbox.url, token: sandbox.tokens.api });
        const { state } = await later.invoke("resolvePaths", asked);
        expect(state).to.deep.equal({ projects: ids, groups: {} });
        await later.close();
    });

    it("leaves out what does not exist or may not be seen", async () => {
        const asked = { projects: ["apps/p1", "apps/nope", "secret/x"], groups: ["nobody"] };
        const { state } = await plugin.invoke("resolvePaths", asked);
        expect(state).to.deep.equal({
            projects: { "apps/p1": sandbox.db.projects.first("path", "apps/p1")!.id },
            groups: {},
        });
    });

    it("finds the paths of hundreds of ids in a few queries, and leaves out ids that do not exist", async () => {
        const projects = sandbox.db.projects.all().filter(({ fullPath }) => fullPath.startsWith("apps/"));
        const group = sandbox.db.groups.first("path", "apps")!.id;
        const { state } = await plugin.invoke("resolvePaths", {
            projectIds: [...projects.map(({ id }) => id), 99_999],
            groupIds: [group],
        });
        expect(state).to.deep.equal({
            projects: {},
            groups: {},
            projectPaths: Object.fromEntries(projects.map(({ id, fullPath }) => [id, fullPath])),
            groupPaths: { [group]: "apps" },
        });
        // Three times a hundred projects, once the groups, and REST's word on the id that nobody knows.
        expect(sandbox.journal.count()).to.be.at.most(5);
    });

    it("never takes a path of digits for an id", async () => {
        const { state } = await plugin.invoke("resolvePaths", { groups: ["1"] });
        expect(state.groups).to.deep.equal({});
    });

    it("works through REST where GraphQL is refused", async () => {
        sandbox.faults.plan({
            path: "/api/graphql",
            times: 0,
            fault: { kind: "status", status: 403, body: { message: "403 Forbidden" } },
        });
        const { state } = await plugin.invoke("resolvePaths", { projects: ["apps/p1"], groups: ["apps"] });
        expect(Object.keys(state.projects as object)).to.deep.equal(["apps/p1"]);
    });

    it("fails, instead of reporting paths as missing, when GitLab is not well", async () => {
        sandbox.faults.plan({
            times: 0,
            fault: { kind: "status", status: 401, body: { message: "401 Unauthorized" } },
        });
        expect((await rejection(plugin.invoke("resolvePaths", { projects: ["apps/p1"] }))).message).to.contain("(401)");
    });
});
