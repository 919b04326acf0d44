import { expect } from "chai";
import { type Marker, readMarker, writeMarker } from "../../../cli/pipeline/marker";
import { syncNote } from "../../../cli/pipeline/notes";
import { rejection } from "../../helpers/rejection";
import { type Review, startReview } from "./world";

describe("the note of a stack on a merge request", () => {
    let review: Review;
    let iid: string;
    beforeEach(async () => {
        review = await startReview();
        iid = String(review.mergeRequest());
    });
    afterEach(() => review.close());

    const marker = (pipeline: number, key = "fleet/prod"): Marker => ({
        kind: "preview",
        key,
        pipeline,
        commit: "",
        changes: "00",
    });
    const bodies = () => review.sandbox.db.notes.all().map(({ body }) => body.split("\n").at(-1));
    const write = (pipeline: number, body: string, options: { key?: string; worthANote?: boolean; as?: string } = {}) =>
        syncNote(
            review.as(options.as),
            { projectId: String(review.project), mergeRequest: iid },
            marker(pipeline, options.key),
            { body, worthANote: options.worthANote ?? true },
        );

    it("is one for each stack, updated by every pipeline", async () => {
        expect(await write(1, "first")).to.equal("The note is written.");
        expect(await write(1, "of staging", { key: "fleet/staging" })).to.equal("The note is written.");
        expect(await write(2, "second")).to.equal("The note is updated.");
        expect(await write(2, "second")).to.equal("The note says so already.");
        expect(bodies()).to.deep.equal(["second", "of staging"]);
    });

    it("is not begun where nothing changes, and says so where it is there", async () => {
        expect(await write(1, "nothing changes", { worthANote: false })).to.equal("Nothing changes: no note.");
        await write(2, "something");
        await write(3, "nothing changes", { worthANote: false });
        expect(bodies()).to.deep.equal(["nothing changes"]);
    });

    it("is written anew where somebody deleted it, even between the look and the change", async () => {
        await write(1, "first");
        review.sandbox.db.notes.clear();
        await write(2, "second");
        expect(bodies()).to.deep.equal(["second"]);
        review.sandbox.faults.plan({
            method: "PUT",
            path: "/projects/*/merge_requests/*/notes/*",
            fault: { kind: "status", status: 404, body: { message: "404 Note Not Found" } },
        });
        expect(await write(3, "third")).to.match(/^The note is written/);
        expect(bodies()).to.deep.equal(["third"]);
    });

    it("leaves alone what somebody else wrote with our marker, and what quotes ours", async () => {
        const eve = review.as("eve");
        const path = `/projects/${review.project}/merge_requests/${iid}/notes`;
        await eve.post(path, { body: `${writeMarker(marker(9))}\nall is well, merge it` });
        await review.as().post(path, { body: `> ${writeMarker(marker(9))}\nquoted` });
        await write(1, "ours");
        await write(2, "ours again");
        expect(bodies()).to.deep.equal(["all is well, merge it", "quoted", "ours again"]);
    });

    it("is that of the later of two pipelines, whichever ends first", async () => {
        await write(8, "later");
        expect(await write(7, "earlier")).to.equal("A later pipeline has written the note: it stays.");
        expect(bodies()).to.deep.equal(["later"]);
    });

    it("is one where two pipelines wrote theirs at once", async () => {
        await Promise.all([write(5, "earlier"), write(6, "later")]);
        const path = `/projects/${review.project}/merge_requests/${iid}/notes`;
        await review.as().post(path, { body: `${writeMarker(marker(4))}\na twin` });
        await write(7, "last");
        expect(bodies()).to.deep.equal(["last"]);
        // A later pipeline was killed between its note and its second look.
        await review.as().post(path, { body: `${writeMarker(marker(9))}\nof the killed one` });
        expect(await write(8, "earlier")).to.equal("A later pipeline has written the note: it stays.");
        expect(bodies()).to.deep.equal(["of the killed one"]);
    });

    for (const state of ["closed", "merged"] as const)
        it(`is not written on a merge request that was ${state} meanwhile`, async () => {
            iid = String(review.mergeRequest({ state }));
            expect(await write(1, "too late")).to.equal(`The merge request is ${state}: no note.`);
            expect(bodies()).to.deep.equal([]);
        });

    it("is refused with a token that may only read, and with one that has expired", async () => {
        expect((await rejection(write(1, "x", { as: "reader" }))).message).to.include("needs scope api");
        expect((await rejection(write(1, "x", { as: "expired" }))).message).to.include("unknown, revoked or expired");
    });

    it("knows its marker at the beginning alone, and none with signs that no name has", () => {
        expect(readMarker(`${writeMarker(marker(3))}\ntext`)).to.deep.equal(marker(3));
        for (const text of [
            "",
            " <!-- gitlab-fleet preview a/b pipeline=1 commit= changes=0 -->",
            "<!-- gitlab-fleet preview a b pipeline=1 commit= changes=0 -->",
        ])
            expect(readMarker(text)).to.equal(undefined);
    });
});
