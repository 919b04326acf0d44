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

const LENGTHS: Record<string, number> = { w: 7 * 24 * 3600, d: 24 * 3600, h: 3600, m: 60, s: 1 };

/** Milliseconds of a duration such as `30d`, `12h` or `1h30m`; undefined when it is none. */
export function parseDuration(text: string): number | undefined {
    if (!/^(\d+[wdhms])+$/.test(text)) return undefined;
    let seconds = 0;
    for (const [, count, unit] of text.matchAll(/(\d+)([wdhms])/g)) seconds += Number(count) * LENGTHS[unit!]!;
    return seconds * 1000;
}
