import { expect } from "chai";
import { UNKNOWN } from "../../../../core/props";
import { type PluginError, startPlugin } from "../../../helpers/plugin";
import { rejection } from "../../../helpers/rejection";
import { useWorld } from "../../world";

const TYPE = "UserRunner";

describe("UserRunner", () => {
    const world = useWorld("gitlab", {
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
    let group: number;
    before(() => {
        group = world.sandbox.db.groups.all()[0]!.id;
    });

    it("creates a runner, with the token as a secret and GitLab's defaults for what was left out", async () => {
        const created = await world.plugin.create(TYPE, {
            runnerType: "group_type",
            groupId: group,
            tagLists: ["b", "a"],
        });
        const row = world.sandbox.db.runners.must(Number(created.id));
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
            __gitlab: `${world.sandbox.url}/api/v4/`,
            __runnerCreatedAt: new Date(row.createdAt).toISOString(),
        });
        expect(created.secrets).to.deep.equal(["token"]);
        expect(world.sandbox.journal.writes()).to.have.length(1);
    });

    it("asks nothing more about a new runner that its marker tells from every other one", async () => {
        const note = { maintenanceNote: "managed-by: gitlab-fleet demo/test#k7m2x9pq4w/ci" };
        await world.plugin.create(TYPE, { runnerType: "group_type", groupId: group, ...note });
        expect(world.sandbox.journal.count()).to.equal(1);
    });

    it("is the same runner when description and note were changed in GitLab right after it was made", async () => {
        const inputs = {
            runnerType: "group_type",
            groupId: group,
            description: "ours",
            maintenanceNote: "managed-by: gitlab-fleet demo/test#k7m2x9pq4w/ci",
        };
        const { id, state } = await world.plugin.create(TYPE, inputs);
        world.sandbox.db.runners.update(Number(id), { description: "x", maintenanceNote: "y" });
        await world.restart();
        const { detailed } = await world.plugin.diff(TYPE, id, state, inputs);
        expect(Object.keys(detailed)).to.have.members(["description", "maintenanceNote"]);
        const after = await world.plugin.update(TYPE, id, state, inputs);
        expect(after.state).to.include({ description: "ours", maintenanceNote: inputs.maintenanceNote });
    });

    it("keeps a new runner and its token whatever GitLab says when it is asked when it was made", async () => {
        world.sandbox.faults.plan({ path: "/runners/*", times: 0, fault: { kind: "status", status: 422, body: {} } });
        const { state } = await world.plugin.create(TYPE, { runnerType: "group_type", groupId: group });
        expect(state.token).to.match(/^glrt-/);
        expect(state).to.not.have.property("__runnerCreatedAt");
    });

    it("previews a create without a request, with everything but id and token known", async () => {
        const { id, state } = await world.plugin.create(
            TYPE,
            { runnerType: "group_type", groupId: UNKNOWN },
            { preview: true },
        );
        expect(id).to.equal("");
        expect(state).to.include({ groupId: UNKNOWN, token: UNKNOWN, untagged: true, maximumTimeout: 0 });
        expect(world.sandbox.journal.count()).to.equal(0);
    });

    it("never repeats the POST, and says that the outcome is unknown when the answer is lost", async () => {
        world.sandbox.faults.plan({ method: "POST", path: "/user/runners", fault: { kind: "lose-answer" } });
        const error = await rejection(world.plugin.create(TYPE, { runnerType: "group_type", groupId: group }));
        expect(error.message).to.match(
            /^GitLab at http:\/\/127\.0\.0\.1:\d+ did not answer POST \/user\/runners: the connection was dropped/,
        );
        expect(error.message).to.contain("is not known, so it is not sent again");
        expect(world.sandbox.journal.count({ method: "POST" })).to.equal(1);
    });

    it("keeps the id of a runner whose token did not arrive", async () => {
        const reply = { status: 201, body: { id: 4711 } };
        world.sandbox.faults.plan({ method: "POST", path: "/user/runners", fault: { kind: "status", ...reply } });
        const error: PluginError = await rejection(
            world.plugin.create(TYPE, { runnerType: "group_type", groupId: group }),
        );
        expect(error.kept).to.include({ id: "4711" });
        expect(error.kept!.state.props).to.include({ runnerType: "group_type", groupId: group });
        expect(error.kept!.reasons.join()).to.contain("without a token");
    });

    it("puts nothing into the state that later operations would stop at: an id that is none, a token that cannot be one", async () => {
        const attempt = async (body: object) => {
            const fault = { kind: "status" as const, status: 201, body };
            world.sandbox.faults.plan({ method: "POST", path: "/user/runners", fault });
            const created = world.plugin.create(TYPE, { runnerType: "group_type", groupId: group });
            return (await rejection(created)) as PluginError;
        };
        for (const id of [-2, 0, 2 ** 60, 1.5, "4/../../7", null, { a: 1 }]) {
            const { message, kept } = await attempt({ id, token: "glrt-abcdefghij0123456789" });
            expect(message, String(id)).to.contain("without the id of a runner").and.contain("by its marker");
            expect(kept, String(id)).to.equal(undefined);
        }
        for (const token of ['glrt-a"\n[[runners]]', "", " ", "\u202eglrt-x", { a: 1 }, 7]) {
            const { kept } = await attempt({ id: 4711, token });
            expect(kept!.id).to.equal("4711");
            expect(kept!.state.props).to.not.have.property("token");
        }
    });

    it("names the scope that a token lacks, and does not show the token", async () => {
        const token = world.sandbox.tokens.read!;
        const reader = await startPlugin("gitlab", { baseUrl: world.sandbox.url, token });
        const error = await rejection(reader.create(TYPE, { runnerType: "group_type", groupId: group }));
        await reader.close();
        expect(error.message).to.contain("GitLab refused POST /user/runners (403): insufficient_scope");
        expect(error.message).to.contain("The token needs scope create_runner or api.");
        expect(error.message).not.to.contain(token);
    });

    it("sends only what changed, tags together with run_untagged, and clears with empty values", async () => {
        const { id, state } = await world.plugin.create(TYPE, {
            runnerType: "group_type",
            groupId: group,
            description: "old",
            tagLists: ["a"],
            untagged: false,
            maximumTimeout: 900,
        });
        const inputs = { runnerType: "group_type", groupId: group, description: "", tagLists: [], untagged: true };
        expect((await world.plugin.diff(TYPE, id, state, inputs)).detailed).to.deep.equal({
            description: "update",
            "tagLists[0]": "delete",
            untagged: "update",
            maximumTimeout: "delete",
        });
        const updated = await world.plugin.update(TYPE, id, state, inputs);
        expect(updated.state).to.include({ description: "", maximumTimeout: 0, token: state.token });
        expect(updated.secrets).to.deep.equal(["token"]);
        const row = world.sandbox.db.runners.must(Number(id));
        expect(row).to.deep.include({ description: "", tagList: [], runUntagged: true, maximumTimeout: null });
        expect(world.sandbox.journal.writes({ method: "PUT" })).to.have.length(1);
    });

    it("previews an update without a write", async () => {
        const { id, state } = await world.plugin.create(TYPE, {
            runnerType: "group_type",
            groupId: group,
            description: "old",
        });
        world.sandbox.journal.clear();
        const preview = await world.plugin.update(TYPE, id, state, { ...state, description: "new" }, { preview: true });
        expect(preview.state).to.include({ description: "new", token: state.token });
        expect(world.sandbox.journal.writes()).to.deep.equal([]);
    });

    it("replaces when the scope changes, and only then", async () => {
        const { id, state } = await world.plugin.create(TYPE, {
            runnerType: "group_type",
            groupId: group,
            description: "x",
        });
        const inputs = { runnerType: "group_type", groupId: group, description: "x" };
        const moved = await world.plugin.diff(
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

    it("deletes, and takes a runner that is gone already for deleted", async () => {
        const { id, state } = await world.plugin.create(TYPE, { runnerType: "group_type", groupId: group });
        await world.plugin.delete(TYPE, id, state);
        expect(world.sandbox.db.runners.get(Number(id))).to.equal(undefined);
        await world.plugin.delete(TYPE, id, state);
    });
});
