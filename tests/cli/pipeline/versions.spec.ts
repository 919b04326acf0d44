import { expect } from "chai";
import { describeGap, findVersionGaps } from "../../../cli/pipeline/versions";
import { readPreview } from "../../../cli/report/preview";
import { addManager, addRunner } from "../../../sandbox";
import { type MadeStep, toJson } from "../report/world";
import { type Review, startReview } from "./world";

describe("the versions of GitLab and gitlab-runner", () => {
    for (const [runner, gitlab, gap] of [
        ["18.10.0", "18.10.3-ee", undefined],
        ["18.9.1", "18.10.3", undefined],
        ["18.8.1", "18.10.3", "behind GitLab 18.10: update it"],
        ["17.11.0", "18.0.0", "behind GitLab 18.0: update it"],
        ["18.11.0", "18.10.3", "newer than GitLab 18.10: update GitLab first"],
        ["19.0.0", "18.11.0", "newer than GitLab 18.11: update GitLab first"],
        ["", "18.11.0", undefined],
        ["development version", "18.11.0", undefined],
    ] as const)
        it(`${runner || "none"} beside ${gitlab}: ${gap ?? "near enough, or nobody can tell"}`, () =>
            expect(describeGap(runner, gitlab)).to.equal(gap));

    it("are compared for managers of the stack's runners that GitLab hears from", async () => {
        const review: Review = await startReview();
        try {
            const { db } = review.sandbox;
            const runner = addRunner(db, { runnerType: "project_type" }, [review.project]);
            for (const [systemId, version, age] of [
                ["s_old", "15.0.0", 0],
                ["s_gone", "14.0.0", 90],
            ] as const)
                addManager(db, {
                    runnerId: runner.id,
                    systemId,
                    version,
                    creationState: "finished",
                    contactedAt: db.now() - age * 86_400_000,
                });
            const step: MadeStep = { op: "same", type: "UserRunner", name: "small" };
            const text = toJson([step]).replace('"oldState":{', `"oldState":{"id":"${runner.id}",`);
            const found = await findVersionGaps(review.as("olga"), readPreview(text, "it"));
            expect(found.map(({ lines }) => lines[0])).to.have.length(1);
            expect(found[0]!.lines[0]).to.match(
                /^runner small: gitlab-runner 15\.0\.0 of manager s_old is behind GitLab \d+\.\d+: update it\.$/,
            );
        } finally {
            await review.close();
        }
    });
});
