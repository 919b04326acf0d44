import { expect } from "chai";
import type { Claim } from "../../../gitlab/orphans/claims";
import { judgeInTime } from "../../../gitlab/orphans/verdicts";
import type { RunnerRecord } from "../../../gitlab/runners";

const DAY = 24 * 3600_000;
const NOW = Date.parse("2026-03-01T00:00:00Z");
const DOUBT = { doubt: "The clocks disagree.", guess: NOW, latest: NOW + 365 * DAY };

const runner = (id: number, more: Partial<RunnerRecord> = {}): RunnerRecord => ({
    id,
    runnerType: "group_type",
    description: `r${id}`,
    maintenanceNote: "",
    paused: false,
    locked: false,
    runUntagged: true,
    accessLevel: "not_protected",
    maximumTimeout: 0,
    tagList: [],
    status: "stale",
    contactedAt: new Date(NOW - DAY).toISOString(),
    ...more,
});

describe("a claim by age", () => {
    const runners = [runner(2), runner(1), runner(3, { status: "stale", contactedAt: undefined })];
    const judged = (claim: Claim, foreign: "report" | "pause" | "delete" = "delete", clock: object = DOUBT) => {
        const warnings: string[] = [];
        const declaration = { owner: "fleet/prod", ids: new Set<number>(), claim, foreign };
        const verdicts = judgeInTime("prune", clock as never, runners, declaration, (text) => warnings.push(text));
        return { ids: verdicts.map(({ runner: { id } }) => id), warnings };
    };

    it("is judged by GitLab's clock while the clocks agree", () => {
        expect(judged({ offlineFor: "30d" }, "delete", { now: NOW })).to.deep.equal({ ids: [], warnings: [] });
        expect(judged({ offlineFor: "12h" }, "delete", { now: NOW })).to.deep.equal({ ids: [1, 2], warnings: [] });
    });

    it("destroys nothing while they disagree: what would be deleted or paused for it is an error", () => {
        for (const claim of [
            { offlineFor: "30d" },
            { statuses: ["stale"] },
            { statuses: ["offline", "stale"] },
            { descriptions: ["other"], offlineFor: "30d" },
            { descriptions: ["r*"], offlineFor: "30d", match: "all" },
            { descriptions: ["r*"], statuses: ["stale"], match: "all" },
            { descriptions: ["r*"], statuses: ["stale", "never_contacted"], match: "all" },
        ]) {
            expect(() => judged(claim), JSON.stringify(claim)).to.throw(
                /^prune: would delete \d runners .*#1 first.*The clocks disagree\./,
            );
            expect(() => judged(claim, "pause")).to.throw("would pause");
            expect(judged(claim, "report").warnings).to.deep.equal([DOUBT.doubt]);
        }
        expect(() => judged({ descriptions: ["r2", "r3"], statuses: ["stale"] })).to.throw("would delete a runner for");
    });

    it("lets be judged what is claimed whatever time it is", () => {
        for (const [claim, ids] of [
            [{ descriptions: ["r1"] }, [1]],
            [{ descriptions: ["r1"], match: "all" }, [1]],
            [{ statuses: ["never_contacted"] }, [3]],
            [{ statuses: ["never_contacted"], descriptions: ["r3"], match: "all" }, [3]],
            [{ statuses: ["stale"], descriptions: ["*"] }, [1, 2, 3]],
            [{ offlineFor: "1d", descriptions: ["*"] }, [1, 2, 3]],
        ] as [Claim, number[]][])
            expect(judged(claim), JSON.stringify(claim)).to.deep.equal({ ids, warnings: [DOUBT.doubt] });
        expect(judged({ descriptions: ["x"] })).to.deep.equal({ ids: [], warnings: [] });
        expect(judged({})).to.deep.equal({ ids: [], warnings: [] });
    });
});
