import { expect } from "chai";
import { type Props, UNKNOWN } from "../../../core/props";
import { problemsOfExclusive } from "../../../gitlab/orphans/problems";

const problems = (inputs: Props) => problemsOfExclusive(inputs).map(({ path }) => path);

describe("the scope of an ExclusiveRunners", () => {
    it("is named by what its runners are of", () => {
        expect(problems({ runnerType: "instance_type" })).to.deep.equal([]);
        expect(problems({ runnerType: "group_type" })).to.deep.equal(["groupId"]);
        expect(problems({ runnerType: "project_type", groupId: 1 })).to.deep.equal([]);
        expect(problems({ runnerType: "project_type" })).to.deep.equal(["projectId"]);
        expect(problems({ runnerType: "instance_type", projectId: 1 })).to.deep.equal(["projectId"]);
        expect(problems({ runnerType: "instance_type", groupId: 1 })).to.deep.equal(["groupId"]);
    });

    it("may not be known yet", () => {
        expect(problems({ runnerType: UNKNOWN, groupId: UNKNOWN, projectId: 1 })).to.deep.equal([]);
    });

    it("is none where the type is a word that every object knows", () => {
        for (const runnerType of ["constructor", "toString", "__proto__"]) {
            expect(problems({ runnerType }), runnerType).to.deep.equal(["runnerType"]);
        }
    });
});

describe("what an ExclusiveRunners is told besides", () => {
    const inputs = { owner: "fleet/prod", runnerType: "instance_type" };

    it("is of a project and a stack, of one each", () => {
        expect(problems(inputs)).to.deep.equal([]);
        for (const owner of ["fleet", "fleet/", "/prod", "fleet/prod/x", "a fleet/prod", "fleet/prod now"]) {
            expect(problems({ ...inputs, owner }), owner).to.deep.equal(["owner"]);
        }
    });

    it("may be that nothing is ever deleted, or at once", () => {
        expect(problems({ ...inputs, limit: 0, quietPeriod: "0s" })).to.deep.equal([]);
        for (const limit of [-1, 0.5, Number.NaN]) expect(problems({ ...inputs, limit })).to.deep.equal(["limit"]);
    });
});
