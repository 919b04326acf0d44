import { setTimeout as delay } from "node:timers/promises";
import { expect } from "chai";
import fc from "fast-check";
import { atMost } from "../../core/at-most";

describe("atMost", () => {
    /** Runs that tell how many of them there were at once. */
    const counted = () => {
        let now = 0;
        const seen = { most: 0, ran: 0 };
        const run = (ends: Promise<unknown>) => async () => {
            seen.most = Math.max(seen.most, ++now);
            seen.ran++;
            await ends;
            now--;
        };
        return { seen, run };
    };

    it("gives a place that gets free to whoever waits, and not to somebody who comes just then as well", async () => {
        const { seen, run } = counted();
        const limited = atMost(1);
        const ends = Promise.resolve();
        const all = [limited(() => ends), limited(run(delay(1)))];
        await ends.then(() => all.push(limited(run(delay(1)))));
        await Promise.all(all);
        expect(seen).to.deep.equal({ most: 1, ran: 2 });
    });

    it("gives a place as often as it gets free", async () => {
        const { seen, run } = counted();
        const limited = atMost(1);
        for (let turn = 0; turn < 3; turn++) await Promise.all([limited(run(delay(0))), limited(run(delay(0)))]);
        expect(seen).to.deep.equal({ most: 1, ran: 6 });
    });

    it("lets all run in the end, whether the others fail or not, and never more at once", async () => {
        await fc.assert(
            fc.asyncProperty(
                fc.integer({ min: 1, max: 4 }),
                fc.array(fc.boolean(), { maxLength: 12 }),
                async (most, fails) => {
                    const { seen, run } = counted();
                    const limited = atMost(most);
                    const all = fails.map((isFailing) =>
                        limited(async () => {
                            await run(delay(0))();
                            if (isFailing) throw new Error("no");
                        }).catch(() => {}),
                    );
                    await Promise.all(all);
                    expect(seen).to.deep.equal({ most: Math.min(most, fails.length), ran: fails.length });
                },
            ),
            { numRuns: 30 },
        );
    });
});
