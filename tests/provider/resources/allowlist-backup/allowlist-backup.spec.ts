import { expect } from "chai";
import { type Sandbox, startSandbox } from "../../../../sandbox";
import { type Plugin, startPlugin } from "../../../helpers/plugin";
import { rejection } from "../../../helpers/rejection";
import { visible } from "../../../helpers/visible";

const TYPE = "AllowlistBackup";

describe("AllowlistBackup", () => {
    let sandbox: Sandbox;
    let plugin: Plugin;
    let poetry: number;

    before(async () => {
        sandbox = await startSandbox({
            seed: {
                settings: { enforceInboundJobTokenScope: false },
                users: [{ username: "olga" }],
                groups: [{ path: "apps", members: { olga: "owner" } }],
                projects: [
                    {
                        path: "apps/poetry",
                        jobTokenScope: { enabled: false, projects: ["apps/etl", "apps/doomed"], groups: ["apps"] },
                    },
                    { path: "apps/etl" },
                    { path: "apps/doomed" },
                    { path: "apps/new" },
                ],
                tokens: [{ name: "api", user: "olga", scopes: ["api"] }],
            },
        });
        poetry = sandbox.db.projects.first("path", "apps/poetry")!.id;
    });
    beforeEach(async () => {
        sandbox.reset();
        plugin = await startPlugin("gitlab-fleet", { baseUrl: sandbox.url, token: sandbox.tokens.api });
    });
    afterEach(() => plugin.close());
    after(() => sandbox.close());

    const idOf = (path: string) => sandbox.db.projects.first("path", path)!.id;
    const list = () => ({
        enabled: sandbox.db.projects.must(poetry).inboundJobTokenScopeEnabled,
        projects: sandbox.db.projectLinks.find("source", `inbound:${poetry}`).map(({ targetId }) => targetId),
        groups: sandbox.db.groupLinks.find("source", poetry).length,
    });
    const close = () => {
        for (const link of sandbox.db.projectLinks.find("source", `inbound:${poetry}`))
            sandbox.db.projectLinks.delete(link.id);
        for (const link of sandbox.db.groupLinks.find("source", poetry)) sandbox.db.groupLinks.delete(link.id);
        sandbox.db.projects.update(poetry, { inboundJobTokenScopeEnabled: true });
    };

    it("keeps the list as it is, and puts it back when it is deleted", async () => {
        const before = list();
        const { id, state } = await plugin.create(TYPE, { project: "apps/poetry" });
        expect(visible(state)).to.deep.equal({
            project: "apps/poetry",
            enabled: false,
            targetProjectIds: [idOf("apps/etl"), idOf("apps/doomed")],
            targetGroupIds: [sandbox.db.groups.all()[0]!.id],
        });
        expect(sandbox.journal.writes()).to.deep.equal([]);
        close();
        await plugin.delete(TYPE, id, state);
        expect(list()).to.deep.equal(before);
    });

    const insert = (path: string) =>
        sandbox.db.projectLinks.insert({
            sourceId: poetry,
            targetId: idOf(path),
            direction: "inbound",
            addedById: null,
            defaultPermissions: true,
            policies: [],
            autopopulated: false,
            createdAt: 0,
        });

    it("leaves out what exists no more, and says so", async () => {
        const { id, state } = await plugin.create(TYPE, { project: "apps/poetry" });
        close();
        sandbox.db.projects.delete(idOf("apps/doomed"));
        await plugin.delete(TYPE, id, state);
        expect(list()).to.deep.equal({ enabled: false, projects: [idOf("apps/etl")], groups: 1 });
        expect(plugin.logs.map(({ severity }) => severity)).to.deep.equal(["warn"]);
        expect(plugin.logs[0]!.message).to.match(
            /^The entry for the project with id \d+ could not be put back\. GitLab refused/,
        );
    });

    it("leaves a list alone that was not deleted before it: the program has it still, without onDestroy", async () => {
        const { id, state } = await plugin.create(TYPE, { project: "apps/poetry" });
        close();
        insert("apps/new");
        const now = list();
        await plugin.delete(TYPE, id, state);
        expect(list()).to.deep.equal(now);
        expect(plugin.logs.map(({ message }) => message)).to.deep.equal([
            "The allowlist is in use, and is left as it is.",
        ]);
    });

    it("takes back what it has put back when GitLab fails on the way, so that it can be tried again", async () => {
        const before = list();
        const { id, state } = await plugin.create(TYPE, { project: "apps/poetry" });
        close();
        const fault = { kind: "status", status: 403, body: { message: "403 Forbidden" } } as const;
        sandbox.faults.plan({ method: "POST", path: "**/groups_allowlist", times: 0, fault });
        expect((await rejection(plugin.delete(TYPE, id, state))).message).to.include("403");
        expect(list()).to.deep.equal({ enabled: true, projects: [], groups: 0 });
        sandbox.faults.clear();
        await plugin.delete(TYPE, id, state);
        expect(list()).to.deep.equal(before);
    });

    it("leaves the list on where the instance has begun to enforce it", async () => {
        const { id, state } = await plugin.create(TYPE, { project: "apps/poetry" });
        close();
        sandbox.db.settings.enforceInboundJobTokenScope = true;
        await plugin.delete(TYPE, id, state);
        expect(list().projects).to.have.length(2);
        expect(plugin.logs.map(({ message }) => message).join()).to.include(
            `The allowlist of project ${poetry} stays on.`,
        );
    });

    it("never looks different from what it kept", async () => {
        const { id, state } = await plugin.create(TYPE, { project: "apps/poetry" });
        close();
        expect((await plugin.read(TYPE, id, state, { project: "apps/poetry" }))!.state).to.deep.equal(state);
    });
});
