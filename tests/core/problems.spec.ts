import { expect } from "chai";
import {
    error,
    findChoiceProblems,
    findUnknownKeys,
    firstPlaces,
    stoppingErrors,
    unsaid,
    warning,
} from "../../core/problems";
import { UNKNOWN } from "../../core/values";

describe("problems", () => {
    const later = { ...error("a", "comes again"), later: true };
    const [wrong, unwise] = [error("b", "is wrong"), warning("c", "is unwise")];

    it("stop the program by an error, and then what is told later is told with it", () => {
        expect(stoppingErrors([unwise, later, wrong])).to.deep.equal([later, wrong]);
        for (const none of [[], [unwise], [later], [later, unwise]]) expect(stoppingErrors(none)).to.deep.equal([]);
    });

    it("are said once of one place", () => {
        expect(unsaid([wrong, unwise, error("b", "is also wrong")], [error("b", "was said")])).to.deep.equal([unwise]);
    });

    it("of a choice are those of what is there, known, and none of the words", () => {
        const messages = (value: unknown) =>
            findChoiceProblems(value, ["report", "pause"], "at").map(({ message }) => message);
        for (const value of ["report", "pause", undefined, UNKNOWN]) expect(messages(value)).to.deep.equal([]);
        expect(messages("repot")).to.deep.equal(['must be one of report, pause (got "repot"). Did you mean "report"?']);
        for (const value of ["", "x", null, 5, ["report"]])
            expect(messages(value)[0], String(value)).to.match(/Choose one of them\.$/);
    });

    it("of keys are those that are there and known to nobody", () => {
        const keys = (value: Record<string, unknown>) =>
            findUnknownKeys(value, ["tags", "note"], "at").map(({ path }) => path);
        expect(keys({ tags: 1, tag: undefined, nte: 1, toString: 2 })).to.deep.equal(["at.nte", "at.toString"]);
        const told = (known: string[], remedy?: string) => findUnknownKeys({ xyzzy: 1 }, known, "", remedy)[0]!.message;
        const many = Array.from({ length: 14 }, (_, at) => `k${at}`);
        expect(told(["a"])).to.equal("is not a known key. Remove it, or use one of a.");
        expect(told(many)).to.match(/, k13\.$/);
        expect(told([...many, "k14"])).to.equal("is not a known key. Remove it.");
        expect(told(["xyzz"])).to.equal('is not a known key. Did you mean "xyzz"?');
        expect(told(["a"], "Write a.")).to.equal("is not a known key. Write a.");
    });

    it("of what is there twice name the first place, each time", () => {
        const earlier = firstPlaces();
        expect([earlier("x", "a"), earlier("y", "b"), earlier("x", "c"), earlier("x", "d")]).to.deep.equal([
            undefined,
            undefined,
            "a",
            "a",
        ]);
    });
});
