import { expect } from "chai";
import { addRunner } from "../../../../sandbox";
import { rejection } from "../../../helpers/rejection";
import { useWorld } from "../../world";
import { GROUP_AND_PROJECTS } from "./seed";

const TYPE = "UserRunner";

describe("what a UserRunner of the state is in GitLab", () => {
    const world = useWorld("gitlab", { seed: GROUP_AND_PROJECTS });
    let group: number;
    before(() => {
        group = world.sandbox.db.groups.all()[0]!.id;
    });

    it("takes only 404 for gone: a runner that may not be seen is an error and stays in the state", async () => {
        const { id, state } = await world.plugin.create(TYPE, { runnerType: "group_type", groupId: group });
        world.sandbox.faults.plan({
            method: "GET",
            path: `/runners/${id}`,
            times: 0,
            fault: { kind: "status", status: 403, body: { message: "403 Forbidden - No access granted" } },
        });
        world.sandbox.faults.plan({ path: "/api/graphql", times: 0, fault: { kind: "status", status: 403 } });
        expect((await rejection(world.plugin.read(TYPE, id, state))).message).to.contain(
            "(403): 403 Forbidden - No access granted.",
        );
        world.sandbox.faults.clear();
        world.sandbox.db.runners.delete(Number(id));
        expect(await world.plugin.read(TYPE, id, state)).to.equal(undefined);
    });

    it("leaves a runner that another stack has taken over, and deletes its own", async () => {
        const madeAt = (runner: string) =>
            new Date(world.sandbox.db.runners.must(Number(runner)).createdAt).toISOString();
        const marked = (owner: string) => ({ maintenanceNote: `managed-by: gitlab-fleet ${owner}/ci` });
        const { id, state } = await world.plugin.create(TYPE, {
            runnerType: "group_type",
            groupId: group,
            ...marked("demo/test"),
        });
        world.sandbox.db.runners.update(Number(id), marked("demo/other"));
        await world.plugin.delete(TYPE, id, state);
        expect(world.sandbox.db.runners.get(Number(id))).to.include(marked("demo/other"));
        expect(world.plugin.logs.map(({ message }) => message)).to.deep.equal([
            `Runner ${id} in GitLab is declared by demo/other now: "", made ${madeAt(id)}. It is left as it is.`,
        ]);
        // Nor does its date stand there twice where the state has it: it is the same runner.
        world.plugin.logs.length = 0;
        await world.plugin.delete(TYPE, id, { ...state, __runnerCreatedAt: madeAt(id) });
        expect(world.plugin.logs.map(({ message }) => message).join()).to.not.contain("the one in the state");
        world.sandbox.db.runners.update(Number(id), marked("demo/test"));
        await world.plugin.delete(TYPE, id, state);
        expect(world.sandbox.db.runners.get(Number(id))).to.equal(undefined);
        await world.plugin.delete(TYPE, id, state);
    });

    describe("when GitLab was restored from a backup and has given the id to somebody else's runner", () => {
        const inputs = () => ({ runnerType: "group_type", groupId: group, description: "ours" });
        const restored = async (more: object = {}) => {
            const { id, state } = await world.plugin.create(TYPE, { ...inputs(), ...more });
            world.sandbox.db.runners.delete(Number(id));
            const theirs = addRunner(world.sandbox.db, {
                runnerType: "group_type",
                groupId: group,
                description: "theirs",
            });
            world.sandbox.db.runners.delete(theirs.id);
            const row = { ...theirs, id: Number(id), createdAt: theirs.createdAt + 86_400_000 };
            world.sandbox.db.runners.insert(row);
            world.sandbox.journal.clear();
            return { id, state, row };
        };
        const marked = { maintenanceNote: "managed-by: gitlab-fleet demo/test#k7m2x9pq4w/ci" };

        for (const [known, more] of [
            ["by when it was made", {}],
            ["by its marker", marked],
        ] as const) {
            it(`recreates the runner, known ${known}`, async () => {
                const { id, state } = await restored(more);
                const diff = await world.plugin.diff(
                    TYPE,
                    id,
                    state,
                    { ...inputs(), ...more },
                    { ...inputs(), ...more },
                );
                expect(diff.replaces).to.deep.equal(["id"]);
                expect(world.plugin.logs.at(-1)).to.include({ severity: "warn" });
                expect(world.plugin.logs.at(-1)!.message).to.contain(
                    `Runner ${id} in GitLab is another one now: "theirs"`,
                );
            });

            it(`neither rewrites nor deletes theirs, and a refresh lets go of it, known ${known}`, async () => {
                const { id, state, row } = await restored(more);
                const changed = { ...inputs(), ...more, description: "new" };
                expect((await rejection(world.plugin.update(TYPE, id, state, changed))).message).to.contain(
                    "Nothing was changed.",
                );
                await world.plugin.delete(TYPE, id, state);
                expect(await world.plugin.read(TYPE, id, state, inputs())).to.equal(undefined);
                expect(world.sandbox.db.runners.must(Number(id))).to.deep.equal(row);
                expect(world.sandbox.journal.writes()).to.deep.equal([]);
            });
        }
    });

    it("stops under another GitLab's address instead of taking its runner for a lost one", async () => {
        const inputs = { runnerType: "group_type", groupId: group, description: "ours" };
        const { id, state } = await world.plugin.create(TYPE, inputs);
        const before = { ...state, __gitlab: "https://old.example.org/api/v4/" };
        world.sandbox.db.runners.delete(Number(id));
        for (const attempt of [
            () => world.plugin.diff(TYPE, id, before, inputs, inputs),
            () => world.plugin.read(TYPE, id, before, inputs),
            () => world.plugin.update(TYPE, id, before, { ...inputs, description: "x" }),
            () => world.plugin.delete(TYPE, id, before),
        ]) {
            const { message } = await rejection(attempt());
            expect(message).to.contain(
                `it: was made in https://old.example.org/api/v4/, and ${world.sandbox.url}/api/v4/, which is`,
            );
            expect(message).to.contain("Another GitLab is another stack");
            expect(message).to.match(
                /pulumi state delete 'urn:pulumi:test::demo::gitlab:index\/userRunner:UserRunner::it'$/,
            );
        }
    });

    it("goes on under a new address of the same GitLab, and notes it with the next write", async () => {
        const inputs = { runnerType: "group_type", groupId: group, description: "ours" };
        const { id, state } = await world.plugin.create(TYPE, inputs);
        const before = { ...state, __gitlab: "https://old.example.org/api/v4/" };
        expect((await world.plugin.diff(TYPE, id, before, inputs, inputs)).changes).to.equal(false);
        const updated = await world.plugin.update(TYPE, id, before, { ...inputs, description: "x" });
        expect(updated.state.__gitlab).to.equal(`${world.sandbox.url}/api/v4/`);
    });

    it("keeps a runner that was imported under another name in the same operation", async () => {
        const { id } = addRunner(world.sandbox.db, { runnerType: "group_type", groupId: group });
        const { state } = (await world.plugin.read(TYPE, String(id)))!;
        await world.plugin.delete(TYPE, String(id), state, "old name");
        expect(world.sandbox.db.runners.get(id)).to.not.equal(undefined);
        await world.plugin.delete(TYPE, String(id), state);
        expect(world.sandbox.db.runners.get(id)).to.equal(undefined);
    });
});
