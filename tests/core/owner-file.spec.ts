import { expect } from "chai";
import {
    type Claimant,
    type DirectoryOwner,
    formatOwner,
    formerName,
    isOwn,
    parseOwner,
    shown,
    whyNotOwn,
} from "../../core/owner-file";

const HASH = "a".repeat(64);
const OTHER_HASH = "b".repeat(64);
const PLACE = "0123456789abcdef";
const OURS = { owner: "fleet/prod/ci-01", place: PLACE, identity: "k7m2x9pq4w" };

describe("what a directory says of its owner", () => {
    it("is read as it was written, with no line where there is nothing to say", () => {
        for (const owner of [
            { owner: "fleet/prod/ci-01" },
            OURS,
            { ...OURS, wrote: HASH },
            { ...OURS, wrote: HASH, over: OTHER_HASH },
        ]) {
            const text = formatOwner(owner);
            expect(parseOwner(text)).to.deep.include(owner);
            expect(text.split("\n").slice(1, -1)).to.have.lengthOf(Object.keys(owner).length);
        }
    });

    it("names no text that was about to be replaced by itself", () => {
        expect(formatOwner({ ...OURS, wrote: HASH, over: HASH })).to.not.contain("over:");
    });

    it("is in whole lines alone", () => {
        const text = formatOwner({ ...OURS, wrote: HASH, over: OTHER_HASH });
        const nothing = { owner: "", place: undefined, identity: undefined, wrote: undefined, over: undefined };
        expect(parseOwner(text.replace(/^/gm, "# "))).to.deep.equal(nothing);
        expect(parseOwner(text.replace(/(: \S+)$/gm, "$1 or not"))).to.deep.include({
            ...nothing,
            owner: OURS.owner,
        });
        expect(parseOwner(text.replace(/(: [0-9a-z]+)$/gm, "$1-X"))).to.deep.include({
            ...nothing,
            owner: OURS.owner,
        });
        for (const ending of ["\r\n", "  \n"])
            expect(parseOwner(text.replaceAll("\n", ending))).to.deep.include({
                ...OURS,
                wrote: HASH,
                over: OTHER_HASH,
            });
    });

    it("reaches no terminal but as printable text of a bearable length", () => {
        expect(shown("")).to.equal("somebody");
        expect(shown(`a/b/\u001b[31m\u202e${"x".repeat(300)}`))
            .to.match(/^a\/b\/\?\[31m\?x+$/)
            .and.have.lengthOf(200);
    });
});

describe("whose a directory is", () => {
    const cases: [what: string, found: DirectoryOwner, us: Claimant, isOurs: boolean][] = [
        ["the place's, whatever it is called now", { owner: "old/name/x", place: PLACE }, OURS, true],
        ["another manager's of this very state", { ...OURS, owner: "fleet/prod/x", place: "f".repeat(16) }, OURS, true],
        ["another state's of the same name", { ...OURS, place: "f".repeat(16), identity: "0ther" }, OURS, false],
        [
            "another stack's, whatever state it names",
            { ...OURS, owner: "fleet/dev/ci-01", place: undefined },
            OURS,
            false,
        ],
        ["nobody's who could be named", { owner: "", identity: OURS.identity }, OURS, false],
        ["this stack's, where neither names a state or a place", { owner: OURS.owner }, { owner: OURS.owner }, true],
        [
            "another state's, where it has a place unknown here",
            { owner: OURS.owner, place: PLACE },
            { owner: OURS.owner },
            false,
        ],
        [
            "another's of this stack, of before there were states",
            { owner: "fleet/prod/x", place: PLACE },
            { owner: OURS.owner },
            true,
        ],
        ["another stack's, where neither names a place", { owner: "fleet/dev/ci-01" }, { owner: OURS.owner }, false],
        [
            "this stack's, where only the directory names a state",
            { owner: OURS.owner, identity: "0ther" },
            { owner: OURS.owner },
            true,
        ],
        ["this stack's, where only this side names a state", { owner: OURS.owner }, OURS, true],
    ];
    for (const [what, found, us, isOurs] of cases) {
        it(`is told: ${what}`, () => expect(isOwn(found, us)).to.equal(isOurs));
    }

    it("is refused unless it may be taken over from that very owner", () => {
        const theirs = { owner: "fleet/dev/ci-01" };
        expect(whyNotOwn("/d", undefined, OURS)).to.equal(undefined);
        expect(whyNotOwn("/d", theirs, { ...OURS, takeOverFrom: theirs.owner })).to.equal(undefined);
        expect(whyNotOwn("/d", theirs, { ...OURS, takeOverFrom: "fleet/dev/ci-02" })).to.contain(
            "/d is the directory of fleet/dev/ci-01 (.gitlab-fleet-owner in it says so). Give this manager a directory of its own. If it",
        );
        // Whom nobody can name, nobody can take over from.
        expect(whyNotOwn("/d", { owner: "" }, { ...OURS, takeOverFrom: "" })).to.contain("cannot be understood");
    });

    it("may be this stack's own of a state that was lost, where the name is the same", () => {
        const lost = { ...OURS, place: "f".repeat(16), identity: "0ther" };
        expect(whyNotOwn("/d", lost, OURS))
            .to.contain(", in another state than this one (")
            .and.contain("stateLost: true");
        expect(whyNotOwn("/d", { ...lost, owner: "fleet/prod/x" }, OURS))
            .to.contain(", in another state than this one (")
            .and.not.contain("stateLost");
    });

    it("is asked about a former name of this stack's manager alone", () => {
        expect(formerName({ owner: "fleet/prod/old" }, OURS.owner)).to.equal("old");
        for (const found of [undefined, { owner: OURS.owner }, { owner: "fleet/dev/old" }]) {
            expect(formerName(found, OURS.owner)).to.equal(undefined);
        }
    });
});
