import { expect } from "chai";
import * as fc from "fast-check";
import {
    durationRemedy,
    durationToMilliseconds,
    durationToNanoseconds,
    findDurationProblems,
    fromWords,
    nanosecondsToDuration,
    span,
    toGoDuration,
    toSeconds,
} from "../../core/durations";

describe("durations", () => {
    it("are read unit by unit", () => {
        const readings: [string, number][] = [
            ["0", 0],
            ["0s", 0],
            ["90s", 90e9],
            ["1h30m", 5400e9],
            ["1.5h", 5400e9],
            [".5s", 0.5e9],
            ["-2m", -120e9],
            ["+3ms", 3e6],
            ["1h0m0.000000001s", 3600e9 + 1],
            ["32.099763ms", 32_099_763],
            ["7µs", 7000],
            ["1d", 24 * 3600e9],
            ["1d12h", 36 * 3600e9],
            ["1w.5d", 180 * 3600e9],
            ["-1d", -24 * 3600e9],
        ];
        for (const [text, nanoseconds] of readings) expect(durationToNanoseconds(text), text).to.equal(nanoseconds);
    });

    it("are never advised where they would be refused again", () => {
        const upTo10m = (text: string) => durationToMilliseconds(text)! <= 600_000;
        expect(durationRemedy("7 days")).to.equal("Write 7d.");
        expect(durationRemedy(22)).to.equal("Add its unit: 22s or 22m.");
        expect(durationRemedy(22, upTo10m)).to.equal("Add its unit: 22s.");
        for (const none of ["0 hours", "1h", 0, -1, 1.5, true]) {
            expect(durationRemedy(none), String(none)).to.equal("Correct it.");
        }
        for (const long of [999, "7 days", "7d"]) expect(durationRemedy(long, upTo10m)).to.equal("Correct it.");
    });

    it("are meant by words of people", () => {
        const words: Record<string, string> = { s: "sec secs second seconds", m: "min mins minute minutes" };
        for (const [unit, all] of Object.entries({ ...words, h: "hr hrs hour hours", d: "day days", w: "week weeks" }))
            for (const word of [unit, ...all.split(" ")])
                for (const text of [`12 ${word}`, `12${word}`, ` 12 ${word.toUpperCase()} `])
                    expect(fromWords(text), text).to.equal(`12${unit}`);
        for (const text of ["12 miles", "x12 m", "12 m x", "hour", "12", "12 hoursx", "1.5 hours", "12 undefined"])
            expect(fromWords(text), text).to.equal(undefined);
    });

    it("are told in their largest unit", () => {
        const DAY = 24 * 3600_000;
        const spans = [
            0,
            999,
            1000,
            59_999,
            60_000,
            2 * 3600_000,
            DAY - 1,
            DAY,
            29 * DAY,
            30 * DAY,
            365 * DAY,
            -3 * DAY,
        ];
        expect(spans.map(span)).to.deep.equal([
            "less than a second",
            "less than a second",
            "1 second",
            "59 seconds",
            "1 minute",
            "2 hours",
            "23 hours",
            "1 day",
            "29 days",
            "1 month",
            "1 year",
            "3 days",
        ]);
    });

    it("must be some, and longer than nothing where that would mean nothing", () => {
        const messages = (value: unknown, more?: { mayBeZero: boolean }) =>
            findDurationProblems(value, "at", "1h", more).map(({ message }) => message.split(" (")[0]);
        for (const value of ["1h", "1ms", undefined, Promise.resolve("x")]) expect(messages(value)).to.deep.equal([]);
        expect(messages("0s")).to.deep.equal(["must be longer than nothing, such as 1h"]);
        expect(messages("0s", { mayBeZero: true })).to.deep.equal([]);
        for (const value of ["soon", "-1s", 5, null])
            for (const more of [undefined, { mayBeZero: true }])
                expect(messages(value, more), String(value)).to.deep.equal(["must be a duration such as 1h"]);
        expect(findDurationProblems("0 hours", "at", "1h", { mayBeZero: true })[0]!.message).to.contain("Write 0h.");
    });

    it("are whole seconds, of which a part counts as one and less than one as none", () => {
        expect(["1s", "1.2s", "2h", "999ms", "soon", 5].map(toSeconds)).to.deep.equal([
            1,
            2,
            7200,
            ...Array(3).fill(undefined),
        ]);
    });

    it("are refused without a unit, and where Go refuses them", () => {
        for (const text of [
            "",
            "90",
            "1 h",
            "h",
            "1h-30m",
            "soon",
            "1,5h",
            "9223372036854775808ns",
            "300000000h",
            "2000w1y",
            "20000w",
            "1D",
        ]) {
            expect(durationToNanoseconds(text), text).to.equal(undefined);
        }
    });

    it("are printed as Go prints them", () => {
        const printed = [0, 1, 1500, 2_500_000, 1e9, 90e9, 5400e9, 36_000e9, -61e9, 1_000_000_001].map(
            nanosecondsToDuration,
        );
        expect(printed).to.deep.equal([
            "0s",
            "1ns",
            "1.5µs",
            "2.5ms",
            "1s",
            "1m30s",
            "1h30m0s",
            "10h0m0s",
            "-1m1s",
            "1.000000001s",
        ]);
    });

    it("are written in units that Go has, and left alone where they are in them already", () => {
        const written = ["1d", "1d12h", "1w", "-2d", "90s", "1.5h", "0"].map(toGoDuration);
        expect(written).to.deep.equal(["24h0m0s", "36h0m0s", "168h0m0s", "-48h0m0s", "90s", "1.5h", "0"]);
    });

    it("are milliseconds for us, and never negative", () => {
        expect(["1d12h", "0s", "1.5s", "-1s", "soon"].map(durationToMilliseconds)).to.deep.equal([
            129_600_000,
            0,
            1500,
            undefined,
            undefined,
        ]);
    });

    it("come back as they were, to the nanosecond", () => {
        fc.assert(
            fc.property(
                fc.maxSafeNat(),
                (nanoseconds) => durationToNanoseconds(nanosecondsToDuration(nanoseconds)) === nanoseconds,
            ),
        );
    });
});
