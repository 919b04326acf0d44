import { expect } from "chai";
import { UNKNOWN } from "../../core/props";
import { asShown, listChanges, missingIn } from "../../provider/list-changes";

const NONE = new Set<string>();

describe("a list that changes, entry by entry", () => {
    it("is one line for one entry, wherever it stands", () => {
        expect(listChanges("ids", [1, 2], [5, 1, 2])).to.deep.equal({ "ids[0]": "add" });
        expect(listChanges("ids", [1, 2, 3], [2, 3])).to.deep.equal({ "ids[0]": "delete" });
        expect(listChanges("ids", [1, 2, 3], [3, 5, 1])).to.deep.equal({ "ids[1]": "update" });
        expect(listChanges("ids", [1, 2], [2, 1])).to.deep.equal({});
    });

    it("counts entries that are there more than once, and those that are not known yet", () => {
        expect(missingIn(["a", "a", "b"], ["a"])).to.deep.equal(["a", "b"]);
        expect(listChanges("ids", [1, UNKNOWN], [1, UNKNOWN])).to.deep.equal({ "ids[1]": "update" });
        expect(listChanges("all", [{ a: 1 }], [{ a: 1 }, { a: 2 }])).to.deep.equal({ "all[1]": "add" });
    });

    it("stands in place of the whole list; what only GitLab has changed is shown as set", () => {
        const state = { ids: [1, 2], tags: ["a"], same: [1], text: "a" };
        const inputs = { ids: [3, 1, 2], tags: ["b"], same: [1], text: "b" };
        expect(asShown({ ids: "update", text: "update", same: "update" }, state, inputs, NONE)).to.deep.equal({
            "ids[0]": "add",
            text: "update",
            same: "add",
        });
        expect(asShown({ tags: "update-replace" }, state, inputs, NONE)).to.deep.equal({ "tags[0]": "update-replace" });
        expect(asShown({ ids: "update" }, state, inputs, new Set(["ids"]))).to.deep.equal({ ids: "update" });
        expect(asShown({ ids: "add" }, {}, inputs, NONE)).to.deep.equal({ ids: "add" });
    });
});
