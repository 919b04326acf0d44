import { expect } from "chai";
import { closest, didYouMean, isMisspelt } from "../../core/suggest";

const KEYS = ["scope", "description", "tags", "runUntagged", "maximumTimeout", "note"];

describe("didYouMean", () => {
    it("finds the word behind a slip", () => {
        const slips = {
            tag: "tags",
            tgas: "tags",
            Tags: "tags",
            atgs: "tags",
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

    it("takes the nearest of several, and of two that are equally near the first", () => {
        expect(closest("tagz", ["togs", "tags", "bags"])).to.equal("tags");
        expect(closest("tagz", ["tage", "tags"])).to.equal("tage");
        expect(didYouMean("tgas", ["note", "tags"])).to.equal(' Did you mean "tags"?');
    });

    it("keeps quiet where an abbreviation is short, begins otherwise, or is a small part", () => {
        expect(closest("dsc", ["description"])).to.equal(undefined);
        expect(closest("escr", ["description"])).to.equal(undefined);
        expect(closest("mato", ["maximumTimeout"])).to.equal(undefined);
        expect(closest("crtn", ["creationdate"])).to.equal("creationdate");
    });
});

describe("a misspelt word", () => {
    it("differs by one letter, by case and by what joins its parts, and by no more", () => {
        for (const word of [
            "gitlab_fleet",
            "GitLab.Fleet",
            "gitlabfleet",
            "gitlb-fleet",
            "gitlab-fleets",
            "gitlba-fleet",
        ])
            expect(isMisspelt(word, "gitlab-fleet"), word).to.equal(true);
        for (const word of ["gitlab", "github-fleet", "gilb-fleet", ""])
            expect(isMisspelt(word, "gitlab-fleet"), word).to.equal(false);
    });
});
