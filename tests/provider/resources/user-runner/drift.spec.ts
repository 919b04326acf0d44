import { expect } from "chai";
import { UNKNOWN } from "../../../../core/props";
import { startPlugin } from "../../../helpers/plugin";
import { useWorld } from "../../world";
import { GROUP_AND_PROJECTS } from "./seed";

const TYPE = "UserRunner";

describe("a UserRunner beside what GitLab has", () => {
    const world = useWorld("gitlab", { seed: GROUP_AND_PROJECTS });
    let group: number;
    before(() => {
        group = world.sandbox.db.groups.all()[0]!.id;
    });

    it("sees no change in the order of tags, and refuses spaces around them as the components do", async () => {
        const spaced = await world.plugin.check(TYPE, { runnerType: "instance_type", tagLists: ["a", " x"] });
        expect(spaced.failures).to.deep.equal([
            {
                property: "tagLists[1]",
                reason: 'tagLists[1] must not begin or end with a space (got " x"). Remove the space.',
            },
        ]);
        const place = { runnerType: "group_type", groupId: group };
        const { id, state } = await world.plugin.create(TYPE, { ...place, tagLists: ["a", "b"] });
        const { inputs } = await world.plugin.check(TYPE, { ...place, tagLists: ["b", "a", "a"] });
        expect(await world.plugin.diff(TYPE, id, state, inputs)).to.include({ changes: false });
    });

    it("does not look at properties that were never given", async () => {
        const inputs = { runnerType: "group_type", groupId: group };
        const { id, state } = await world.plugin.create(TYPE, inputs);
        world.sandbox.db.runners.update(Number(id), { active: false, description: "by hand" });
        expect((await world.plugin.diff(TYPE, id, state, inputs, inputs)).changes).to.equal(false);
    });

    it("warns that another scope makes another runner, and says nothing of what becomes of the old one's settings", async () => {
        const inputs = { runnerType: "group_type", groupId: group, description: "ours" };
        const { id, state } = await world.plugin.create(TYPE, inputs);
        world.sandbox.db.runners.update(Number(id), { description: "theirs" });
        const elsewhere = { ...inputs, groupId: group + 1 };
        const { replaces } = await world.plugin.diff(TYPE, id, state, elsewhere, inputs);
        expect(replaces).to.deep.equal(["groupId"]);
        expect(world.plugin.logs.map((log) => log.message)).to.deep.equal([
            `Its scope changes, and GitLab cannot move a runner: runner ${id} goes, with its id, token and history, and a new one is created.`,
        ]);
    });

    it("does not say that a scope changes which is known in the up alone", async () => {
        const inputs = { runnerType: "group_type", groupId: group, description: "ours" };
        const { id, state } = await world.plugin.create(TYPE, inputs);
        const { replaces } = await world.plugin.diff(TYPE, id, state, { ...inputs, groupId: UNKNOWN }, inputs);
        expect(replaces).to.deep.equal(["groupId"]);
        expect(world.plugin.logs.map((log) => log.message)).to.deep.equal([
            `Its scope is not known before up. If it changes, runner ${id} goes, with its id, token and history, and a new one is created: GitLab cannot move a runner.`,
        ]);
    });

    it("reads what was changed in GitLab, and keeps the token that GitLab shows no more", async () => {
        const inputs = { runnerType: "group_type", groupId: group, description: "x" };
        const { id, state } = await world.plugin.create(TYPE, inputs);
        world.sandbox.db.runners.update(Number(id), { description: "by hand", active: false });
        const found = await world.plugin.read(TYPE, id, state, inputs);
        expect(found!.state).to.include({ description: "by hand", paused: true, token: state.token });
        expect(found!.inputs).to.deep.equal({ ...inputs, description: "by hand" });
        expect(found!.secrets).to.deep.equal(["token"]);
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
                const { id, state } = await world.plugin.create(TYPE, inputs());
                const before = world.sandbox.db.runners.must(Number(id));
                world.sandbox.db.runners.update(Number(id), change);
                const diff = await world.plugin.diff(TYPE, id, state, inputs(), inputs());
                expect(diff.detailed).to.deep.equal({ [property]: "add" });
                expect(world.plugin.logs.map((log) => log.message)).to.deep.equal([message]);
                await world.plugin.update(TYPE, id, state, inputs(), { oldInputs: inputs() });
                expect(world.sandbox.db.runners.must(Number(id))).to.deep.include({
                    description: before.description,
                    active: before.active,
                    tagList: before.tagList,
                    maintenanceNote: before.maintenanceNote,
                });
            });
        }

        it("leaves that to a refresh, and asks nothing, where compareWithGitlab is false", async () => {
            const { id, state } = await world.plugin.create(TYPE, inputs());
            world.sandbox.db.runners.update(Number(id), { active: false });
            const config = { baseUrl: world.sandbox.url, token: world.sandbox.tokens.api, compareWithGitlab: "false" };
            const usual = await startPlugin("gitlab", config);
            world.sandbox.journal.clear();
            expect((await usual.diff(TYPE, id, state, inputs(), inputs())).changes).to.equal(false);
            expect(world.sandbox.journal.count()).to.equal(0);
            expect((await usual.read(TYPE, id, state, inputs()))!.state).to.include({ paused: true });
            await usual.close();
        });

        it("makes anew what was deleted there", async () => {
            const { id, state } = await world.plugin.create(TYPE, inputs());
            world.sandbox.db.runners.delete(Number(id));
            expect((await world.plugin.diff(TYPE, id, state, inputs(), inputs())).replaces).to.deep.equal(["id"]);
            expect(world.plugin.logs.at(-1)!.message).to.equal(`Runner ${id} is gone from GitLab. up recreates it.`);
        });
    });
});
