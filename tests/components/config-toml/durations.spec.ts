import { expect } from "chai";
import * as fc from "fast-check";
import { durationToNanoseconds, nanosecondsToDuration } from "../../../components/config-toml/durations";

describe("durations as Go writes them", () => {
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
        ];
        for (const [text, nanoseconds] of readings) expect(durationToNanoseconds(text), text).to.equal(nanoseconds);
    });

    it("are refused where Go refuses them", () => {
        for (const text of [
            "",
            "90",
            "1 h",
            "1d",
            "h",
            "1h-30m",
            "soon",
            "1,5h",
            "9223372036854775808ns",
            "300000000h",
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

    it("come back as they were, to the nanosecond", () => {
        fc.assert(
            fc.property(
                fc.maxSafeNat(),
                (nanoseconds) => durationToNanoseconds(nanosecondsToDuration(nanoseconds)) === nanoseconds,
            ),
        );
    });
});
