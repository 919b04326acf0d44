import { expect } from "chai";
import { coveredBy, groupsAbove, parentOf, prefixesOf, sortedPaths, waitsForDeletion } from "../../core/paths";

describe("paths of GitLab", () => {
    it("have a parent, and groups above it", () => {
        expect(["a/b/c", "a", ""].map(parentOf)).to.deep.equal(["a/b", "", ""]);
        expect(["a/b/c", "a", ""].map(prefixesOf)).to.deep.equal([["a", "a/b", "a/b/c"], ["a"], []]);
        expect(["a/b/c", "a/b", "a", ""].map(groupsAbove)).to.deep.equal([["a", "a/b"], ["a"], [], []]);
    });

    it("are covered by a group that they are below, however deep and written, and by none that is only called alike", () => {
        const covered = coveredBy(["Apps/Web", "libs"]);
        for (const path of ["apps/web/x", "APPS/web/x/y", "libs/a", "Libs/a/b"])
            expect(covered(path), path).to.equal(true);
        for (const path of ["apps/web", "apps/x", "apps/website/x", "libs", "lib/a", "x/libs/a", "apps", ""])
            expect(covered(path), path).to.equal(false);
        expect(coveredBy([])("a/b")).to.equal(false);
    });

    it("are in one order, each once, whatever their case", () => {
        for (const paths of [
            ["b", "C", "a/B", "A/b", "c"],
            ["c", "A/b", "b"],
            ["A/b", "b", "c"],
        ])
            expect(sortedPaths(paths)).to.deep.equal(["A/b", "b", "c"]);
    });

    it("say of what waits for its deletion that it does, and of what is in it", () => {
        for (const path of ["a/b-deletion_scheduled-7", "a-deletion_scheduled-12/b"])
            expect(waitsForDeletion(path)).to.equal(true);
        for (const path of ["a/b", "a-deletion_scheduled-", "a-deletion_scheduled-x", "a-deletion_scheduled-7b"])
            expect(waitsForDeletion(path), path).to.equal(false);
    });
});
