import { expect } from "chai";
import { UNKNOWN } from "../../../../core/props";
import { useWorld } from "../../world";
import { GROUP_AND_PROJECTS } from "./seed";

const TYPE = "UserRunner";

describe("the inputs of a UserRunner", () => {
    const world = useWorld("gitlab", { seed: GROUP_AND_PROJECTS });

    it("reports every problem of its inputs at once", async () => {
        const { failures } = await world.plugin.check(TYPE, {
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
        const untagged = await world.plugin.check(TYPE, { runnerType: "instance_type", untagged: false });
        expect(untagged.failures.map(({ property }) => property)).to.deep.equal(["untagged"]);
    });

    it("counts characters as GitLab does", async () => {
        const longest = { runnerType: "instance_type", maintenanceNote: "🚀".repeat(1024) };
        expect((await world.plugin.check(TYPE, longest)).failures).to.deep.equal([]);
    });

    it("reports unknown properties and wrong types, and lets unknown values pass", async () => {
        const wrong = await world.plugin.check(TYPE, { runnerType: "group_type", groupId: "7", untaged: true });
        expect(wrong.failures.map(({ property }) => property)).to.deep.equal(["groupId", "untaged"]);
        const unknown = await world.plugin.check(TYPE, {
            runnerType: UNKNOWN,
            groupId: UNKNOWN,
            tagLists: UNKNOWN,
            untagged: false,
        });
        expect(unknown.failures).to.deep.equal([]);
        expect(unknown.inputs).to.include({ groupId: UNKNOWN, tagLists: UNKNOWN });
    });

    it("keeps secret inputs secret", async () => {
        const { secrets } = await world.plugin.check(
            TYPE,
            { runnerType: "instance_type", maintenanceNote: "x" },
            { secrets: ["maintenanceNote"] },
        );
        expect(secrets).to.deep.equal(["maintenanceNote"]);
    });
});
