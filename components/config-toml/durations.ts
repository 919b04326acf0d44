// What Go's time.ParseDuration takes: signed decimals with a unit each, or a bare 0.
const GO_DURATION = /^[+-]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/;
const PART = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g;
const NANOSECONDS: Record<string, number> = { ns: 1, us: 1e3, µs: 1e3, μs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };
// Go counts nanoseconds in 63 bits: about 292 years.
const LONGEST = 2 ** 63;

/** Nanoseconds of a duration as Go reads it, or undefined when Go would refuse the text. */
export function durationToNanoseconds(text: string): number | undefined {
    if (!GO_DURATION.test(text)) return undefined;
    let total = 0;
    for (const [, amount, unit] of text.matchAll(PART)) total += toNanoseconds(amount!, NANOSECONDS[unit!]!);
    if (total >= LONGEST) return undefined;
    return text.startsWith("-") ? -total : total;
}

// Whole and fraction apart, as Go does it: 32.099763 × 1e6 is not a whole number in floating point.
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
