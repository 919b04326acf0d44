import { expect } from "chai";
import type { GitLab } from "../../../../gitlab/client";
import { decideOnToken, type TokenCase, tokenWorks } from "../../../../provider/resources/runner-token/token-life";

const DAY = 24 * 3600_000;
const START = Date.parse("2026-01-01T00:00:00Z");

type More = Omit<Partial<TokenCase>, "known"> & { known?: Partial<TokenCase["known"]> };

/** A token of thirty days, ten days old, that GitLab tells of as the state does; nobody has tried it. */
const token = ({ known, ...more }: More = {}): TokenCase => ({
    now: START + 10 * DAY,
    known: { present: true, obtainedAt: START, expiresAt: START + 30 * DAY, uncertain: false, ...known },
    rotation: "pulumi",
    triggered: false,
    expiresAt: START + 30 * DAY,
    expiryKnown: true,
    ...more,
});
const END = "2026-01-31T00:00:00.000Z";

describe("what becomes of a runner's token", () => {
    const cases: [what: string, it: More, action: string, reason?: string][] = [
        ["one that is as the state knows it", {}, "keep"],
        ["none", { known: { present: false }, triggered: true }, "recover", "there is none yet"],
        ["one that is asked to be another", { triggered: true, works: true }, "reset", "rotationTrigger changed"],

        ["one that GitLab refuses", { works: false }, "recover", "GitLab refuses it: it was reset by somebody else"],
        [
            "one that GitLab refuses, where gitlab-runner rotates",
            { works: false, rotation: "runner" },
            "recover",
            "GitLab refuses it: gitlab-runner has rotated it, or it was reset by somebody else",
        ],
        ["one that GitLab refuses for its age", { works: false, now: START + 31 * DAY }, "reset", `it died ${END}`],
        ["one that GitLab refuses, while no clock is believed", { works: false, now: undefined }, "recover"],
        ["one that GitLab refuses, and which never dies", { works: false, expiresAt: undefined }, "recover"],

        [
            "one whose reset was not answered",
            { known: { uncertain: true } },
            "recover",
            "the answer to its last reset was lost",
        ],
        ["one whose reset was not answered, and which works", { known: { uncertain: true }, works: true }, "note"],

        [
            "one whose end moved",
            { expiresAt: START + 40 * DAY },
            "recover",
            "its end moved in GitLab: it was reset by somebody else",
        ],
        ["one whose end moved, and which works", { expiresAt: START + 40 * DAY, works: true }, "note"],
        ["one that has got an end", { known: { expiresAt: undefined } }, "recover"],
        ["one that has lost its end", { expiresAt: undefined }, "recover"],
        ["one without an end, as before", { expiresAt: undefined, known: { expiresAt: undefined } }, "keep"],
        ["one whose end GitLab tells without milliseconds", { expiresAt: START + 30 * DAY + 999 }, "keep"],
        ["one whose end GitLab does not tell", { expiresAt: undefined, expiryKnown: false }, "keep"],
        [
            "one whose end only the state knows, once it is over",
            { expiresAt: undefined, expiryKnown: false, now: START + 30 * DAY },
            "reset",
            `it died ${END}`,
        ],

        ["one at its end, though nobody refused it", { now: START + 30 * DAY }, "reset", `it died ${END}`],
        ["one with more than a quarter of its life left", { now: START + 22 * DAY }, "keep"],
        ["one with a quarter of its life left", { now: START + 22.5 * DAY }, "reset", `it dies ${END}`],
        ["one near its end while no clock is believed", { now: undefined, works: true }, "keep"],
        ["one near its end where gitlab-runner rotates", { now: START + 29 * DAY, rotation: "runner" }, "keep"],
        ["one at its end where gitlab-runner rotates", { now: START + 30 * DAY, rotation: "runner" }, "reset"],
        ["one as near to its end as rotateBefore says", { rotateBefore: 20 * DAY }, "reset"],
        ["one not so near to its end", { rotateBefore: 20 * DAY - 1 }, "keep"],
        ["one of unknown age with 8 days left", { known: { obtainedAt: undefined }, now: START + 22 * DAY }, "keep"],
        ["one of unknown age with 7 days left", { known: { obtainedAt: undefined }, now: START + 23 * DAY }, "reset"],
        [
            "one that a wrong clock has stamped, with 7 days left",
            { known: { obtainedAt: START + 90 * DAY }, now: START + 23 * DAY },
            "reset",
        ],
    ];
    for (const [what, it_, action, reason] of cases) {
        it(`is ${action} for ${what}`, () => {
            const decision = decideOnToken(token(it_));
            expect(decision.action).to.equal(action);
            if (reason !== undefined) expect(decision).to.have.property("reason", reason);
        });
    }
});

describe("trying tokens", () => {
    const gitlab = () => {
        const asked: string[] = [];
        const asRunner = async (_method: string, _path: string, text: string) => {
            asked.push(text);
            return { status: text === "dead" ? 403 : text === "asleep" ? 502 : 501, body: "" };
        };
        return { asked, gitlab: { asRunner } as unknown as GitLab };
    };

    it("tells which work, which do not, and of which nothing is known", async () => {
        const { gitlab: one } = gitlab();
        const tried = ["good", "dead", "asleep"].map((text) => tokenWorks(one, text, false));
        expect(await Promise.all(tried)).to.deep.equal([true, false, undefined]);
    });

    it("asks of 8 in one operation, of each once, and of whichever there is a doubt", async () => {
        const { asked, gitlab: one } = gitlab();
        for (let count = 0; count < 10; count++) await tokenWorks(one, `t${count}`, false);
        expect(await tokenWorks(one, "t0", false)).to.equal(true);
        expect(await tokenWorks(one, "t9", false)).to.equal(undefined);
        expect(asked).to.deep.equal(Array.from({ length: 8 }, (_, count) => `t${count}`));
        expect(await tokenWorks(one, "dead", true)).to.equal(false);
        expect(await tokenWorks(one, "t0", true)).to.equal(true);
        expect(asked.slice(8)).to.deep.equal(["dead", "t0"]);
        // What was found out in doubt is known from then on.
        expect(await tokenWorks(one, "dead", false)).to.equal(false);
        expect(asked).to.have.lengthOf(10);
    });
});
