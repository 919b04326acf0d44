import { expect } from "chai";
import { UNKNOWN } from "../../../../core/props";
import { addRunner, type Sandbox, startSandbox } from "../../../../sandbox";
import { type Plugin, type PluginError, startPlugin } from "../../../helpers/plugin";
import { rejection } from "../../../helpers/rejection";

const TYPE = "UserRunner";

describe("UserRunner", () => {
    let sandbox: Sandbox;
    let plugin: Plugin;
    let group: number;
    let project: number;

    before(async () => {
        sandbox = await startSandbox({
            seed: {
                users: [{ username: "olga" }],
                groups: [{ path: "apps", members: { olga: "owner" } }],
                projects: [{ path: "apps/etl" }, { path: "apps/web" }],
                tokens: [
                    { name: "api", user: "olga", scopes: ["api"] },
                    { name: "read", user: "olga", scopes: ["read_api"] },
                ],
            },
        });
        group = sandbox.db.groups.all()[0]!.id;
        project = sandbox.db.projects.all()[0]!.id;
    });
    beforeEach(async () => {
        sandbox.journal.clear();
        sandbox.faults.clear();
        plugin = await startPlugin("gitlab", { baseUrl: sandbox.url, token: sandbox.tokens.api });
    });
    afterEach(() => plugin.close());
    after(() => sandbox.close());

    it("creates a runner, with the token as a secret and GitLab's defaults for what was left out", async () => {
        const created = await plugin.create(TYPE, { runnerType: "group_type", groupId: group, tagLists: ["b", "a"] });
        const row = sandbox.db.runners.must(Number(created.id));
        expect(created.state).to.deep.equal({
            runnerType: "group_type",
            groupId: group,
            description: "",
            maintenanceNote: "",
            paused: false,
            locked: false,
            untagged: true,
            accessLevel: "not_protected",
            maximumTimeout: 0,
            tagLists: ["b", "a"],
            token: row.token,
            // What only the plugin needs: where it is, and by what it is known besides its id.
            __gitlab: `${sandbox.url}/api/v4/`,
            __runnerCreatedAt: new Date(row.createdAt).toISOString(),
        });
        expect(created.secrets).to.deep.equal(["token"]);
        expect(sandbox.journal.writes()).to.have.length(1);
    });

    it("asks nothing more about a new runner that its marker tells from every other one", async () => {
        const note = { maintenanceNote: "managed-by: gitlab-fleet demo/test#k7m2x9pq4w/ci" };
        await plugin.create(TYPE, { runnerType: "group_type", groupId: group, ...note });
        expect(sandbox.journal.count()).to.equal(1);
    });

    it("previews a create without a request, with everything but id and token known", async () => {
        const { id, state } = await plugin.create(
            TYPE,
            { runnerType: "group_type", groupId: UNKNOWN },
            { preview: true },
        );
        expect(id).to.equal("");
        expect(state).to.include({ groupId: UNKNOWN, token: UNKNOWN, untagged: true, maximumTimeout: 0 });
        expect(sandbox.journal.count()).to.equal(0);
    });

    it("never repeats the POST, and says that the outcome is unknown when the answer is lost", async () => {
        sandbox.faults.plan({ method: "POST", path: "/user/runners", fault: { kind: "lose-answer" } });
        const error = await rejection(plugin.create(TYPE, { runnerType: "group_type", groupId: group }));
        expect(error.message).to.match(
            /^GitLab at http:\/\/127\.0\.0\.1:\d+ did not answer POST \/user\/runners: the connection was dropped/,
        );
        expect(error.message).to.contain("is not known, so it is not sent again");
        expect(sandbox.journal.count({ method: "POST" })).to.equal(1);
    });

    it("keeps the id of a runner whose token did not arrive", async () => {
        const reply = { status: 201, body: { id: 4711 } };
        sandbox.faults.plan({ method: "POST", path: "/user/runners", fault: { kind: "status", ...reply } });
        const error: PluginError = await rejection(plugin.create(TYPE, { runnerType: "group_type", groupId: group }));
        expect(error.kept).to.include({ id: "4711" });
        expect(error.kept!.state.props).to.include({ runnerType: "group_type", groupId: group });
        expect(error.kept!.reasons.join()).to.contain("without a token");
    });

    it("names the scope that a token lacks, and does not show the token", async () => {
        const token = sandbox.tokens.read!;
        const reader = await startPlugin("gitlab", { baseUrl: sandbox.url, token });
        const error = await rejection(reader.create(TYPE, { runnerType: "group_type", groupId: group }));
        await reader.close();
        expect(error.message).to.contain("GitLab refused POST /user/runners (403): insufficient_scope");
        expect(error.message).to.contain("The token needs scope create_runner or api.");
        expect(error.message).not.to.contain(token);
    });

    it("sends only what changed, tags together with run_untagged, and clears with empty values", async () => {
        const { id, state } = await plugin.create(TYPE, {
            runnerType: "group_type",
            groupId: group,
            description: "old",
            tagLists: ["a"],
            untagged: false,
            maximumTimeout: 900,
        });
        const inputs = { runnerType: "group_type", groupId: group, description: "", tagLists: [], untagged: true };
        expect((await plugin.diff(TYPE, id, state, inputs)).detailed).to.deep.equal({
            description: "update",
            "tagLists[0]": "delete",
            untagged: "update",
            maximumTimeout: "delete",
        });
        const updated = await plugin.update(TYPE, id, state, inputs);
        expect(updated.state).to.include({ description: "", maximumTimeout: 0, token: state.token });
        expect(updated.secrets).to.deep.equal(["token"]);
        const row = sandbox.db.runners.must(Number(id));
        expect(row).to.deep.include({ description: "", tagList: [], runUntagged: true, maximumTimeout: null });
        expect(sandbox.journal.writes({ method: "PUT" })).to.have.length(1);
    });

    it("previews an update without a write", async () => {
        const { id, state } = await plugin.create(TYPE, {
            runnerType: "group_type",
            groupId: group,
            description: "old",
        });
        sandbox.journal.clear();
        const preview = await plugin.update(TYPE, id, state, { ...state, description: "new" }, { preview: true });
        expect(preview.state).to.include({ description: "new", token: state.token });
        expect(sandbox.journal.writes()).to.deep.equal([]);
    });

    it("sees no change in the order of tags, and refuses spaces around them as the components do", async () => {
        const spaced = await plugin.check(TYPE, { runnerType: "instance_type", tagLists: ["a", " x"] });
        expect(spaced.failures).to.deep.equal([
            {
                property: "tagLists[1]",
                reason: 'tagLists[1] must not begin or end with a space (got " x"). Remove the space.',
            },
        ]);
        const place = { runnerType: "group_type", groupId: group };
        const { id, state } = await plugin.create(TYPE, { ...place, tagLists: ["a", "b"] });
        const { inputs } = await plugin.check(TYPE, { ...place, tagLists: ["b", "a", "a"] });
        expect(await plugin.diff(TYPE, id, state, inputs)).to.include({ changes: false });
    });

    it("replaces when the scope changes, and only then", async () => {
        const { id, state } = await plugin.create(TYPE, { runnerType: "group_type", groupId: group, description: "x" });
        const inputs = { runnerType: "group_type", groupId: group, description: "x" };
        const moved = await plugin.diff(
            TYPE,
            id,
            state,
            {
                runnerType: "project_type",
                projectId: 2,
                description: "y",
            },
            inputs,
        );
        expect(moved.replaces.sort()).to.deep.equal(["groupId", "projectId", "runnerType"]);
        expect(moved.detailed).to.include({
            groupId: "delete-replace",
            projectId: "add-replace",
            description: "update",
        });
    });

    it("does not look at properties that were never given", async () => {
        const inputs = { runnerType: "group_type", groupId: group };
        const { id, state } = await plugin.create(TYPE, inputs);
        sandbox.db.runners.update(Number(id), { active: false, description: "by hand" });
        expect((await plugin.diff(TYPE, id, state, inputs, inputs)).changes).to.equal(false);
    });

    it("reads what was changed in GitLab, and keeps the token that GitLab shows no more", async () => {
        const inputs = { runnerType: "group_type", groupId: group, description: "x" };
        const { id, state } = await plugin.create(TYPE, inputs);
        sandbox.db.runners.update(Number(id), { description: "by hand", active: false });
        const found = await plugin.read(TYPE, id, state, inputs);
        expect(found!.state).to.include({ description: "by hand", paused: true, token: state.token });
        expect(found!.inputs).to.deep.equal({ ...inputs, description: "by hand" });
        expect(found!.secrets).to.deep.equal(["token"]);
    });

    it("imports by id, with the scope and all that was set", async () => {
        const row = addRunner(sandbox.db, { runnerType: "project_type", description: "old", tagList: ["t"] }, [
            project,
        ]);
        const found = await plugin.read(TYPE, String(row.id));
        expect(found!.state).to.include({ runnerType: "project_type", projectId: project, description: "old" });
        expect(found!.state).not.to.have.property("token");
        expect(found!.inputs).to.deep.include({ runnerType: "project_type", projectId: project, tagLists: ["t"] });
        const diff = await plugin.diff(TYPE, found!.id, found!.state, found!.inputs, found!.inputs);
        expect(diff.changes).to.equal(false);
    });

    it("imports a runner of several projects with the one that owns it", async () => {
        const other = sandbox.db.projects.all()[1]!.id;
        const row = addRunner(sandbox.db, { runnerType: "project_type" }, [other, project]);
        expect((await plugin.read(TYPE, String(row.id)))!.state.projectId).to.equal(other);
    });

    it("takes only 404 for gone: a runner that may not be seen is an error and stays in the state", async () => {
        const { id, state } = await plugin.create(TYPE, { runnerType: "group_type", groupId: group });
        sandbox.faults.plan({
            method: "GET",
            path: `/runners/${id}`,
            times: 0,
            fault: { kind: "status", status: 403, body: { message: "403 Forbidden - No access granted" } },
        });
        sandbox.faults.plan({ path: "/api/graphql", times: 0, fault: { kind: "status", status: 403 } });
        expect((await rejection(plugin.read(TYPE, id, state))).message).to.contain(
            "(403): 403 Forbidden - No access granted.",
        );
        sandbox.faults.clear();
        sandbox.db.runners.delete(Number(id));
        expect(await plugin.read(TYPE, id, state)).to.equal(undefined);
    });

    it("deletes, and takes a runner that is gone already for deleted", async () => {
        const { id, state } = await plugin.create(TYPE, { runnerType: "group_type", groupId: group });
        await plugin.delete(TYPE, id, state);
        expect(sandbox.db.runners.get(Number(id))).to.equal(undefined);
        await plugin.delete(TYPE, id, state);
    });

    it("leaves a runner that another stack has taken over, and deletes its own", async () => {
        const madeAt = (runner: string) => new Date(sandbox.db.runners.must(Number(runner)).createdAt).toISOString();
        const marked = (owner: string) => ({ maintenanceNote: `managed-by: gitlab-fleet ${owner}/ci` });
        const { id, state } = await plugin.create(TYPE, {
            runnerType: "group_type",
            groupId: group,
            ...marked("demo/test"),
        });
        sandbox.db.runners.update(Number(id), marked("demo/other"));
        await plugin.delete(TYPE, id, state);
        expect(sandbox.db.runners.get(Number(id))).to.include(marked("demo/other"));
        expect(plugin.logs.map(({ message }) => message)).to.deep.equal([
            `Runner ${id} in GitLab is declared by demo/other now: "", made ${madeAt(id)}. It is left as it is.`,
        ]);
        sandbox.db.runners.update(Number(id), marked("demo/test"));
        await plugin.delete(TYPE, id, state);
        expect(sandbox.db.runners.get(Number(id))).to.equal(undefined);
        await plugin.delete(TYPE, id, state);
    });

    it("imports a runner without a timeout: what was read passes the check, and is no difference", async () => {
        const { id } = addRunner(sandbox.db, { runnerType: "group_type", groupId: group, maximumTimeout: null });
        const found = (await plugin.read(TYPE, String(id)))!;
        const { inputs, failures } = await plugin.check(TYPE, found.inputs);
        expect(failures).to.deep.equal([]);
        expect(inputs).not.to.have.property("maximumTimeout");
        expect(await plugin.diff(TYPE, String(id), found.state, inputs)).to.include({ changes: false });
        const { id: timed } = addRunner(sandbox.db, { runnerType: "group_type", groupId: group, maximumTimeout: 900 });
        expect((await plugin.read(TYPE, String(timed)))!.inputs).to.include({ maximumTimeout: 900 });
    });

    describe("when GitLab was restored from a backup and has given the id to somebody else's runner", () => {
        const inputs = () => ({ runnerType: "group_type", groupId: group, description: "ours" });
        const restored = async (more: object = {}) => {
            const { id, state } = await plugin.create(TYPE, { ...inputs(), ...more });
            sandbox.db.runners.delete(Number(id));
            const theirs = addRunner(sandbox.db, { runnerType: "group_type", groupId: group, description: "theirs" });
            sandbox.db.runners.delete(theirs.id);
            const row = { ...theirs, id: Number(id), createdAt: theirs.createdAt + 86_400_000 };
            sandbox.db.runners.insert(row);
            sandbox.journal.clear();
            return { id, state, row };
        };
        const marked = { maintenanceNote: "managed-by: gitlab-fleet demo/test#k7m2x9pq4w/ci" };

        for (const [known, more] of [
            ["by when it was made", {}],
            ["by its marker", marked],
        ] as const) {
            it(`makes the runner anew, known ${known}`, async () => {
                const { id, state } = await restored(more);
                const diff = await plugin.diff(TYPE, id, state, { ...inputs(), ...more }, { ...inputs(), ...more });
                expect(diff.replaces).to.deep.equal(["id"]);
                expect(plugin.logs.at(-1)).to.include({ severity: "warn" });
                expect(plugin.logs.at(-1)!.message).to.contain(`Runner ${id} in GitLab is another one now: "theirs"`);
            });

            it(`neither rewrites nor deletes theirs, and a refresh lets go of it, known ${known}`, async () => {
                const { id, state, row } = await restored(more);
                const changed = { ...inputs(), ...more, description: "new" };
                expect((await rejection(plugin.update(TYPE, id, state, changed))).message).to.contain(
                    "Nothing was changed.",
                );
                await plugin.delete(TYPE, id, state);
                expect(await plugin.read(TYPE, id, state, inputs())).to.equal(undefined);
                expect(sandbox.db.runners.must(Number(id))).to.deep.equal(row);
                expect(sandbox.journal.writes()).to.deep.equal([]);
            });
        }
    });

    it("stops under another GitLab's address instead of taking its runner for a lost one", async () => {
        const inputs = { runnerType: "group_type", groupId: group, description: "ours" };
        const { id, state } = await plugin.create(TYPE, inputs);
        const before = { ...state, __gitlab: "https://old.example.org/api/v4/" };
        sandbox.db.runners.delete(Number(id));
        for (const attempt of [
            () => plugin.diff(TYPE, id, before, inputs, inputs),
            () => plugin.read(TYPE, id, before, inputs),
            () => plugin.update(TYPE, id, before, { ...inputs, description: "x" }),
            () => plugin.delete(TYPE, id, before),
        ]) {
            const { message } = await rejection(attempt());
            expect(message).to.contain(
                `it: was made in https://old.example.org/api/v4/, and ${sandbox.url}/api/v4/, which is`,
            );
            expect(message).to.contain("Another GitLab is another stack");
            expect(message).to.match(
                /pulumi state delete 'urn:pulumi:test::demo::gitlab:index\/userRunner:UserRunner::it'$/,
            );
        }
    });

    it("goes on under a new address of the same GitLab, and notes it with the next write", async () => {
        const inputs = { runnerType: "group_type", groupId: group, description: "ours" };
        const { id, state } = await plugin.create(TYPE, inputs);
        const before = { ...state, __gitlab: "https://old.example.org/api/v4/" };
        expect((await plugin.diff(TYPE, id, before, inputs, inputs)).changes).to.equal(false);
        const updated = await plugin.update(TYPE, id, before, { ...inputs, description: "x" });
        expect(updated.state.__gitlab).to.equal(`${sandbox.url}/api/v4/`);
    });

    describe("when somebody changed it in GitLab's pages", () => {
        const inputs = () => ({
            runnerType: "group_type",
            groupId: group,
            description: "ours",
            paused: false,
            maintenanceNote: "managed-by: gitlab-fleet demo/test#k7m2x9pq4w/ci",
            tagLists: ["a"],
        });
        const changes: [Record<string, unknown>, string, string][] = [
            [{ active: false }, "paused", "Was paused in GitLab; up resumes it."],
            [
                { description: "theirs" },
                "description",
                'description was changed to "theirs" in GitLab; up puts it back.',
            ],
            [{ tagList: ["b"] }, "tagLists", 'tag_list was changed to ["b"] in GitLab; up puts it back.'],
            [
                { maintenanceNote: "mine" },
                "maintenanceNote",
                "maintenance_note was changed in GitLab; up puts it back.",
            ],
        ];
        for (const [change, property, message] of changes) {
            it(`shows and puts back ${property} with a plain up`, async () => {
                const { id, state } = await plugin.create(TYPE, inputs());
                const before = sandbox.db.runners.must(Number(id));
                sandbox.db.runners.update(Number(id), change);
                const diff = await plugin.diff(TYPE, id, state, inputs(), inputs());
                expect(diff.detailed).to.deep.equal({ [property]: "add" });
                expect(plugin.logs.map((log) => log.message)).to.deep.equal([message]);
                await plugin.update(TYPE, id, state, inputs(), { oldInputs: inputs() });
                expect(sandbox.db.runners.must(Number(id))).to.deep.include({
                    description: before.description,
                    active: before.active,
                    tagList: before.tagList,
                    maintenanceNote: before.maintenanceNote,
                });
            });
        }

        it("leaves that to a refresh, and asks nothing, where compareWithGitlab is false", async () => {
            const { id, state } = await plugin.create(TYPE, inputs());
            sandbox.db.runners.update(Number(id), { active: false });
            const config = { baseUrl: sandbox.url, token: sandbox.tokens.api, compareWithGitlab: "false" };
            const usual = await startPlugin("gitlab", config);
            sandbox.journal.clear();
            expect((await usual.diff(TYPE, id, state, inputs(), inputs())).changes).to.equal(false);
            expect(sandbox.journal.count()).to.equal(0);
            expect((await usual.read(TYPE, id, state, inputs()))!.state).to.include({ paused: true });
            await usual.close();
        });

        it("makes anew what was deleted there", async () => {
            const { id, state } = await plugin.create(TYPE, inputs());
            sandbox.db.runners.delete(Number(id));
            expect((await plugin.diff(TYPE, id, state, inputs(), inputs())).replaces).to.deep.equal(["id"]);
            expect(plugin.logs.at(-1)!.message).to.equal(`Runner ${id} is gone from GitLab. up makes it anew.`);
        });
    });

    it("keeps a runner that was imported under another name in the same operation", async () => {
        const { id } = addRunner(sandbox.db, { runnerType: "group_type", groupId: group });
        const { state } = (await plugin.read(TYPE, String(id)))!;
        await plugin.delete(TYPE, String(id), state, "old name");
        expect(sandbox.db.runners.get(id)).to.not.equal(undefined);
        await plugin.delete(TYPE, String(id), state);
        expect(sandbox.db.runners.get(id)).to.equal(undefined);
    });

    it("reports every problem of its inputs at once", async () => {
        const { failures } = await plugin.check(TYPE, {
            runnerType: "group_type",
            projectId: 1,
            accessLevel: "open",
            maximumTimeout: 60,
            description: "x".repeat(1025),
            tagLists: [...Array(51).keys()].map((i) => (i === 3 ? " " : `t${i}`)),
        });
        expect(failures.map(({ property }) => property)).to.deep.equal([
            "groupId",
            "projectId",
            "accessLevel",
            "maximumTimeout",
            "description",
            "tagLists",
            "tagLists[3]",
        ]);
        const untagged = await plugin.check(TYPE, { runnerType: "instance_type", untagged: false });
        expect(untagged.failures.map(({ property }) => property)).to.deep.equal(["untagged"]);
    });

    it("counts characters as GitLab does", async () => {
        const longest = { runnerType: "instance_type", maintenanceNote: "🚀".repeat(1024) };
        expect((await plugin.check(TYPE, longest)).failures).to.deep.equal([]);
    });

    it("reports unknown properties and wrong types, and lets unknown values pass", async () => {
        const wrong = await plugin.check(TYPE, { runnerType: "group_type", groupId: "7", untaged: true });
        expect(wrong.failures.map(({ property }) => property)).to.deep.equal(["groupId", "untaged"]);
        const unknown = await plugin.check(TYPE, {
            runnerType: UNKNOWN,
            groupId: UNKNOWN,
            tagLists: UNKNOWN,
            untagged: false,
        });
        expect(unknown.failures).to.deep.equal([]);
        expect(unknown.inputs).to.include({ groupId: UNKNOWN, tagLists: UNKNOWN });
    });

    it("keeps secret inputs secret", async () => {
        const { secrets } = await plugin.check(
            TYPE,
            { runnerType: "instance_type", maintenanceNote: "x" },
            { secrets: ["maintenanceNote"] },
        );
        expect(secrets).to.deep.equal(["maintenanceNote"]);
    });

    it("refreshes 200 runners in a handful of requests", async () => {
        const rows = Array.from({ length: 200 }, (_, i) =>
            addRunner(sandbox.db, { runnerType: "group_type", groupId: group, description: `r${i}` }),
        );
        sandbox.journal.clear();
        const found = await Promise.all(
            rows.map((row) => plugin.read(TYPE, String(row.id), { runnerType: "group_type", groupId: group })),
        );
        expect(found.map((item) => item!.state.description)).to.deep.equal(rows.map((row) => row.description));
        expect(sandbox.journal.count()).to.be.at.most(6);
    });

    it("asks by id in batches, instead of reading on, when a scope holds thousands of others", async () => {
        const wanted = Array.from({ length: 6 }, (_, i) =>
            addRunner(sandbox.db, {
                runnerType: "group_type",
                groupId: group,
                description: `w${i}`,
                createdAt: 0,
            }),
        );
        for (let i = 0; i < 1000; i++) {
            addRunner(sandbox.db, { runnerType: "group_type", groupId: group });
        }
        sandbox.journal.clear();
        const found = await Promise.all(
            wanted.map((row) => plugin.read(TYPE, String(row.id), { runnerType: "group_type", groupId: group })),
        );
        expect(found.map((item) => item!.state.description)).to.deep.equal(wanted.map((row) => row.description));
        expect(sandbox.journal.count()).to.be.at.most(5);
    });
});
