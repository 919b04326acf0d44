import { expect } from "chai";
import { addRunner } from "../../../../sandbox";
import { useWorld } from "../../world";
import { GROUP_AND_PROJECTS } from "./seed";

const TYPE = "UserRunner";

describe("UserRunners by the hundred", () => {
    const world = useWorld("gitlab", { seed: GROUP_AND_PROJECTS });
    let group: number;
    before(() => {
        group = world.sandbox.db.groups.all()[0]!.id;
    });

    it("refreshes 200 runners in a handful of requests", async () => {
        const rows = Array.from({ length: 200 }, (_, i) =>
            addRunner(world.sandbox.db, { runnerType: "group_type", groupId: group, description: `r${i}` }),
        );
        world.sandbox.journal.clear();
        const found = await Promise.all(
            rows.map((row) => world.plugin.read(TYPE, String(row.id), { runnerType: "group_type", groupId: group })),
        );
        expect(found.map((item) => item!.state.description)).to.deep.equal(rows.map((row) => row.description));
        expect(world.sandbox.journal.count()).to.be.at.most(6);
    });

    it("asks by id in batches, instead of reading on, when a scope holds thousands of others", async () => {
        const wanted = Array.from({ length: 6 }, (_, i) =>
            addRunner(world.sandbox.db, {
                runnerType: "group_type",
                groupId: group,
                description: `w${i}`,
                createdAt: 0,
            }),
        );
        for (let i = 0; i < 1000; i++) {
            addRunner(world.sandbox.db, { runnerType: "group_type", groupId: group });
        }
        world.sandbox.journal.clear();
        const found = await Promise.all(
            wanted.map((row) => world.plugin.read(TYPE, String(row.id), { runnerType: "group_type", groupId: group })),
        );
        expect(found.map((item) => item!.state.description)).to.deep.equal(wanted.map((row) => row.description));
        expect(world.sandbox.journal.count()).to.be.at.most(5);
    });
});
