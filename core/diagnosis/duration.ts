export { durationToMilliseconds as parseDuration } from "../durations";

const MINUTE = 60_000;
const UNITS: [string, number][] = [
    ["year", 365 * 24 * 60 * MINUTE],
    ["month", 30 * 24 * 60 * MINUTE],
    ["day", 24 * 60 * MINUTE],
    ["hour", 60 * MINUTE],
    ["minute", MINUTE],
    ["second", 1000],
];

/** A span of time in its largest unit: `3 days`, `1 hour`, `less than a second`. */
export function span(ms: number): string {
    for (const [unit, length] of UNITS) {
        const count = Math.floor(Math.abs(ms) / length);
        if (count >= 1) return `${count} ${unit}${count === 1 ? "" : "s"}`;
    }
    return "less than a second";
}
