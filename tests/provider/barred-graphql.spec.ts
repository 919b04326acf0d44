import { expect } from "chai";
import { runnerWithToken, TYPE } from "./resources/runner-token/world";
import { GROUP_AND_PROJECTS } from "./resources/user-runner/seed";
import { useWorld } from "./world";

describe("behind a firewall that lets no query of GraphQL through", () => {
    for (const status of [401, 403, 404, 406]) {
        const barred = { path: "/api/graphql", times: 0, fault: { kind: "html", status } } as const;

        describe(`and answers ${status} with a page`, () => {
            const of = runnerWithToken();
            const world = useWorld("gitlab", { seed: GROUP_AND_PROJECTS });

            it("a runner's token is kept, though its end is not known", async () => {
                of.world.sandbox.faults.plan(barred);
                const { state } = await of.world.plugin.create(TYPE, of.inputs);
                expect(state).to.include({ token: of.row.token }).and.not.have.property("expiresAt");
                expect((await of.up(state)).token).to.equal(of.row.token);
                expect(of.resets()).to.equal(0);
            });

            it("a runner is made, compared, read and deleted by REST", async () => {
                world.sandbox.faults.plan(barred);
                const inputs = { runnerType: "group_type", groupId: world.sandbox.db.groups.all()[0]!.id };
                const { id, state } = await world.plugin.create("UserRunner", inputs);
                expect((await world.plugin.diff("UserRunner", id, state, inputs, inputs)).changes).to.equal(false);
                expect(await world.plugin.read("UserRunner", id, state)).to.deep.include({ id });
                await world.plugin.delete("UserRunner", id, state);
                expect(world.sandbox.db.runners.get(Number(id))).to.equal(undefined);
            });

            it("an allowlist is, too", async () => {
                world.sandbox.faults.plan(barred);
                const [project] = world.sandbox.db.projects.all();
                const [group] = world.sandbox.db.groups.all();
                const inputs = { project: String(project!.id), enabled: true, targetGroupIds: [group!.id] };
                const { id, state } = await world.plugin.create("ProjectJobTokenScopes", inputs);
                const diff = await world.plugin.diff("ProjectJobTokenScopes", id, state, inputs, inputs);
                expect(diff.changes).to.equal(false);
                expect((await world.plugin.read("ProjectJobTokenScopes", id, state))!.state).to.deep.include({
                    targetGroupIds: [group!.id],
                });
            });
        });
    }
});
