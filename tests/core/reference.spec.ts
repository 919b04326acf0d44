import { expect } from "chai";
import { findIdProblems, findReferenceProblems, type ReferenceKind, referenceKey, toPath } from "../../core/reference";

describe("referenceKey", () => {
    it("is one for each way to write a reference", () => {
        expect(referenceKey("7")).to.equal(referenceKey(7));
        expect(referenceKey("Apps/ETL")).to.equal(referenceKey("apps/etl"));
        expect(referenceKey("/7")).to.not.equal(referenceKey(7));
    });

    it("takes what is no way to write an id for another reference, so that it is called wrong and not a repetition too", () => {
        for (const written of ["#7", "07", " 7", "７"]) expect(referenceKey(written)).to.not.equal(referenceKey(7));
    });
});

describe("a path and an id", () => {
    it("are as GitLab has them: a slash before a path of digits is none of its letters", () => {
        expect(["/7", "apps/2", "apps"].map(toPath)).to.deep.equal(["7", "apps/2", "apps"]);
        for (const id of [7, "7"]) expect(findIdProblems(id, "at")).to.deep.equal([]);
        expect(findIdProblems("#7", "at")[0]!.message).to.equal(
            'must be GitLab\'s number of a runner (got "#7"). Write 7.',
        );
    });
});

describe("a reference", () => {
    const problemsOf = (kind: ReferenceKind, value: unknown) =>
        findReferenceProblems(kind, value, "at").map(({ message }) => message);
    const good: Record<ReferenceKind, unknown[]> = {
        project: [7, "7", "apps/etl", "Apps/2.x/e_t-l"],
        // A slash tells a path of digits from an id.
        group: [7, "apps", "apps/2", "1e3", "/2", "/42"],
    };
    const bad: [kind: ReferenceKind, value: unknown, why: string][] = [
        ["group", "7", "may be an id or a path"],
        ["group", "/2/3", "must not begin or end with a slash"],
        ["group", "/2x", "must not begin or end with a slash"],
        ["group", "/a", "must not begin or end with a slash"],
        ["group", "/", "must not begin or end with a slash"],
        ["project", "/7", "must not begin or end with a slash"],
        ["project", "apps/etl/", "must not begin or end with a slash"],
        ["project", "apps//etl", "must not begin or end with a slash"],
        ["project", "etl", "must name the project's group"],
        ["project", "https://gitlab.example.org/apps/etl", "must be a path, not a URL"],
        ["project", "apps /etl", "must not contain spaces"],
        ["group", "apps\n", "must not contain spaces"],
        ["group", "\u3000apps", "must not contain spaces"],
        ["group", "ap\u200bps", "must not hold invisible characters (U+200B"],
        ["group", "", "must not be empty"],
        ["group", 0, "is not a possible id"],
        ["project", "#7", "is not a possible id"],
        ["project", true, "must be a project's full path"],
        ["group", ["apps"], "must be a group's full path"],
        ["group", null, "must be a group's full path"],
    ];
    for (const kind of ["project", "group"] as const) {
        it(`to a ${kind} is a path as GitLab has it, or an id`, () => {
            for (const value of good[kind]) expect(problemsOf(kind, value), String(value)).to.deep.equal([]);
        });
    }
    for (const [kind, value, why] of bad) {
        it(`to a ${kind} is not ${JSON.stringify(value)}`, () => {
            const [problem, ...others] = problemsOf(kind, value);
            expect(problem).to.contain(why);
            expect(others).to.deep.equal([]);
        });
    }
});
