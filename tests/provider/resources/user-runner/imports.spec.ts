import { expect } from "chai";
import { NOBODY } from "../../../../core/id";
import { UNKNOWN, type Value } from "../../../../core/props";
import { addRunner } from "../../../../sandbox";
import { rejection } from "../../../helpers/rejection";
import { useWorld } from "../../world";
import { GROUP_AND_PROJECTS } from "./seed";

const TYPE = "UserRunner";

describe("a UserRunner that is imported", () => {
    const world = useWorld("gitlab", { seed: GROUP_AND_PROJECTS });
    let group: number;
    let project: number;
    before(() => {
        group = world.sandbox.db.groups.all()[0]!.id;
        project = world.sandbox.db.projects.all()[0]!.id;
    });

    it("imports by id, with the scope and all that was set", async () => {
        const row = addRunner(world.sandbox.db, { runnerType: "project_type", description: "old", tagList: ["t"] }, [
            project,
        ]);
        const found = await world.plugin.read(TYPE, String(row.id));
        expect(found!.state).to.include({ runnerType: "project_type", projectId: project, description: "old" });
        expect(found!.state).not.to.have.property("token");
        expect(found!.inputs).to.deep.include({ runnerType: "project_type", projectId: project, tagLists: ["t"] });
        const diff = await world.plugin.diff(TYPE, found!.id, found!.state, found!.inputs, found!.inputs);
        expect(diff.changes).to.equal(false);
    });

    it("imports a runner of several projects with the one that owns it", async () => {
        const other = world.sandbox.db.projects.all()[1]!.id;
        const row = addRunner(world.sandbox.db, { runnerType: "project_type" }, [other, project]);
        expect((await world.plugin.read(TYPE, String(row.id)))!.state.projectId).to.equal(other);
    });

    it("imports a runner without a timeout: what was read passes the check, and is no difference", async () => {
        const { id } = addRunner(world.sandbox.db, { runnerType: "group_type", groupId: group, maximumTimeout: null });
        const found = (await world.plugin.read(TYPE, String(id)))!;
        const { inputs, failures } = await world.plugin.check(TYPE, found.inputs);
        expect(failures).to.deep.equal([]);
        expect(inputs).not.to.have.property("maximumTimeout");
        expect(await world.plugin.diff(TYPE, String(id), found.state, inputs)).to.include({ changes: false });
        const { id: timed } = addRunner(world.sandbox.db, {
            runnerType: "group_type",
            groupId: group,
            maximumTimeout: 900,
        });
        expect((await world.plugin.read(TYPE, String(timed)))!.inputs).to.include({ maximumTimeout: 900 });
    });

    it("says that a runner to adopt was not found, and where the reason stands, in place of an id that nobody wrote", async () => {
        const { message } = await rejection(world.plugin.read(TYPE, NOBODY));
        expect(message)
            .to.contain('see the error of Runner "it"')
            .and.contain("Nothing was made in its place")
            .and.not.contain("got");
    });

    it("warns in a preview of whom it is taken from, and not where the stack has only got another name", async () => {
        const row = addRunner(world.sandbox.db, {
            runnerType: "group_type",
            groupId: group,
            maintenanceNote: "managed-by: gitlab-fleet other/prod#k7w2m9abcd/ci",
        });
        const { id, state, inputs } = (await world.plugin.read(TYPE, String(row.id)))!;
        const said = async (maintenanceNote: Value) => {
            world.plugin.logs.length = 0;
            await world.plugin.update(TYPE, id, state, { ...inputs, maintenanceNote }, { preview: true });
            return world.plugin.logs.map(({ severity, message }) => `${severity}: ${message}`);
        };
        const ours = (identity: string) => `managed-by: gitlab-fleet demo/test#${identity}/ci`;
        expect(await said(ours("k7w2m9abcd"))).to.deep.equal([]);
        const [warned] = await said(UNKNOWN);
        expect(warned).to.contain(
            `warn: Runner ${id} is declared by other/prod (state k7w2m9abcd) now, and up takes it over`,
        );
    });
});
