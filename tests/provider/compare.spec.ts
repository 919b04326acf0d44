import { expect } from "chai";
import { type Props, UNKNOWN } from "../../core/props";
import { type Comparison, compare } from "../../provider/compare";

const COMPARISONS: Record<string, Comparison> = {
    scope: { replace: true },
    note: { absent: "" },
    tags: { set: true, absent: [] },
    free: {},
};

describe("compare", () => {
    const diff = (state: Props, inputs: Props, oldInputs: Props = state) =>
        compare(COMPARISONS, { id: "1", state, oldInputs }, inputs).changes;

    for (const [title, state, inputs, changes] of [
        [
            "sees nothing where nothing changed",
            { scope: 1, note: "x", tags: ["a", "b"] },
            { scope: 1, note: "x", tags: ["b", "a", "a"] },
            {},
        ],
        ["sees a new value", { note: "x" }, { note: "y" }, { note: "update" }],
        ["sees a value where there was none", { scope: 1 }, { scope: 1, note: "y" }, { note: "add" }],
        ["sees a value taken out whose default differs", { note: "x" }, {}, { note: "delete" }],
        ["sees nothing in a value taken out that is the default", { note: "", tags: [] }, {}, {}],
        ["lets a value without default be what it was", { free: 7 }, {}, {}],
        ["takes a value not known yet for a change", { note: "x" }, { note: UNKNOWN }, { note: "update" }],
        ["replaces for a new value, a first one and none", { scope: 1 }, { scope: 2 }, { scope: "update-replace" }],
        ["replaces when a value is taken out", { scope: 1 }, {}, { scope: "delete-replace" }],
        ["ignores properties without a rule", { odd: 1 }, { odd: 2 }, {}],
    ] as [string, Props, Props, object][]) {
        it(title, () => {
            expect(diff(state, inputs)).to.deep.equal(changes);
        });
    }

    it("does not look at what was never given, whatever GitLab has", () => {
        expect(diff({ note: "by hand" }, {}, {})).to.deep.equal({});
    });
});
