import { expect } from "chai";
import type { RunnerRecord } from "../../../../gitlab/runners";
import { isKnownRunner, type KnownBy } from "../../../../provider/resources/user-runner/standing";
import { useWorld } from "../../world";
import { GROUP_AND_PROJECTS } from "./seed";

const marker = (owner: string) => `managed-by: gitlab-fleet ${owner}/ci`;
const OURS = marker("demo/test#k7m2x9pq4w");
const THEIRS = marker("demo/other#k7m2x9pq4w");
const THEN = "2026-01-01T00:00:00.123Z";

describe("whether a runner is the one that the state knows", () => {
    const cases: [what: string, known: KnownBy, found: Partial<RunnerRecord>, isKnown: boolean][] = [
        ["by the second in which it was made", { createdAt: THEN }, { createdAt: "2026-01-01T00:00:00Z" }, true],
        ["by no other second", { createdAt: THEN }, { createdAt: "2026-01-01T00:00:01Z" }, false],
        [
            "not by the second where another stack has put its marker on it",
            { createdAt: THEN, maintenanceNote: OURS },
            { createdAt: THEN, maintenanceNote: THEIRS },
            false,
        ],
        [
            "by the second where the state has no marker and the runner has got one",
            { createdAt: THEN },
            { createdAt: THEN, maintenanceNote: THEIRS },
            true,
        ],
        [
            "by its marker where GitLab does not say when it was made, whatever it is called",
            { createdAt: THEN, maintenanceNote: OURS, description: "ours" },
            { maintenanceNote: `${OURS}\nmore` },
            true,
        ],
        [
            "by its description where the marker is gone",
            { maintenanceNote: OURS, description: "theirs" },
            { maintenanceNote: "" },
            true,
        ],
        [
            "by no other description where the marker is gone",
            { maintenanceNote: OURS, description: "ours" },
            { maintenanceNote: "" },
            false,
        ],
        [
            "by about when it was made where marker and description are gone",
            { createdAround: "2026-01-01T00:05:00Z", maintenanceNote: OURS, description: "ours" },
            { createdAt: THEN },
            true,
        ],
        [
            "by no other time where marker and description are gone",
            { createdAround: "2026-01-01T00:15:00Z", maintenanceNote: OURS, description: "ours" },
            { createdAt: THEN },
            false,
        ],
        [
            "by its marker where a clock was wrong when it was made",
            { createdAround: "2035-01-01T00:00:00Z", maintenanceNote: OURS, description: "ours" },
            { createdAt: THEN, maintenanceNote: OURS },
            true,
        ],
        [
            "not by about when it was made where another stack has put its marker on it",
            { createdAround: THEN, maintenanceNote: OURS },
            { createdAt: THEN, maintenanceNote: THEIRS },
            false,
        ],
        ["by no other description where there never was a marker", { description: "ours" }, {}, false],
        ["by no marker alone that the state never had", { description: "ours" }, { maintenanceNote: THEIRS }, false],
        ["where nothing can be compared", {}, {}, true],
    ];
    for (const [what, known, found, isKnown] of cases) {
        it(`is ${isKnown ? "told" : "not told"} ${what}`, () => {
            const record = { maintenanceNote: "", description: "theirs", ...found } as RunnerRecord;
            expect(isKnownRunner(record, known)).to.equal(isKnown);
        });
    }
});

describe("a UserRunner that was written", () => {
    const world = useWorld("gitlab", { seed: GROUP_AND_PROJECTS });

    it("is what GitLab has then, and no more what was listed before", async () => {
        const inputs = { runnerType: "group_type", groupId: world.sandbox.db.groups.all()[0]!.id, description: "a" };
        const made = await Promise.all(Array.from({ length: 12 }, () => world.plugin.create("UserRunner", inputs)));
        // So many at once are read from the list of their scope.
        const now = async () =>
            (await Promise.all(made.map(({ id, state }) => world.plugin.read("UserRunner", id, state)))).map(
                (found) => found?.state.description,
            );
        const as = (text: string) => made.map(() => text);
        expect(await now()).to.deep.equal(as("a"));
        const [first, second] = made;
        await world.plugin.update("UserRunner", first!.id, first!.state, { ...inputs, description: "b" });
        expect(await now()).to.deep.equal(["b", ...as("a").slice(1)]);
        await world.plugin.delete("UserRunner", second!.id, second!.state);
        expect(await now()).to.deep.equal(["b", undefined, ...as("a").slice(2)]);
    });

    it("is written no more while GitLab has all of it", async () => {
        const inputs = { runnerType: "group_type", groupId: world.sandbox.db.groups.all()[0]!.id, tagLists: ["a"] };
        const { id, state } = await world.plugin.create("UserRunner", inputs);
        world.sandbox.journal.clear();
        await world.plugin.update("UserRunner", id, state, inputs);
        expect(world.sandbox.journal.writes()).to.deep.equal([]);
    });
});
