import { expect } from "chai";
import { DRIFT_LABEL, syncIssue } from "../../../cli/pipeline/issues";
import { type Marker, writeMarker } from "../../../cli/pipeline/marker";
import { findReviewed } from "../../../cli/pipeline/reviewed";
import { type Review, startReview } from "./world";

describe("the issue about drift", () => {
    let review: Review;
    beforeEach(async () => {
        review = await startReview();
    });
    afterEach(() => review.close());

    const marker = (changes: string, key = "fleet/prod"): Marker => ({
        kind: "drift",
        key,
        pipeline: 1,
        commit: "",
        changes,
    });
    const sync = (changes: string, body?: string, key?: string) =>
        syncIssue(
            review.as(),
            String(review.project),
            marker(changes, key),
            body === undefined ? undefined : { title: "Fleet prod has drifted", body },
        );
    const issues = () =>
        review.sandbox.db.issues.all().map(({ state, description }) => `${state}: ${description?.split("\n").at(-1)}`);

    it("is opened once a stack, updated when the drift is another, and closed when it is gone", async () => {
        expect(await sync("aa", "a runner is paused")).to.equal("Issue #1 is opened.");
        expect(await sync("aa", "a runner is paused")).to.equal("Issue #1 says so already.");
        await sync("cc", "of staging", "fleet/staging");
        expect(await sync("bb", "an entry was added")).to.equal("Issue #1 is updated.");
        expect(issues()).to.deep.equal(["opened: an entry was added", "opened: of staging"]);
        expect(await sync("00")).to.equal("Nothing has drifted any longer: issue #1 is closed.");
        expect(await sync("00")).to.equal("Nothing has drifted.");
        expect(issues()).to.deep.equal(["closed: an entry was added", "opened: of staging"]);
        expect(await sync("aa", "again")).to.equal("Issue #3 is opened.");
    });

    it("is its own: not one that somebody else opened with our marker", async () => {
        await review.as("eve").post(`/projects/${review.project}/issues`, {
            title: "all is well",
            labels: DRIFT_LABEL,
            description: `${writeMarker(marker("aa"))}\neve's`,
        });
        await sync("aa", "ours");
        await sync("00");
        expect(issues()).to.deep.equal(["opened: eve's", "closed: ours"]);
    });
});

describe("what was reviewed", () => {
    let review: Review;
    beforeEach(async () => {
        review = await startReview();
    });
    afterEach(() => review.close());

    it("is what our own note on the merge request of a commit says of the stack", async () => {
        const commit = "c".repeat(40);
        const find = () =>
            findReviewed(review.as(), String(review.project), commit, { kind: "preview", key: "fleet/prod" });
        expect(await find()).to.equal(undefined);
        const iid = review.mergeRequest({ state: "merged", mergeCommitSha: commit, mergedAt: 1 });
        expect(await find()).to.equal(undefined);
        const head = String(review.sandbox.db.mergeRequests.get(iid)?.sha);
        const note = (token: string, changes: string, seen = head) =>
            review.as(token).post(`/projects/${review.project}/merge_requests/${iid}/notes`, {
                body: `${writeMarker({ kind: "preview", key: "fleet/prod", pipeline: 1, commit: seen, changes })}\n…`,
            });
        await note("bot", "aa");
        await note("eve", "ee");
        expect(await find()).to.deep.equal({ mergeRequest: iid, changes: "aa", isLast: true });
        // Pushed after the preview: nobody has seen that.
        await note("bot", "bb", "d".repeat(40));
        expect(await find()).to.deep.equal({ mergeRequest: iid, changes: "bb", isLast: false });
    });
});
