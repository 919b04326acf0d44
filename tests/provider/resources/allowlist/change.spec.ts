import { expect } from "chai";
import { UNKNOWN } from "../../../../core/props";
import { addGroup, type Sandbox, startSandbox } from "../../../../sandbox";
import { addGroupLink } from "../../../../sandbox/job-token-links";
import { type Plugin, startPlugin } from "../../../helpers/plugin";

const TYPE = "ProjectJobTokenScopes";
const SOMEBODY_ELSE =
    "Somebody else keeps this list: people by hand, another stack, or this one under another name. One list belongs into one stack.";
const COVERED =
    "apps/old, apps/etl can get in now and are not declared. After up their jobs still do, by a group above. " +
    `Declare them, or set mode to additive, which leaves them on the list. ${SOMEBODY_ELSE}`;
const TEAMS = Array.from({ length: 40 }, (_, i) => `apps/team-${i}`);

describe("what a preview says about an allowlist", () => {
    let sandbox: Sandbox;
    let plugin: Plugin;
    const idOf = (path: string) => sandbox.db.projects.first("path", path)!.id;
    const groupId = (path: string) => sandbox.db.groups.first("path", path)!.id;
    const said = () => plugin.logs.map(({ severity, message }) => `${severity}: ${message}`);

    before(async () => {
        const list = { enabled: true, projects: ["apps/old", "apps/etl"], groups: ["data"] };
        sandbox = await startSandbox({
            seed: {
                users: [{ username: "olga" }, { username: "dev" }],
                groups: ["apps", "data"].map((path) => ({ path, members: { olga: "owner" } })),
                projects: [
                    { path: "apps/poetry", jobTokenScope: list, members: { dev: "developer" } },
                    ...["apps/old", "apps/etl", "apps/web", ...TEAMS].map((path) => ({ path })),
                ],
                tokens: ["olga", "dev"].map((user) => ({ name: user, user, scopes: ["api"] })),
            },
        });
    });
    beforeEach(async () => {
        sandbox.reset();
        plugin = await startPlugin("gitlab", { baseUrl: sandbox.url, token: sandbox.tokens.olga });
    });
    afterEach(() => plugin.close());
    after(() => sandbox.close());

    const previewNew = (inputs: object) =>
        plugin.create(TYPE, { project: String(idOf("apps/poetry")), ...inputs }, { preview: true });

    it("names who is on a list that people made and will be taken off it, and writes nothing", async () => {
        await previewNew({ targetProjectIds: [idOf("apps/etl")] });
        expect(said()).to.deep.equal([
            "warn: apps/old, group data can get in now and are not declared. After up their jobs no longer do. " +
                "Declare them, or set mode to additive, which leaves them on the list. " +
                SOMEBODY_ELSE,
        ]);
        expect(sandbox.journal.writes().filter(({ path }) => !path.includes("graphql"))).to.deep.equal([]);
    });

    it("does not say of who is below a declared group that they lose access", async () => {
        await previewNew({ targetGroupIds: [groupId("apps")] });
        expect(said()).to.deep.equal([
            "info: Adds group apps.",
            `warn: group data can get in now and is not declared. After up their jobs no longer do. ${COVERED}`,
        ]);
        plugin.logs.length = 0;
        // Another stack's entries go all the same, and with them its list.
        await previewNew({ targetGroupIds: ["apps", "data"].map(groupId) });
        expect(said()).to.deep.equal([`warn: ${COVERED}`]);
        plugin.logs.length = 0;
        const state = asInGitLab();
        const inputs = { project: state.project, targetGroupIds: ["data", "apps"].map(groupId) };
        await plugin.update(TYPE, state.project, state, inputs, { preview: true });
        expect(said()).to.deep.equal([
            "info: Adds group apps. Takes off apps/old, apps/etl: their jobs still get in, by a group above.",
        ]);
    });

    it("says that somebody else seems to keep a list that is as declared already", async () => {
        await previewNew({ targetProjectIds: ["apps/etl", "apps/old"].map(idOf), targetGroupIds: [groupId("data")] });
        expect(said()).to.deep.equal([
            `warn: The list is as declared already, with apps/old, apps/etl, group data. ${SOMEBODY_ELSE} ` +
                "What it has now stays on it when this stack is destroyed.",
        ]);
    });

    it("says nothing of a list that is as in a new project", async () => {
        await plugin.create(TYPE, { project: String(idOf("apps/web")) }, { preview: true });
        expect(said()).to.deep.equal([]);
    });

    it("names who gets in by a new list, and says no more where nobody loses access", async () => {
        const targetProjectIds = ["apps/web", "apps/etl", "apps/old"].map(idOf);
        await previewNew({ targetProjectIds, targetGroupIds: [groupId("data")] });
        await previewNew({ enabled: false });
        expect(said()).to.deep.equal(["info: Adds apps/web."]);
    });

    it("says that a list is off now, so that every project loses access that is not declared", async () => {
        sandbox.db.settings.enforceInboundJobTokenScope = false;
        sandbox.db.projects.update(idOf("apps/poetry"), { inboundJobTokenScopeEnabled: false });
        await previewNew({ targetProjectIds: [idOf("apps/etl")] });
        expect(said()).to.deep.equal([
            "warn: The list is off now, so every project's jobs get in. After up only those declared do.",
        ]);
    });

    it("goes on without a token that may read the list, and says what is not known", async () => {
        await plugin.close();
        plugin = await startPlugin("gitlab", { baseUrl: sandbox.url, token: sandbox.tokens.dev });
        await previewNew({});
        expect(said()).to.have.length(1);
        expect(said()[0]).to.match(/^info: Who would lose access is not known, because the list cannot be read: .*403/);
    });

    it("asks nothing about what is not known yet", async () => {
        sandbox.journal.clear();
        await plugin.create(TYPE, { project: UNKNOWN, targetProjectIds: [1] }, { preview: true });
        await previewNew({ targetProjectIds: UNKNOWN });
        expect(sandbox.journal.count()).to.equal(0);
        expect(said()).to.deep.equal([]);
    });

    /** A stack that declared the list as it is in GitLab. */
    const asInGitLab = () => ({
        project: String(idOf("apps/poetry")),
        enabled: true,
        targetProjectIds: ["apps/old", "apps/etl"].map(idOf),
        targetGroupIds: [groupId("data")],
    });

    it("names by path whose jobs get in by a change and whose no longer, which the update does not repeat", async () => {
        const state = asInGitLab();
        const { project } = state;
        const inputs = { project, targetProjectIds: ["apps/etl", "apps/web"].map(idOf) };
        await plugin.update(TYPE, project, state, inputs, { preview: true });
        const change = ["info: Adds apps/web. Takes off apps/old, group data: their jobs no longer get in."];
        expect(said()).to.deep.equal(change);
        await plugin.update(TYPE, project, state, { ...state, enabled: true }, { preview: true });
        await plugin.update(TYPE, project, state, inputs);
        expect(said()).to.deep.equal(change);
    });

    it("goes on where the names of a change cannot be read", async () => {
        const state = asInGitLab();
        const { project } = state;
        const inputs = { ...state, targetProjectIds: [idOf("apps/etl")] };
        // As the engine does it: what the project is has been read by then.
        await plugin.diff(TYPE, project, state, inputs);
        sandbox.faults.plan({ path: "**", times: 0, fault: { kind: "status", status: 403, body: { message: "no" } } });
        await plugin.update(TYPE, project, state, inputs, { preview: true });
        sandbox.faults.clear();
        expect(said()).to.have.length(1);
        expect(said()[0]).to.match(/^info: Who would lose access is not known/);
    });

    it("goes on where GitLab does not tell who was added there", async () => {
        const state = asInGitLab();
        const hidden = addGroup(sandbox.db, { path: "hidden", visibility: "private" });
        addGroupLink(sandbox.db, { sourceId: Number(state.project), targetId: hidden.id, addedById: null });
        const body = { message: "no" };
        sandbox.faults.plan({ path: `/groups/${hidden.id}`, times: 0, fault: { kind: "status", status: 403, body } });
        const { detailed } = await plugin.diff(TYPE, state.project, state, state);
        expect(Object.keys(detailed)).to.deep.equal(["targetGroupIds"]);
        expect(said()[0]).to.match(/^info: Who would lose access is not known/);
    });

    it("names ten of many with one question, and those that nobody can see by their ids", async () => {
        const state = asInGitLab();
        const { project, targetProjectIds: before } = state;
        const inputs = { ...state, targetProjectIds: [...before, ...TEAMS.map(idOf)] };
        await plugin.diff(TYPE, project, state, inputs);
        sandbox.journal.clear();
        await plugin.update(TYPE, project, state, inputs, { preview: true });
        expect(said()).to.deep.equal([`info: Adds ${TEAMS.slice(0, 10).join(", ")} and 30 more.`]);
        expect(sandbox.journal.count()).to.equal(1);
        await plugin.update(
            TYPE,
            project,
            state,
            { ...state, targetProjectIds: [...before, 987654] },
            { preview: true },
        );
        expect(said()[1]).to.equal("info: Adds project 987654.");
    });

    it("asks for new lists of one group in pages, though the engine names one after the other, and by id alone", async () => {
        for (const path of TEAMS) await plugin.create(TYPE, { project: String(idOf(path)) }, { preview: true });
        // The first few by their ids, then a page with all of them.
        expect(sandbox.journal.count()).to.be.at.most(4);
    });
});
