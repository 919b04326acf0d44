import { expect } from "chai";
import { type Marker, markerOf, noteWith, ownerOf, parseMarker, sameMarker, userNoteOf } from "../../core/marker";

describe("the marker", () => {
    it("says which program's runner it is", () => {
        expect(markerOf(ownerOf("shop", "prod"), "k7m2x9pq4w", "ci")).to.equal(
            "managed-by: gitlab-fleet shop/prod#k7m2x9pq4w/ci",
        );
    });

    it("stands above the user's note", () => {
        expect(noteWith("marker", "ask ops\nfirst")).to.equal("marker\nask ops\nfirst");
        expect(noteWith("marker", undefined)).to.equal("marker");
        expect(noteWith("marker", "")).to.equal("marker");
    });
});

describe("parseMarker", () => {
    it("reads what components write, user's note and all", () => {
        const note = noteWith(
            markerOf(ownerOf("fleet", "prod"), "k7m2x9pq4w", "docker-small"),
            "Ask Olga.\nmanaged-by: gitlab-fleet a/b/c",
        );
        expect(parseMarker(note)).to.deep.equal({
            owner: "fleet/prod",
            identity: "k7m2x9pq4w",
            runner: "docker-small",
        });
    });

    it("reads names with spaces and slashes, and notes that somebody wrote above the marker", () => {
        expect(parseMarker("Careful!\r\nmanaged-by: gitlab-fleet p/s/a b/c \r\n")).to.deep.equal({
            owner: "p/s",
            runner: "a b/c",
        });
    });

    it("reads the markers of before states had an identity", () => {
        expect(parseMarker("managed-by: gitlab-fleet p/s/x")).to.deep.equal({ owner: "p/s", runner: "x" });
    });

    for (const note of [
        "managed-by: gitlab-fleet p/s#/x",
        "managed-by: gitlab-fleet p/s#A B/x",
        "",
        "mine",
        "managed-by: terraform p/s/x",
        "managed-by: gitlab-fleet p/s",
        "x managed-by: gitlab-fleet p/s/x",
    ]) {
        it(`takes ${JSON.stringify(note)} for somebody else's`, () => {
            expect(parseMarker(note)).to.equal(undefined);
        });
    }
});

describe("the user's note", () => {
    it("is what stands around the marker, and whatever stands there without one", () => {
        const marker = markerOf("fleet/prod", "k7m2x9pq4w", "ci");
        expect(userNoteOf(noteWith(marker, "Ask Olga.\nThen me."))).to.equal("Ask Olga.\nThen me.");
        expect(userNoteOf(`Careful!\n${marker} \nAsk Olga.`)).to.equal("Careful!\n\nAsk Olga.");
        expect(userNoteOf(marker)).to.equal("");
        expect(userNoteOf("mine\n")).to.equal("mine");
    });
});

describe("sameMarker", () => {
    const marker: Marker = { owner: "fleet/prod", identity: "k7m2x9pq4w", runner: "ci" };
    const ancient: Marker = { owner: "fleet/prod", runner: "ci" };
    const pairs: [title: string, one: Marker, other: Marker, isSame: boolean][] = [
        ["what says the same for the same", marker, { ...marker }, true],
        ["another stack's for another", marker, { ...marker, owner: "fleet/dev" }, false],
        ["that of another runner of the stack for another", marker, { ...marker, runner: "docs" }, false],
        ["that of another state of a stack of that name for another", marker, { ...marker, identity: "other" }, false],
        ["one from before states had an identity for any of that name", marker, ancient, true],
        ["two of them for the same", ancient, ancient, true],
        ["one of them for another stack's only by its name", { ...ancient, owner: "fleet/dev" }, marker, false],
    ];
    for (const [title, one, other, isSame] of pairs) {
        it(`takes ${title}`, () => {
            expect(sameMarker(one, other)).to.equal(isSame);
            expect(sameMarker(other, one)).to.equal(isSame);
        });
    }
});
