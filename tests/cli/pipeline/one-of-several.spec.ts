import { expect } from "chai";
import { Io } from "../../../cli/io";
import { clearAfterCrash } from "../../../cli/pipeline/locks";
import { writeMarker } from "../../../cli/pipeline/marker";
import { findReviewed } from "../../../cli/pipeline/reviewed";
import { rejection } from "../../helpers/rejection";
import { type Review, startReview } from "./world";

describe("a stack with several locks", () => {
    const line = (host: string) => `  x.json: created by root@${host} (pid 7) at 2026-11-26T20:00:00Z\n`;
    const clear = async (...hosts: string[]) => {
        const asked: string[] = [];
        const answers = [{ code: 255, stderr: hosts.map(line).join("") }];
        const io = new Io({ stdout: { write: () => true }, env: { CI_PROJECT_ID: "7" }, now: () => 0 });
        const run = clearAfterCrash(
            io,
            async ([command]) => {
                asked.push(command!);
                return { code: 0, stdout: "", stderr: "", ...answers.shift() };
            },
            "prod",
        );
        return {
            asked,
            refused: await run.then(
                () => undefined,
                () => rejection(run),
            ),
        };
    };
    const ours = "runner-t1abc-project-7-concurrent-0";

    it("is freed where all of them are those of killed jobs, and of none while one may be somebody's", async () => {
        expect((await clear(ours, ours)).asked).to.deep.equal(["refresh", "cancel", "refresh"]);
        for (const hosts of [
            [ours, "laptop"],
            ["laptop", ours],
        ]) {
            const { asked, refused } = await clear(...hosts);
            expect(asked).to.deep.equal(["refresh"]);
            expect(refused!.message).to.contain("root@laptop, process 7");
        }
    });
});

describe("what was reviewed of a commit that several merge requests have", () => {
    let review: Review;
    beforeEach(async () => {
        review = await startReview();
    });
    afterEach(() => review.close());

    it("is what was said in the one that was merged last, and in none that was not", async () => {
        const commit = "c".repeat(40);
        const find = () =>
            findReviewed(review.as(), String(review.project), commit, { kind: "preview", key: "fleet/prod" });
        const add = async (changes: string, more: object) => {
            const iid = review.mergeRequest({ mergeCommitSha: commit, ...more });
            await review.as().post(`/projects/${review.project}/merge_requests/${iid}/notes`, {
                body: `${writeMarker({ kind: "preview", key: "fleet/prod", pipeline: 1, commit: "", changes })}\n…`,
            });
            return iid;
        };
        await add("aa", { state: "closed" });
        await add("bb", { state: "opened" });
        expect(await find()).to.equal(undefined);
        await add("cc", { state: "merged", mergedAt: 1000 });
        const last = await add("dd", { state: "merged", mergedAt: 9000 });
        await add("ee", { state: "merged", mergedAt: 5000 });
        expect(await find()).to.deep.include({ mergeRequest: last, changes: "dd" });
    });
});
