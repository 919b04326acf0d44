import { expect } from "chai";
import { UNKNOWN } from "../../../../core/props";
import { type Sandbox, type Seed, startSandbox } from "../../../../sandbox";
import { type Plugin, type PluginError, startPlugin } from "../../../helpers/plugin";
import { rejection } from "../../../helpers/rejection";
import { visible } from "../../../helpers/visible";

const TYPE = "ProjectJobTokenScopes";
const ADDING = /job_token_scope\/allowlist$/;
const SEED: Seed = {
    users: [{ username: "olga" }],
    groups: [{ path: "apps", members: { olga: "owner" } }],
    projects: [
        { path: "apps/poetry", jobTokenScope: { enabled: true, projects: ["apps/other"] } },
        { path: "apps/etl" },
        { path: "apps/web" },
        { path: "apps/other" },
    ],
    tokens: [{ name: "api", user: "olga", scopes: ["api"] }],
};

describe("ProjectJobTokenScopes", () => {
    let sandbox: Sandbox;
    let plugin: Plugin;
    /** Ids: the producer, two consumers, one somebody else's; a group. */
    let poetry: number;
    let etl: number;
    let web: number;
    let other: number;
    let group: number;

    before(async () => {
        sandbox = await startSandbox({ seed: SEED });
        [poetry, etl, web, other] = sandbox.db.projects.all().map(({ id }) => id) as [number, number, number, number];
        group = sandbox.db.groups.all()[0]!.id;
    });
    beforeEach(async () => {
        sandbox.reset();
        plugin = await startPlugin("gitlab", { baseUrl: sandbox.url, token: sandbox.tokens.api });
    });
    afterEach(() => plugin.close());
    after(() => sandbox.close());

    const allowed = async () => {
        const { state } = (await plugin.read(TYPE, String(poetry)))!;
        return [state.enabled, state.targetProjectIds, state.targetGroupIds];
    };
    const writes = () =>
        sandbox.journal.writes().map(({ method, path }) => `${method} ${path.replace(/^.*job_token_scope/, "")}`);

    it("brings the list to exactly what is declared with the fewest calls, opening before closing", async () => {
        const inputs = {
            project: String(poetry),
            targetProjectIds: [web, etl],
            targetGroupIds: [group],
            enabled: true,
        };
        const created = await plugin.create(TYPE, inputs);
        expect(created.id).to.equal(String(poetry));
        expect(visible(created.state)).to.deep.equal(inputs);
        expect(writes().slice(0, 2)).to.deep.equal(["POST /allowlist", "POST /allowlist"]);
        expect(writes().slice(2)).to.deep.equal(["POST /groups_allowlist", `DELETE /allowlist/${other}`]);
        expect(await allowed()).to.deep.equal([true, [etl, web], [group]]);
    });

    it("writes nothing when GitLab has it already", async () => {
        await plugin.create(TYPE, { project: "apps/poetry", targetProjectIds: [other] });
        expect(writes()).to.deep.equal([]);
    });

    it("takes a path for the project, and looks its id up because GitLab takes only ids to write", async () => {
        const created = await plugin.create(TYPE, { project: "apps/poetry", targetProjectIds: [etl] });
        expect(created.id).to.equal("apps/poetry");
        expect(await allowed()).to.deep.equal([true, [etl], []]);
    });

    it("compares ids as sets, and empties what is left out", async () => {
        const project = String(poetry);
        const declared = { project, enabled: true, targetProjectIds: [etl, web], targetGroupIds: [group] };
        const { state } = await plugin.create(TYPE, declared);
        const same = await plugin.diff(TYPE, project, state, {
            project,
            targetProjectIds: [web, etl, etl],
            targetGroupIds: [group],
        });
        expect(same.changes).to.equal(false);
        const fewer = await plugin.diff(TYPE, project, state, { project, targetProjectIds: [web, etl] });
        expect(fewer.detailed).to.deep.equal({ targetGroupIds: "update" });
    });

    it("replaces for another project, and deletes first so that the new list is not emptied", async () => {
        const diff = await plugin.diff(
            TYPE,
            "1",
            { project: "1", targetProjectIds: [], targetGroupIds: [] },
            { project: "apps/poetry" },
        );
        expect(diff).to.deep.include({ replaces: ["project"], deleteBeforeReplace: true });
    });

    it("neither sends nor shows the project itself, which is always on its own list", async () => {
        const found = await plugin.read(TYPE, String(poetry));
        expect(found!.state.targetProjectIds).to.deep.equal([other]);
        const inputs = { project: String(poetry), targetProjectIds: [poetry, other] };
        const created = await plugin.create(TYPE, inputs);
        expect(writes()).to.deep.equal([]);
        expect(created.state.targetProjectIds).to.deep.equal([poetry, other]);
        const diff = await plugin.diff(TYPE, created.id, created.state, inputs);
        expect(diff.changes).to.equal(false);
    });

    it("imports by project", async () => {
        const found = (await plugin.read(TYPE, "apps/poetry"))!;
        const whole = { project: "apps/poetry", enabled: true, targetProjectIds: [other], targetGroupIds: [] };
        expect(visible(found.state)).to.deep.equal(whole);
        expect(found.inputs).to.deep.equal(whole);
    });

    it("cannot be imported when the project is gone, and only then", async () => {
        sandbox.db.projects.delete(poetry);
        expect(await plugin.read(TYPE, String(poetry))).to.equal(undefined);
        sandbox.faults.plan({ times: 0, fault: { kind: "status", status: 403, body: { message: "403 Forbidden" } } });
        expect((await rejection(plugin.read(TYPE, String(web)))).message).to.contain("(403): 403 Forbidden.");
    });

    it("takes off what a state of an earlier version declares, and nothing else, when it is deleted", async () => {
        sandbox.db.settings.enforceInboundJobTokenScope = false;
        sandbox.db.projects.update(poetry, { inboundJobTokenScopeEnabled: false });
        const { state } = await plugin.create(TYPE, { project: String(poetry), targetProjectIds: [etl, other] });
        expect(state.enabled).to.equal(false);
        const noteless = { ...visible(state), targetProjectIds: [etl] };
        await plugin.delete(TYPE, String(poetry), noteless);
        expect(await allowed()).to.deep.equal([true, [other], []]);
    });

    it("turns the allowlist off and on", async () => {
        sandbox.db.settings.enforceInboundJobTokenScope = false;
        const off = await plugin.create(TYPE, { project: String(poetry), enabled: false });
        expect(off.state.enabled).to.equal(false);
        expect(sandbox.db.projects.must(poetry).inboundJobTokenScopeEnabled).to.equal(false);
        await plugin.update(TYPE, off.id, off.state, { project: String(poetry), enabled: true });
        expect(sandbox.db.projects.must(poetry).inboundJobTokenScopeEnabled).to.equal(true);
    });

    for (const version of [18, 19] as const) {
        it(`explains that the instance enforces allowlists when one cannot be turned off (GitLab ${version})`, async () => {
            const older = await startSandbox({ seed: SEED, version });
            const there = await startPlugin("gitlab", { baseUrl: older.url, token: older.tokens.api });
            const inputs = { project: String(poetry), enabled: false, targetProjectIds: [other] };
            const error = await rejection(there.create(TYPE, inputs));
            await there.close();
            await older.close();
            expect(error.message).to.contain("enforce").and.to.contain("Set enabled to true, or ask an administrator");
        });
    }

    it("keeps what it did when a later call fails, so that the next up does the rest", async () => {
        sandbox.faults.plan({
            method: "DELETE",
            times: 0,
            fault: { kind: "status", status: 403, body: { message: "403 Forbidden" } },
        });
        const inputs = { project: String(poetry), targetProjectIds: [etl] };
        const error: PluginError = await rejection(plugin.create(TYPE, inputs));
        expect(error.kept!.id).to.equal(String(poetry));
        expect(error.kept!.state.props.targetProjectIds).to.deep.equal([etl, other]);
        const diff = await plugin.diff(TYPE, error.kept!.id, error.kept!.state.props, inputs);
        expect(diff.detailed).to.deep.equal({ "targetProjectIds[1]": "delete" });
    });

    it("takes an entry that somebody added meanwhile for added", async () => {
        const body = { message: "400 Bad request - This project is already in the job token allowlist." };
        sandbox.faults.plan({ method: "POST", path: ADDING, fault: { kind: "status", status: 400, body } });
        const { state } = await plugin.create(TYPE, { project: String(poetry), targetProjectIds: [etl, web, other] });
        expect(state.targetProjectIds).to.deep.equal([etl, web, other]);
        // Asked for once, not tried again; what is declared after it is added all the same.
        expect(writes()).to.deep.equal(["POST /allowlist", "POST /allowlist"]);
        expect(await allowed()).to.deep.equal([true, [web, other], []]);
    });

    it("fails for any other 400", async () => {
        const body = { message: "400 Bad request - Target project not found." };
        sandbox.faults.plan({ method: "POST", path: ADDING, fault: { kind: "status", status: 400, body } });
        const inputs = { project: String(poetry), targetProjectIds: [etl, other] };
        const { message } = await rejection(plugin.create(TYPE, inputs));
        expect(message).to.contain("Target project not found");
    });

    it("previews without a request", async () => {
        const preview = await plugin.create(TYPE, { project: UNKNOWN, targetProjectIds: UNKNOWN }, { preview: true });
        expect(visible(preview.state)).to.deep.equal({
            project: UNKNOWN,
            targetProjectIds: UNKNOWN,
            targetGroupIds: [],
            enabled: UNKNOWN,
        });
        expect(sandbox.journal.count()).to.equal(0);
    });

    it("refuses more entries than GitLab takes", async () => {
        const { failures } = await plugin.check(TYPE, {
            project: "",
            targetGroupIds: Array.from({ length: 201 }, (_, at) => at + 1),
        });
        expect(failures.map(({ property }) => property)).to.deep.equal(["project", "targetGroupIds"]);
    });
});

describe("ProjectJobTokenScope", () => {
    let sandbox: Sandbox;
    let plugin: Plugin;

    before(async () => {
        sandbox = await startSandbox({ seed: SEED });
        plugin = await startPlugin("gitlab", { baseUrl: sandbox.url, token: sandbox.tokens.api });
    });
    after(async () => {
        await plugin.close();
        await sandbox.close();
    });

    it("adds one entry, finds it by its id, and takes only that one away", async () => {
        const [poetry, etl, web, other] = sandbox.db.projects.all().map(({ id }) => id);
        const one = await plugin.create("ProjectJobTokenScope", { project: "apps/poetry", targetProjectId: etl });
        await plugin.create("ProjectJobTokenScope", { project: "apps/poetry", targetProjectId: web });
        expect(one.id).to.equal(`apps/poetry:${etl}`);
        expect((await plugin.read("ProjectJobTokenScope", one.id))!.inputs).to.deep.equal({
            project: "apps/poetry",
            targetProjectId: etl,
        });
        await plugin.delete("ProjectJobTokenScope", one.id, one.state);
        await plugin.delete("ProjectJobTokenScope", one.id, one.state);
        expect(await plugin.read("ProjectJobTokenScope", one.id, one.state)).to.equal(undefined);
        expect((await plugin.read(TYPE, String(poetry)))!.state.targetProjectIds).to.deep.equal([web, other]);
    });

    it("does the same for a group", async () => {
        const group = sandbox.db.groups.all()[0]!.id;
        const one = await plugin.create("ProjectJobTokenScope", { project: "apps/poetry", targetGroupId: group });
        expect(one.id).to.equal(`apps/poetry:group:${group}`);
        expect(visible((await plugin.read("ProjectJobTokenScope", one.id))!.state)).to.deep.equal({
            project: "apps/poetry",
            targetGroupId: group,
        });
    });

    describe("where a list changes between one resource and one for each entry", () => {
        const ids = () => sandbox.db.projects.all().map(({ id }) => id) as [number, number, number, number];
        const entriesNow = async () => (await plugin.read(TYPE, String(ids()[0])))!.state;
        beforeEach(async () => {
            sandbox.reset();
            await plugin.close();
            plugin = await startPlugin("gitlab", { baseUrl: sandbox.url, token: sandbox.tokens.api });
        });

        it("takes off what is no entry any more, and neither the entries nor what others added", async () => {
            const [poetry, etl, web, other] = ids();
            const state = { project: String(poetry), enabled: true, targetProjectIds: [etl, web], targetGroupIds: [] };
            await plugin.create(TYPE, state, { name: "list" });
            await plugin.create("ProjectJobTokenScope", { project: "apps/poetry", targetProjectId: other });
            // Made by another program in between, and by path: the same entry all the same.
            await plugin.create("ProjectJobTokenScope", { project: String(poetry), targetProjectId: etl });
            await plugin.delete(TYPE, String(poetry), state, "list");
            expect((await entriesNow()).targetProjectIds).to.deep.equal([etl, other]);
        });

        it("leaves to the whole list what it has, when the entries go", async () => {
            const [poetry, etl] = ids();
            const entry = { project: String(poetry), targetProjectId: etl };
            const { id } = await plugin.create("ProjectJobTokenScope", entry, { name: "entry" });
            await plugin.create(TYPE, { project: "apps/poetry", targetProjectIds: [etl] });
            await plugin.delete("ProjectJobTokenScope", id, entry, "entry");
            expect((await entriesNow()).targetProjectIds).to.deep.equal([etl]);
        });

        it("goes by the project: another one's list is emptied as ever", async () => {
            const [poetry, etl, web] = ids();
            const state = { project: String(etl), enabled: true, targetProjectIds: [web], targetGroupIds: [] };
            await plugin.create(TYPE, state, { name: "list" });
            await plugin.create("ProjectJobTokenScope", { project: String(poetry), targetProjectId: web });
            await plugin.delete(TYPE, String(etl), state, "list");
            expect((await plugin.read(TYPE, String(etl)))!.state.targetProjectIds).to.deep.equal([]);
        });
    });

    it("wants exactly one target, and says how an id is written", async () => {
        const { failures } = await plugin.check("ProjectJobTokenScope", {
            project: "1",
            targetProjectId: 2,
            targetGroupId: 3,
        });
        expect(failures).to.have.length(1);
        expect((await rejection(plugin.read("ProjectJobTokenScope", "apps/poetry"))).message).to.contain(
            "<project>:<target project id>",
        );
    });
});
