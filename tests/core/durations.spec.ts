import { expect } from "chai";
import * as fc from "fast-check";
import {
    durationRemedy,
    durationToMilliseconds,
    durationToNanoseconds,
    nanosecondsToDuration,
    toGoDuration,
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
