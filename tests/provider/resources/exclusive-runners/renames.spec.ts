import { expect } from "chai";
import { UNKNOWN } from "../../../../core/props";
import { askAboutRenames } from "../../../../provider/resources/exclusive-runners/names";

describe("the question whether a runner that goes is the one that is made", () => {
    it("is asked where one goes and one is made in the same scope", () => {
        expect(askAboutRenames({ old: "1", stays: "2" }, { new: UNKNOWN, stays: "2" })).to.equal(
            "Runner old goes, with its id, token and history in GitLab, and new is created. If it is the same runner under " +
                "another name, keep it: renamedFrom: old at runner new.",
        );
    });

    it("is asked once about many, with their names", () => {
        const names = Array.from({ length: 12 }, (_, index) => `r${index}`);
        const asked = askAboutRenames(Object.fromEntries(names.map((name) => [name, "1"])), { new: UNKNOWN });
        expect(asked).to.match(/^Runners r0, .*, r9, 2 more go, .* and new is made\. Where one is the same runner/);
    });

    it("leaves open which one is meant where one goes and several are made", () => {
        expect(askAboutRenames({ old: "1" }, { a: UNKNOWN, b: UNKNOWN })).to.match(
            /^Runners old go, .* and a, b are made\. Where one is the same runner/,
        );
        expect(askAboutRenames({ a: "1", b: "2" }, { new: UNKNOWN })).to.match(
            /^Runners a, b go, .* new is made\. Where/,
        );
    });

    it("is not asked where a runner only goes, is only made, or is kept by renamedFrom or adopt", () => {
        expect(askAboutRenames({ old: "1" }, {})).to.equal(undefined);
        expect(askAboutRenames({ old: "1" }, { old: "1", new: UNKNOWN })).to.equal(undefined);
        expect(askAboutRenames({ old: "1" }, { new: "1" })).to.equal(undefined);
        expect(askAboutRenames({ old: "1" }, { new: "1", further: UNKNOWN })).to.equal(undefined);
        expect(askAboutRenames({ old: "1" }, { old: UNKNOWN, new: UNKNOWN })).to.equal(undefined);
        expect(askAboutRenames({ old: "1" }, { new: "7" })).to.equal(undefined);
        expect(askAboutRenames({ old: "1" }, UNKNOWN)).to.equal(undefined);
    });
});
