import { error, type Problem } from "./problems";
import { isEventual, show } from "./values";

// What Go's time.ParseDuration takes (signed decimals, each with a unit, or a bare 0), plus days and weeks.
const DURATION = /^[+-]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h|d|w))+)$/;
const PART = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h|d|w)/g;
const HOUR = 3600e9;
const NANOSECONDS: Record<string, number> = {
    ns: 1,
    us: 1e3,
    µs: 1e3,
    μs: 1e3,
    ms: 1e6,
    s: 1e9,
    m: 60e9,
    h: HOUR,
    d: 24 * HOUR,
    w: 7 * 24 * HOUR,
};
// Go counts nanoseconds in 63 bits: about 292 years.
const LONGEST = 2 ** 63;

/**
 * Nanoseconds of a duration such as `90s`, `1h30m` or `1d12h`; undefined if it is not a duration. The only grammar of
 * durations: Go's, which GitLab's documentation uses, plus the days and weeks in which people think of tokens and
 * runners.
 */
export function durationToNanoseconds(text: string): number | undefined {
    if (!DURATION.test(text)) return undefined;
    let total = 0;
    for (const [, amount, unit] of text.matchAll(PART)) total += toNanoseconds(amount!, NANOSECONDS[unit!]!);
    if (total >= LONGEST) return undefined;
    return text.startsWith("-") ? -total : total;
}

/** Milliseconds of a duration; undefined if it is negative or not a duration. */
export function durationToMilliseconds(text: string): number | undefined {
    const nanoseconds = durationToNanoseconds(text);
    return nanoseconds === undefined || nanoseconds < 0 ? undefined : nanoseconds / 1e6;
}

/** A duration in units that Go has: `1d12h` becomes `36h0m0s`; a duration without days or weeks stays as written. */
export function toGoDuration(text: string): string {
    const nanoseconds = /[dw]/.test(text) ? durationToNanoseconds(text) : undefined;
    return nanoseconds === undefined ? text : nanosecondsToDuration(nanoseconds);
}

// Whole part and fraction are converted separately, as in Go: 32.099763 × 1e6 is not a whole number in floating point.
function toNanoseconds(amount: string, unit: number): number {
    const [whole = "", fraction = ""] = amount.split(".");
    return Number(whole) * unit + Math.trunc(Number(fraction) * (unit / 10 ** fraction.length));
}

/** A number of nanoseconds as Go prints it: `1h30m0s`, `1.5s`, `250ms`. */
export function nanosecondsToDuration(nanoseconds: number): string {
    const sign = nanoseconds < 0 ? "-" : "";
    const rest = Math.abs(nanoseconds);
    if (rest === 0) return "0s";
    if (rest < 1e3) return `${sign}${rest}ns`;
    if (rest < 1e6) return `${sign}${trimmed(rest, 1e3)}µs`;
    if (rest < 1e9) return `${sign}${trimmed(rest, 1e6)}ms`;
    const seconds = trimmed(rest % 60e9, 1e9);
    const minutes = Math.floor(rest / 60e9);
    if (minutes === 0) return `${sign}${seconds}s`;
    const hours = Math.floor(minutes / 60);
    return `${sign}${hours === 0 ? "" : `${hours}h`}${minutes % 60}m${seconds}s`;
}

/** value / unit in exact decimals, without trailing zeros. */
function trimmed(value: number, unit: number): string {
    const whole = Math.floor(value / unit);
    const fraction = String(value % unit)
        .padStart(String(unit).length - 1, "0")
        .replace(/0+$/, "");
    return fraction === "" ? String(whole) : `${whole}.${fraction}`;
}

/** A time, in milliseconds since 1970, in ISO 8601. */
export function iso(time: number): string {
    return new Date(time).toISOString();
}

const MINUTE = 60_000;
const SPANS: [string, number][] = [
    ["year", 365 * 24 * 60 * MINUTE],
    ["month", 30 * 24 * 60 * MINUTE],
    ["day", 24 * 60 * MINUTE],
    ["hour", 60 * MINUTE],
    ["minute", MINUTE],
    ["second", 1000],
];

/** A span of time, in milliseconds, in its largest unit: `3 days`, `1 hour`, `less than a second`. */
export function span(ms: number): string {
    for (const [unit, length] of SPANS) {
        const count = Math.floor(Math.abs(ms) / length);
        if (count >= 1) return `${count} ${unit}${count === 1 ? "" : "s"}`;
    }
    return "less than a second";
}

const UNITS: [RegExp, string][] = [
    [/^s(ec(ond)?s?)?$/, "s"],
    [/^m(in(ute)?s?)?$/, "m"],
    [/^h(((ou)?r)s?)?$/, "h"],
    [/^d(ays?)?$/, "d"],
    [/^w(eeks?)?$/, "w"],
];

/** `10 minutes` as `10m`; undefined for anything else. */
export function fromWords(text: string): string | undefined {
    const [, amount, word] = /^(\d+)\s*([a-z]+)$/.exec(text.trim().toLowerCase()) ?? [];
    const [, unit] = UNITS.find(([name]) => word !== undefined && name.test(word)) ?? [];
    return unit === undefined ? undefined : amount + unit;
}

/** What to do about a value that is not a duration, or not one that `fits`. Suggests only durations that fit. */
export function durationRemedy(value: unknown, fits: (text: string) => boolean = isLong): string {
    const units = Number.isInteger(value)
        ? [`${value}s`, `${value}m`].filter((text) => isLong(text) && fits(text))
        : [];
    if (units.length > 0) return `Add its unit: ${units.join(" or ")}.`;
    const meant = typeof value === "string" ? fromWords(value) : undefined;
    return meant === undefined || meant === value || !fits(meant) ? "Correct it." : `Write ${meant}.`;
}

function isLong(text: string): boolean {
    return (durationToNanoseconds(text) ?? 0) > 0;
}

/** What is wrong with a duration as the user wrote it. Unless `mayBeZero`, it must be above zero. */
export function findDurationProblems(
    value: unknown,
    path: string,
    example: string,
    { mayBeZero = false }: { mayBeZero?: boolean } = {},
): Problem[] {
    if (value === undefined || isEventual(value)) return [];
    const length = typeof value === "string" ? durationToMilliseconds(value) : undefined;
    if (length === undefined) {
        const remedy = durationRemedy(value, (text) => mayBeZero || isLong(text));
        return [error(path, `must be a duration such as ${example} (got ${show(value)}). ${remedy}`)];
    }
    if (length > 0 || mayBeZero) return [];
    return [error(path, `must be longer than nothing, such as ${example} (got ${show(value)}). Correct it.`)];
}

/** Seconds of `2h`, `90s` or `1h30m`; undefined for anything else, and for less than a second. */
export function toSeconds(text: unknown): number | undefined {
    const nanoseconds = typeof text === "string" ? durationToNanoseconds(text) : undefined;
    return nanoseconds !== undefined && nanoseconds >= 1e9 ? Math.ceil(nanoseconds / 1e9) : undefined;
}
