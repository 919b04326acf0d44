import { expect } from "chai";
import { closest, didYouMean } from "../../core/suggest";

const KEYS = ["scope", "description", "tags", "runUntagged", "maximumTimeout", "note"];

describe("didYouMean", () => {
    it("finds the word behind a slip", () => {
        const slips = {
            tag: "tags",
            tgas: "tags",
            Tags: "tags",

            descripton: "description",
            run_untagged: "runUntagged",
        };
        for (const [slip, meant] of Object.entries(slips)) expect(closest(slip, KEYS), slip).to.equal(meant);
    });

    it("finds the word behind an abbreviation", () => {
        expect(closest("maxTimeout", KEYS)).to.equal("maximumTimeout");
        expect(closest("desc", KEYS)).to.equal("description");
    });

    it("keeps quiet where a long name has a short word's letters somewhere", () => {
        expect(closest("FF_NOPE", ["FF_ENABLE_JOB_INPUTS_INTERPOLATION"])).to.equal(undefined);
    });

    it("keeps quiet where nothing is near", () => {
        for (const word of ["xyzzy", "docker", "", "t"]) expect(didYouMean(word, KEYS), word).to.equal("");
        expect(didYouMean("tags", [])).to.equal("");
    });
});
