import { attempt } from "../attempt";

// gitlab-runner reads periods with github.com/gorhill/cronexpr: 5 fields; 6 with a year at the end; 7 with seconds in
// front, too.
const NAMED = new Set(["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@hourly"]);
const MONTHS = "january february march april may june july august september october november december".split(" ");
const DAYS = "sunday monday tuesday wednesday thursday friday saturday".split(" ");

interface Field {
    name: string;
    min: number;
    max: number;
    /** Names in place of numbers; the first three letters are enough. */
    words?: readonly string[];
    special?: RegExp;
}

const SECOND: Field = { name: "second", min: 0, max: 59 };
const MINUTE: Field = { name: "minute", min: 0, max: 59 };
const HOUR: Field = { name: "hour", min: 0, max: 23 };
const DAY: Field = { name: "day of month", min: 1, max: 31, special: /^(?:l|lw|(?:[1-9]|[12]\d|3[01])w)$/ };
const MONTH: Field = { name: "month", min: 1, max: 12, words: MONTHS };
const WEEKDAY: Field = {
    name: "day of week",
    min: 0,
    max: 7,
    words: DAYS,
    special: /^(?:[0-7]l|[0-7]#[1-5])$/,
};
const YEAR: Field = { name: "year", min: 1970, max: 2099 };

/** Why gitlab-runner would refuse a period; undefined if it would not. */
export function whyNotPeriod(period: string): string | undefined {
    const text = period.trim().toLowerCase();
    if (NAMED.has(text)) return undefined;
    const parts = text.split(/\s+/);
    const fields = fieldsOf(parts.length);
    if (text === "" || fields === undefined) return `has ${text === "" ? 0 : parts.length} fields instead of 5 to 7`;
    const wrong = fields.find((field, index) => !isField(parts[index]!, field));
    return wrong === undefined ? undefined : `has a ${wrong.name} field that cron does not know`;
}

/** Whether a period covers every moment. Nicknames such as `@daily` are single minutes. */
export function isAlways(period: string): boolean {
    return /^(?:[*?](?:\/1)?\s+){4,6}[*?](?:\/1)?$/.test(period.trim());
}

function fieldsOf(count: number): Field[] | undefined {
    const five = [MINUTE, HOUR, DAY, MONTH, WEEKDAY];
    if (count === 5) return five;
    if (count === 6) return [...five, YEAR];
    // Of more than seven fields, the first seven are read.
    return count >= 7 ? [SECOND, ...five, YEAR] : undefined;
}

function isField(text: string, field: Field): boolean {
    return text.split(",").every((part) => isPart(part, field));
}

function isPart(part: string, field: Field): boolean {
    if (field.special?.test(part)) return true;
    const [, range, step] = /^([^/]+)(?:\/(\d{1,2}))?$/.exec(part) ?? [];
    if (range === undefined || (step !== undefined && (Number(step) < 1 || Number(step) > longestStep(field))))
        return false;
    if (range === "*" || (range === "?" && step === undefined)) return true;
    const [from, to, ...more] = range.split("-").map((word) => numberOf(word, field));
    if (from === undefined || more.length > 0) return false;
    return !range.includes("-") || (to !== undefined && from <= to);
}

// Sunday is both 0 and 7, but a week has steps up to 6 only.
function longestStep(field: Field): number {
    return field === WEEKDAY ? 6 : field.max;
}

function numberOf(word: string, field: Field): number | undefined {
    const index = field.words?.findIndex((name) => word === name || word === name.slice(0, 3)) ?? -1;
    if (index >= 0) return index + field.min;
    if (!(field === YEAR ? /^\d{4}$/ : /^\d{1,2}$/).test(word)) return undefined;
    const value = Number(word);
    return value >= field.min && value <= field.max ? value : undefined;
}

/** True for a time zone that Go can load: a name from the IANA list, `UTC`, `Local` or an empty text. */
export function isTimezone(name: string): boolean {
    if (name === "" || name === "Local" || name === "UTC") return true;
    // Only JavaScript takes offsets as time zones; both know the names.
    return !/^[+-]/.test(name) && attempt(() => new Intl.DateTimeFormat("en", { timeZone: name })) !== undefined;
}
