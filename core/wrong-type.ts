import { durationToNanoseconds, fromWords } from "./durations";
import { show } from "./values";

/** A type of value, as messages name it. */
export type Kind = "a text" | "true or false" | "a number" | "a whole number" | "a list" | "a map";

const YES = ["true", "yes", "y", "on", "1"];
const NO = ["false", "no", "n", "off", "0"];
/** The only number that is a time; all others count something. */
const IN_SECONDS = /\bmaximumTimeout$/;
const MOST_ENTRIES = 6;

/**
 * What to do about a value of the wrong type. The advice depends on the value: `"3600"` becomes a number without its
 * quotes, `"10 minutes"` does not. Undefined if there is no general advice. `path` is where the value is.
 */
export function remedyFor(kind: Kind, value: unknown, path = ""): string | undefined {
    return REMEDIES[kind](value, typeof value === "string" ? value.trim() : undefined, path);
}

/** `text` is the value, where it is one. */
const REMEDIES: Record<Kind, (value: unknown, text: string | undefined, path: string) => string | undefined> = {
    "a text": (value) => (typeof value === "object" ? undefined : "Put it in quotes."),
    "true or false": forFlag,
    "a number": forNumber,
    "a whole number": forNumber,
    "a list": forList,
    "a map": () => undefined,
};

function forFlag(value: unknown, text: string | undefined): string | undefined {
    if (text === "true" || text === "false") return "Write it without quotes.";
    if (typeof value === "object") return undefined;
    const word = String(text ?? value).toLowerCase();
    return YES.includes(word) ? "Write true." : NO.includes(word) ? "Write false." : "Write one of them.";
}

function forNumber(_: unknown, text: string | undefined, path: string): string | undefined {
    if (text === undefined) return undefined;
    if (/^-?\d+(\.\d+)?$/.test(text)) return "Write it without quotes.";
    const nanoseconds = durationToNanoseconds(text) ?? durationToNanoseconds(fromWords(text) ?? "");
    const isTime = IN_SECONDS.test(path) && nanoseconds !== undefined && nanoseconds >= 1e9;
    return isTime ? `Write the seconds: ${Math.round(nanoseconds / 1e9)}.` : "Write digits alone.";
}

function forList(_: unknown, text = ""): string | undefined {
    const entries = text.split(/[\s,]+/).filter((entry) => entry !== "");
    const isPlain = entries.length > 0 && entries.length <= MOST_ENTRIES && entries.every(isWord);
    return isPlain ? `Write [${entries.map((entry) => JSON.stringify(entry)).join(", ")}].` : undefined;
}

function isWord(text: string): boolean {
    return /^[\w./@:+*-]{1,40}$/.test(text) && show(text) === JSON.stringify(text);
}
