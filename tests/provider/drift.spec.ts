import { expect } from "chai";
import type { Props } from "../../core/props";
import { DAY, type Sandbox, type Seed, startSandbox } from "../../sandbox";
import { type Plugin, startPlugin } from "../helpers/plugin";

const SEED: Seed = {
    settings: { enforceInboundJobTokenScope: false },
    users: [{ username: "olga" }, { username: "dev" }, { username: "ola" }],
    groups: [
        ...["apps", "data"].map((path) => ({ path, members: { olga: "owner" } })),
        { path: "hidden", visibility: "private", members: { ola: "owner" } },
    ],
    projects: [
        { path: "apps/poetry", members: { dev: "developer" } },
        { path: "apps/etl" },
        { path: "apps/web" },
        { path: "apps/api" },
    ],
    tokens: ["olga", "dev"].map((user) => ({ name: user, user, scopes: ["api"] })),
} as Seed;

describe("what people changed in GitLab", () => {
    let sandbox: Sandbox;
    const plugins: Plugin[] = [];
    const idOf = (path: string) => sandbox.db.projects.first("path", path)!.id;
    const groupId = (path: string) => sandbox.db.groups.first("path", path)!.id;
    const poetry = () => String(idOf("apps/poetry"));

    before(async () => {
        sandbox = await startSandbox({ seed: SEED });
    });
    beforeEach(() => sandbox.reset());
    afterEach(() => Promise.all(plugins.splice(0).map((plugin) => plugin.close())));
    after(() => sandbox.close());

    async function start(pack: "gitlab" | "gitlab-fleet", { user = "olga", ...config }: Props = {}): Promise<Plugin> {
        const token = sandbox.tokens[String(user)];
        const plugin = await startPlugin(pack, { baseUrl: sandbox.url, token, ...config });
        plugins.push(plugin);
        return plugin;
    }

    /** Makes a resource, lets people do something, and looks at it in a new operation, as a plain preview and `up` do. */
    async function made(pack: "gitlab" | "gitlab-fleet", type: string, inputs: Props) {
        const { id, state } = await (await start(pack)).create(type, inputs);
        const look = async (wanted: Props = inputs, config: Props = {}) => {
            const plugin = await start(pack, config);
            const diff = await plugin.diff(type, id, state, wanted, inputs);
            const said = plugin.logs.map(({ severity, message }) => `${severity}: ${message}`);
            return { plugin, said, changes: diff.detailed, replaces: diff.replaces };
        };
        const up = async (wanted: Props = inputs) => {
            const { plugin } = await look(wanted);
            return plugin.update(type, id, state, wanted);
        };
        return { id, state, look, up };
    }

    const entries = () => ({
        projects: sandbox.db.projectLinks
            .find("source", `inbound:${poetry()}`)
            .map(({ targetId }) => `apps/${sandbox.db.projects.must(targetId).path}`),
        groups: sandbox.db.groupLinks.find("source", Number(poetry())).map(({ targetId }) => targetId),
    });
    const takeOff = (path: string) => {
        const link = sandbox.db.projectLinks
            .find("source", `inbound:${poetry()}`)
            .find(({ targetId }) => targetId === idOf(path));
        sandbox.db.projectLinks.delete(link!.id);
    };
    const as = async (method: string, path: string, body?: object) => {
        const answer = await fetch(`${sandbox.url}/api/v4/projects/${poetry()}/${path}`, {
            method,
            headers: { "private-token": sandbox.tokens.olga!, "content-type": "application/json" },
            body: body && JSON.stringify(body),
        });
        expect(answer.status, await answer.text()).to.be.below(300);
    };

    describe("on an exclusive list", () => {
        const TYPE = "ProjectJobTokenScopes";
        const declared = () => ({
            project: poetry(),
            enabled: true,
            targetProjectIds: [idOf("apps/etl"), idOf("apps/web")],
            targetGroupIds: [],
        });

        it("is nothing where nobody changed anything, and takes one question", async () => {
            const { look } = await made("gitlab", TYPE, declared());
            sandbox.journal.clear();
            expect(await look()).to.deep.include({ said: [], changes: {} });
            expect(sandbox.journal.count()).to.equal(1);
        });

        it("is put right and told by path: an entry taken off, entries added, the list turned off", async () => {
            const { look, up } = await made("gitlab", TYPE, declared());
            takeOff("apps/etl");
            await as("POST", "job_token_scope/allowlist", { target_project_id: idOf("apps/api") });
            await as("POST", "job_token_scope/groups_allowlist", { target_group_id: groupId("data") });
            await as("PATCH", "job_token_scope", { enabled: false });
            const { said, changes } = await look();
            expect(said).to.deep.equal([
                "warn: The list was turned off in GitLab, so every project's jobs get in; up turns it on.",
                "info: apps/etl was taken off the list in GitLab; up puts it back.",
                "warn: apps/api, group data were added in GitLab; up takes them off: their jobs no longer get in. Declare them to keep them.",
            ]);
            expect(changes).to.deep.equal({ enabled: "add", targetProjectIds: "add", targetGroupIds: "add" });
            await up();
            expect(entries().projects.sort()).to.deep.equal(["apps/etl", "apps/web"]);
            expect(entries().groups).to.deep.equal([]);
            expect(sandbox.db.projects.must(Number(poetry())).inboundJobTokenScopeEnabled).to.equal(true);
        });

        it("says of an entry that people added that its jobs get in without it, where a group above is declared", async () => {
            const { look } = await made("gitlab", TYPE, { ...declared(), targetGroupIds: [groupId("apps")] });
            await as("POST", "job_token_scope/allowlist", { target_project_id: idOf("apps/api") });
            await as("POST", "job_token_scope/groups_allowlist", { target_group_id: groupId("data") });
            expect((await look()).said).to.deep.equal([
                "warn: group data was added in GitLab; up takes it off: its jobs no longer get in. Declare it to keep it.",
                "warn: apps/api was added in GitLab; up takes it off: its jobs still get in, by a group above. Declare it to keep it.",
            ]);
        });

        it("is not told twice beside a change of the program, nor where the program wants it by now", async () => {
            const { id, state, look } = await made("gitlab", TYPE, declared());
            takeOff("apps/etl");
            await as("POST", "job_token_scope/allowlist", { target_project_id: idOf("apps/api") });
            const wanted = { ...declared(), targetProjectIds: [idOf("apps/api"), idOf("apps/web")] };
            expect(await look(wanted)).to.deep.include({ said: [], changes: {} });
            const more = { ...declared(), targetProjectIds: [...declared().targetProjectIds, idOf("apps/api")] };
            const { plugin } = await look({ ...more, targetGroupIds: [groupId("data")] });
            await plugin.update(TYPE, id, state, { ...more, targetGroupIds: [groupId("data")] }, { preview: true });
            expect(plugin.logs.map(({ message }) => message)).to.deep.equal([
                "apps/etl was taken off the list in GitLab; up puts it back.",
                "Adds group data.",
            ]);
        });

        it("is not looked for with compareWithGitlab: false", async () => {
            const { look } = await made("gitlab", TYPE, declared());
            takeOff("apps/etl");
            sandbox.journal.clear();
            expect(await look(declared(), { compareWithGitlab: false })).to.deep.include({ said: [], changes: {} });
            expect(sandbox.journal.count()).to.equal(0);
        });

        it("is not known where the token may not read the list, which is said and fails nothing", async () => {
            const { look } = await made("gitlab", TYPE, declared());
            takeOff("apps/etl");
            const { said, changes } = await look(declared(), { user: "dev" });
            expect(changes).to.deep.equal({});
            expect(said).to.have.length(1);
            expect(said[0]).to.match(/^warn: Whether it was changed in GitLab is not known: .*403/);
        });
    });

    describe("to an entry that is declared on its own", () => {
        const TYPE = "ProjectJobTokenScope";

        it("is put back when it was taken off, and is this stack's then; others' entries are theirs", async () => {
            const { look, up } = await made("gitlab", TYPE, { project: poetry(), targetProjectId: idOf("apps/etl") });
            await as("POST", "job_token_scope/allowlist", { target_project_id: idOf("apps/api") });
            expect(await look()).to.deep.include({ said: [], changes: {} });
            takeOff("apps/etl");
            expect(await look()).to.deep.include({
                said: ["info: apps/etl was taken off the list in GitLab; up puts it back."],
                changes: { targetProjectId: "add" },
                replaces: [],
            });
            const after = await up();
            expect(after.state).to.deep.include({ __found: false });
            expect(entries().projects.sort()).to.deep.equal(["apps/api", "apps/etl"]);
        });
    });

    it("is told by the id where GitLab does not tell the name, and is put right all the same", async () => {
        const hidden = groupId("hidden");
        const id = `${poetry()}:group:${hidden}`;
        const state = { project: poetry(), targetGroupId: hidden };
        sandbox.faults.plan({ path: `/groups/${hidden}`, times: 0, fault: { kind: "status", status: 500, body: {} } });
        const plugin = await start("gitlab", { retries: 0 });
        const { detailed } = await plugin.diff("ProjectJobTokenScope", id, state, state);
        expect(detailed).to.deep.equal({ targetGroupId: "add" });
        expect(plugin.logs.map(({ message }) => message)).to.deep.equal([
            `group ${hidden} was taken off the list in GitLab; up puts it back.`,
        ]);
    });

    describe("to permissions", () => {
        const TYPE = "JobTokenPolicies";
        const wanted = () => ({
            project: poetry(),
            entries: [{ targetProjectId: idOf("apps/etl"), policies: ["READ_PACKAGES"] }],
        });
        const change = (more: object) => {
            const link = sandbox.db.projectLinks.find("source", `inbound:${poetry()}`)[0]!;
            sandbox.db.projectLinks.update(link.id, more);
        };
        const permissions = () => sandbox.db.projectLinks.find("source", `inbound:${poetry()}`)[0];

        for (const [what, more, words] of [
            ["others", { defaultPermissions: false, policies: ["READ_JOBS"] }, "READ_JOBS"],
            ["none", { defaultPermissions: false, policies: [] }, "none"],
            ["default ones", { defaultPermissions: true, policies: [] }, "the default ones"],
        ] as const) {
            it(`makes them again what is declared, where they were changed to ${what}`, async () => {
                const { look, up } = await made("gitlab-fleet", TYPE, wanted());
                sandbox.journal.clear();
                expect(await look()).to.deep.include({ said: [], changes: {} });
                expect(sandbox.journal.count()).to.equal(1);
                change(more);
                expect(await look()).to.deep.include({
                    said: [
                        `info: The permissions of apps/etl were changed to ${words} in GitLab; up makes them READ_PACKAGES again.`,
                    ],
                    changes: { "entries[0].policies": "update" },
                });
                await up();
                expect(permissions()).to.deep.include({
                    defaultPermissions: false,
                    policies: ["READ_PACKAGES"],
                });
            });
        }

        it("gives them again to an entry that was taken off", async () => {
            const { look, up } = await made("gitlab-fleet", TYPE, wanted());
            takeOff("apps/etl");
            expect(await look()).to.deep.include({
                said: ["info: apps/etl was taken off the list in GitLab; up gives it READ_PACKAGES again."],
                changes: { "entries[0]": "add" },
            });
            await up();
            expect(permissions()).to.deep.include({ policies: ["READ_PACKAGES"] });
        });
    });

    describe("to a share", () => {
        const TYPE = "ProjectShareGroup";
        const wanted = () => ({ project: poetry(), groupId: groupId("data"), groupAccess: "reporter" });
        const shares = () => sandbox.db.projectShares.find("project", Number(poetry()));

        it("is made again where it was removed", async () => {
            const { look, up } = await made("gitlab", TYPE, wanted());
            sandbox.journal.clear();
            expect(await look()).to.deep.include({ said: [], changes: {} });
            expect(sandbox.journal.count()).to.equal(1);
            await as("DELETE", `share/${groupId("data")}`);
            expect(await look()).to.deep.include({
                said: ["info: The share with group data was removed in GitLab; up puts it back."],
                changes: { groupId: "add" },
                replaces: [],
            });
            await up();
            expect(shares()).to.have.length(1);
        });

        it("gets the access back that is declared", async () => {
            const { look } = await made("gitlab", TYPE, wanted());
            sandbox.db.projectShares.update(shares()[0]!.id, { accessLevel: 40 });
            expect(await look()).to.deep.include({
                said: [
                    "info: groupAccess of the share with group data was changed to maintainer in GitLab; up makes it reporter again.",
                ],
                changes: { groupAccess: "add-replace" },
            });
        });

        it("is not taken for removed where it ended on its day, or where the token may not see the group", async () => {
            const expiresAt = new Date(sandbox.clock.now() + DAY).toISOString().slice(0, 10);
            const { look } = await made("gitlab", TYPE, { ...wanted(), expiresAt });
            sandbox.db.projectShares.delete(shares()[0]!.id);
            expect((await look()).changes).to.deep.equal({ groupId: "add" });
            sandbox.clock.advance(2 * DAY);
            expect(await look()).to.deep.include({ said: [], changes: {} });
        });
    });
});
