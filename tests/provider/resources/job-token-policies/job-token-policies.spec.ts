import { expect } from "chai";
import { type Sandbox, type Seed, startSandbox } from "../../../../sandbox";
import { type Plugin, type PluginError, startPlugin } from "../../../helpers/plugin";
import { rejection } from "../../../helpers/rejection";
import { visible } from "../../../helpers/visible";

const TYPE = "JobTokenPolicies";
const SEED: Seed = {
    users: [{ username: "olga" }],
    groups: [{ path: "apps", members: { olga: "owner" } }, { path: "apps/web" }],
    projects: [
        { path: "apps/poetry", jobTokenScope: { enabled: true, projects: ["apps/etl"], groups: ["apps/web"] } },
        { path: "apps/etl" },
        { path: "apps/new" },
    ],
    tokens: [{ name: "api", user: "olga", scopes: ["api"] }],
};

describe("JobTokenPolicies", () => {
    let sandbox: Sandbox;
    let plugin: Plugin;
    let poetry: number;
    let etl: number;
    let fresh: number;
    let web: number;

    before(async () => {
        sandbox = await startSandbox({ seed: SEED });
        [poetry, etl, fresh] = sandbox.db.projects.all().map(({ id }) => id) as [number, number, number];
        web = sandbox.db.groups.first("path", "apps/web")!.id;
    });
    beforeEach(async () => {
        sandbox.reset();
        plugin = await startPlugin("gitlab-fleet", { baseUrl: sandbox.url, token: sandbox.tokens.api });
    });
    afterEach(() => plugin.close());
    after(() => sandbox.close());

    /** Entry to permissions, as the sandbox holds them. */
    const stored = () =>
        Object.fromEntries([
            ...sandbox.db.projectLinks
                .find("source", `inbound:${poetry}`)
                .map((link) => [`project:${link.targetId}`, link.defaultPermissions ? "default" : link.policies]),
            ...sandbox.db.groupLinks
                .find("source", poetry)
                .map((link) => [`group:${link.targetId}`, link.defaultPermissions ? "default" : link.policies]),
        ]);
    const inputs = (entries: object[]) => ({ project: "apps/poetry", entries: entries as never });

    it("sets permissions of entries that are there, adds those that are not, and takes back only its own", async () => {
        const wanted = inputs([
            { targetProjectId: etl, policies: ["READ_PACKAGES"] },
            { targetGroupId: web, policies: [] },
            { targetProjectId: fresh, policies: ["READ_JOBS", "ADMIN_RELEASES"] },
        ]);
        const { id, state } = await plugin.create(TYPE, wanted);
        expect(visible(state)).to.deep.equal({ ...wanted, added: [`project:${fresh}`] });
        expect(stored()).to.deep.equal({
            [`project:${etl}`]: ["READ_PACKAGES"],
            [`group:${web}`]: [],
            [`project:${fresh}`]: ["READ_JOBS", "ADMIN_RELEASES"],
        });
        expect((await plugin.diff(TYPE, id, state, wanted, wanted)).changes).to.equal(false);
        await plugin.delete(TYPE, id, state);
        expect(stored()).to.deep.equal({ [`project:${etl}`]: "default", [`group:${web}`]: "default" });
    });

    it("finds permissions that somebody changed, and entries that somebody removed, and puts them right", async () => {
        const wanted = inputs([
            { targetProjectId: etl, policies: ["READ_JOBS", "READ_PACKAGES"] },
            { targetGroupId: web, policies: ["READ_PACKAGES"] },
        ]);
        const { id, state } = await plugin.create(TYPE, wanted);
        const link = sandbox.db.projectLinks.first("pair", `inbound:${poetry}:${etl}`)!;
        sandbox.db.projectLinks.update(link.id, { policies: ["ADMIN_JOBS"] });
        sandbox.db.groupLinks.delete(sandbox.db.groupLinks.find("source", poetry)[0]!.id);
        const found = (await plugin.read(TYPE, id, state, wanted))!;
        expect(found.state.entries).to.deep.equal([{ targetProjectId: etl, policies: ["ADMIN_JOBS"] }]);
        const diff = await plugin.diff(TYPE, id, found.state, wanted, wanted);
        expect(diff.detailed).to.deep.equal({ "entries[0].policies": "update", "entries[1]": "add" });
        await plugin.update(TYPE, id, found.state, wanted, { oldInputs: wanted });
        expect(stored()).to.deep.equal({
            [`project:${etl}`]: ["READ_JOBS", "READ_PACKAGES"],
            [`group:${web}`]: ["READ_PACKAGES"],
        });
    });

    it("leaves permissions to people where ignoreChanges names the entries", async () => {
        const wanted = inputs([{ targetProjectId: etl, policies: ["READ_PACKAGES"] }]);
        const { id, state } = await plugin.create(TYPE, wanted);
        const link = sandbox.db.projectLinks.first("pair", `inbound:${poetry}:${etl}`)!;
        sandbox.db.projectLinks.update(link.id, { policies: ["ADMIN_JOBS"] });
        expect((await plugin.diff(TYPE, id, state, wanted, wanted, ["entries"])).changes).to.equal(false);
        await plugin.update(TYPE, id, state, wanted, { oldInputs: wanted, ignoreChanges: ["entries"] });
        expect(stored()).to.deep.include({ [`project:${etl}`]: ["ADMIN_JOBS"] });
    });

    it("sees no difference in the order of permissions or entries", async () => {
        const wanted = inputs([{ targetProjectId: etl, policies: ["READ_PACKAGES", "READ_JOBS"] }]);
        const { id, state } = await plugin.create(TYPE, wanted);
        const found = (await plugin.read(TYPE, id, state, wanted))!;
        expect(found.state).to.deep.equal(state);
        const other = inputs([{ targetProjectId: etl, policies: ["READ_JOBS", "READ_PACKAGES"] }]);
        expect((await plugin.diff(TYPE, id, found.state, other, wanted)).changes).to.equal(false);
    });

    it("passes INBOUND when it removes a project, without which GitLab removes nothing", async () => {
        const wanted = inputs([{ targetProjectId: fresh, policies: ["READ_JOBS"] }]);
        const { id, state } = await plugin.create(TYPE, wanted);
        await plugin.update(TYPE, id, state, inputs([]), { oldInputs: wanted });
        expect(Object.keys(stored())).to.deep.equal([`project:${etl}`, `group:${web}`]);
    });

    it("changes 60 entries in two requests", async () => {
        const ids = Array.from(
            { length: 60 },
            (_, i) =>
                sandbox.db.projects.insert({
                    ...sandbox.db.projects.must(fresh),
                    id: undefined,
                    path: `p${i}`,
                    fullPath: `apps/p${i}`,
                } as never).id,
        );
        for (const id of ids)
            sandbox.db.projectLinks.insert({
                ...sandbox.db.projectLinks.all()[0]!,
                id: undefined,
                targetId: id,
            } as never);
        sandbox.journal.clear();
        await plugin.create(TYPE, inputs(ids.map((id) => ({ targetProjectId: id, policies: ["READ_PACKAGES"] }))));
        const mutations = sandbox.journal.writes();
        expect(mutations).to.have.length(2);
    });

    it("imports by project, with every entry that has fine-grained permissions", async () => {
        await plugin.create(TYPE, inputs([{ targetGroupId: web, policies: ["READ_JOBS"] }]));
        const found = (await plugin.read(TYPE, "apps/poetry"))!;
        expect(found.inputs).to.deep.equal({
            project: "apps/poetry",
            entries: [{ targetGroupId: web, policies: ["READ_JOBS"] }],
        });
    });

    it("is whole where a program gets it by id and project, as every get() of a language may", async () => {
        await plugin.create(TYPE, inputs([{ targetGroupId: web, policies: ["READ_JOBS"] }]));
        const found = (await plugin.read(TYPE, "apps/poetry", { project: "apps/poetry" }))!;
        expect(found.state.entries).to.deep.equal([{ targetGroupId: web, policies: ["READ_JOBS"] }]);
    });

    it("gives entries that were there the permissions back that somebody else had given them", async () => {
        const link = sandbox.db.projectLinks.first("pair", `inbound:${poetry}:${etl}`)!;
        sandbox.db.projectLinks.update(link.id, { defaultPermissions: false, policies: ["READ_JOBS"] });
        const wanted = inputs([
            { targetProjectId: etl, policies: ["READ_PACKAGES"] },
            { targetGroupId: web, policies: ["READ_PACKAGES"] },
        ]);
        const { id, state } = await plugin.create(TYPE, wanted);
        const fewer = inputs([{ targetProjectId: etl, policies: ["READ_RELEASES"] }]);
        const later = await plugin.update(TYPE, id, state, fewer, { oldInputs: wanted });
        expect(stored()).to.deep.equal({ [`project:${etl}`]: ["READ_RELEASES"], [`group:${web}`]: "default" });
        await plugin.delete(TYPE, id, later.state);
        expect(stored()).to.deep.equal({ [`project:${etl}`]: ["READ_JOBS"], [`group:${web}`]: "default" });
    });

    it("leaves permissions alone that it found as declared", async () => {
        const link = sandbox.db.projectLinks.first("pair", `inbound:${poetry}:${etl}`)!;
        sandbox.db.projectLinks.update(link.id, { defaultPermissions: false, policies: ["READ_PACKAGES"] });
        const wanted = inputs([{ targetProjectId: etl, policies: ["READ_PACKAGES"] }]);
        const { id, state } = await plugin.create(TYPE, wanted);
        await plugin.delete(TYPE, id, state);
        expect(stored()[`project:${etl}`]).to.deep.equal(["READ_PACKAGES"]);
        expect(sandbox.journal.writes()).to.deep.equal([]);
    });

    it("refuses entries without or with two targets, and the same target twice", async () => {
        const { failures } = await plugin.check(
            TYPE,
            inputs([
                { policies: [] },
                { targetProjectId: 1, targetGroupId: 2, policies: [] },
                { targetProjectId: 5, policies: [] },
                { targetProjectId: 5, policies: [] },
            ]),
        );
        expect(failures.map(({ property, reason }) => [property, reason])).to.deep.equal([
            [
                "entries[0]",
                "entries[0] must have exactly one of targetProjectId and targetGroupId (got 0). Set one of them.",
            ],
            [
                "entries[1]",
                "entries[1] must have exactly one of targetProjectId and targetGroupId (got 2). Remove one of them.",
            ],
            ["entries[3]", "entries[3] repeats entries[2]. Remove one of them."],
        ]);
    });

    it("previews without a request", async () => {
        await plugin.create(TYPE, inputs([{ targetProjectId: etl, policies: [] }]), { preview: true });
        expect(sandbox.journal.entries()).to.deep.equal([]);
    });

    it("says that fine-grained permissions are off where GitLab keeps the default ones", async () => {
        sandbox.db.projects.update(poetry, { fineGrainedJobTokens: false });
        const wanted = inputs([{ targetProjectId: fresh, policies: ["READ_JOBS"] }]);
        const error = (await rejection(plugin.create(TYPE, wanted))) as PluginError;
        expect(error.message).to.equal(
            "JobTokenPolicies: GitLab accepted the permissions of 1 entry of project apps/poetry but did not keep them: " +
                "fine-grained permissions are off there. Turn them on (Settings > CI/CD > Job token permissions), " +
                "or remove JobTokenPolicies: the entries work with default permissions.",
        );
        expect(error.kept?.state.props).to.deep.include({ added: [`project:${fresh}`] });
    });

    it("tells GitLab's words and keeps what was done when a change is refused", async () => {
        const error = (await rejection(
            plugin.create(
                TYPE,
                inputs([
                    { targetProjectId: etl, policies: ["READ_JOBS"] },
                    { targetProjectId: fresh, policies: ["NO_SUCH"] },
                ]),
            ),
        )) as PluginError;
        expect(error.message).to.include("NO_SUCH");
    });

    it("refuses at preview what this GitLab does not have, with one question for all lists", async () => {
        sandbox.journal.clear();
        const wanted = inputs([
            { targetProjectId: etl, policies: ["READ_PAKAGES", "READ_JOBS"] },
            { targetGroupId: web, policies: ["ADMIN_MOON"] },
        ]);
        const { failures } = await plugin.check(TYPE, wanted);
        expect(failures.map(({ property }) => property)).to.deep.equal(["entries[0].policies", "entries[1].policies"]);
        expect(failures[0]!.reason).to.match(
            /^entries\[0\]\.policies names a permission that this GitLab does not have \(got "READ_PAKAGES"\)\. It has READ_BADGES, .*READ_PACKAGES.*\.$/,
        );
        await plugin.check(TYPE, inputs([{ targetProjectId: etl, policies: ["READ_JOBS"] }]));
        expect(sandbox.journal.count()).to.equal(1);
    });

    it("lets names pass where GitLab does not say which it has", async () => {
        sandbox.faults.plan({
            path: "/api/graphql",
            times: 0,
            fault: { kind: "status", status: 403, body: { message: "403 Forbidden" } },
        });
        const { failures } = await plugin.check(TYPE, inputs([{ targetProjectId: etl, policies: ["READ_NEW"] }]));
        expect(failures).to.deep.equal([]);
    });
});
