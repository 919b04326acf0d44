import { span } from "../core/durations";

/** How long ago something was: `3 days ago`, or `never` if undefined. Times are milliseconds since 1970. */
export function ago(time: number | undefined, now: number): string {
    if (time === undefined) return "never";
    return now - time < 60_000 ? "just now" : `${span(now - time)} ago`;
}

/** `1 runner`, `2 runners`. */
export function count(number: number, noun: string): string {
    return `${number.toLocaleString("en-US")} ${noun}${number === 1 ? "" : "s"}`;
}
