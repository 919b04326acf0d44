import { expect } from "chai";
import type { Props } from "../../../core/props";
import { problemsOfExclusive } from "../../../gitlab/orphans/problems";

describe("the scope of an ExclusiveRunners", () => {
    const problems = (inputs: Props) => problemsOfExclusive(inputs).map(({ path }) => path);

    it("is named by what its runners are of", () => {
        expect(problems({ runnerType: "instance_type" })).to.deep.equal([]);
        expect(problems({ runnerType: "group_type" })).to.deep.equal(["groupId"]);
        expect(problems({ runnerType: "project_type", groupId: 1 })).to.deep.equal([]);
        expect(problems({ runnerType: "instance_type", projectId: 1 })).to.deep.equal(["projectId"]);
    });

    it("is none where the type is a word that every object knows", () => {
        for (const runnerType of ["constructor", "toString", "__proto__"]) {
            expect(problems({ runnerType }), runnerType).to.deep.equal(["runnerType"]);
        }
    });
});
