import { expect } from "chai";
import { type Clocks, ClockWatch, readClocks, roughly } from "../../gitlab/clock";
import { DAY, HOUR, MINUTE } from "../../sandbox";

const NOW = Date.parse("2026-08-22T10:00:00Z");
const FAR = Date.parse("2035-01-01T00:00:00Z");

const CASES: [title: string, clocks: Clocks, believed: boolean, rough: number][] = [
    ["that agree", { ours: NOW, theirs: NOW + MINUTE, newest: NOW - HOUR }, true, NOW + MINUTE],
    ["that agree, with nothing read yet", { ours: NOW, theirs: NOW }, true, NOW],
    ["five minutes apart", { ours: NOW, theirs: NOW + 5 * MINUTE }, true, NOW + 5 * MINUTE],
    ["further apart", { ours: NOW, theirs: NOW + 6 * MINUTE }, false, NOW],
    ["of which GitLab's is ahead", { ours: NOW, theirs: FAR, newest: NOW - MINUTE }, false, NOW],
    ["of which ours is ahead", { ours: FAR, theirs: NOW, newest: NOW - MINUTE }, false, NOW],
    ["of which ours stands still since 1970", { ours: 0, theirs: NOW, newest: NOW - MINUTE }, false, NOW - MINUTE],
    [
        "that agree, behind what GitLab has recorded",
        { ours: NOW, theirs: NOW, newest: NOW + 6 * MINUTE },
        false,
        NOW + 6 * MINUTE,
    ],
    ["of which GitLab's is not told", { ours: NOW }, false, NOW],
];

describe("the clock", () => {
    for (const [title, clocks, believed, rough] of CASES) {
        it(`${believed ? "is believed" : "is not believed"}: clocks ${title}`, () => {
            const reading = readClocks(clocks);
            expect(reading.doubt === undefined).to.equal(believed);
            expect(roughly(reading)).to.equal(rough);
        });
    }

    it("tells while it is not believed the latest time that might be", () => {
        for (const [clocks, latest] of [
            [{ ours: NOW, theirs: FAR, newest: NOW - DAY }, FAR],
            [{ ours: FAR, theirs: NOW }, FAR],
            [{ ours: NOW, theirs: NOW, newest: FAR }, FAR],
            [{ ours: NOW }, NOW],
        ] as [Clocks, number][])
            expect(readClocks(clocks)).to.have.property("latest", latest);
    });

    it("is as far from ours as GitLab's answers were, and what they tell is the newest of it", () => {
        let ours = NOW;
        const watch = new ClockWatch(() => ours);
        watch.hear("no date");
        expect(watch.read().doubt).to.contain("carry no Date");
        watch.hear(new Date(NOW + 2 * MINUTE).toUTCString());
        ours = NOW + HOUR;
        for (const at of [NOW + 50 * MINUTE, NOW - DAY])
            watch.see(`{"createdAt": "${new Date(at).toISOString()}", "contacted_at":"no time at all"}`);
        expect(watch.read()).to.deep.equal({ now: NOW + HOUR + 2 * MINUTE });
        watch.see(`{"createdAt":   "${new Date(NOW + 2 * HOUR).toISOString()}"}`);
        watch.see(`{"createdAt":"${new Date(NOW).toISOString()}"}`);
        expect(watch.read().doubt).to.contain("is of 2026-08-22T12:00:00.000Z");
    });

    it("names the three times and what to do", () => {
        const { doubt } = readClocks({ ours: NOW, theirs: FAR, newest: NOW - DAY });
        expect(doubt)
            .to.contain("dated 2035-01-01T00:00:00.000Z")
            .and.contain("this machine's clock says 2026-08-22T10:00:00.000Z")
            .and.contain("is of 2026-08-21T10:00:00.000Z")
            .and.contain("Set this machine's clock");
    });

    it("goes by contacts and creations in answers, not by what people write into them", () => {
        const watch = new ClockWatch(() => NOW);
        watch.hear(new Date(NOW).toUTCString());
        const forged = JSON.stringify({
            description: '","contactedAt":"2099-01-01T00:00:00Z","x":"',
            contactedAt: null,
        });
        watch.see(forged);
        expect(watch.read().doubt).to.equal(undefined);
        watch.see(JSON.stringify({ contacted_at: new Date(NOW + HOUR).toISOString() }));
        expect(watch.read().doubt).to.contain("2026-08-22T11:00:00.000Z");
    });
});
