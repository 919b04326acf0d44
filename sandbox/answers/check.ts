import { ANSWERS, ENTITIES } from "./table";

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const DAY = /^\d{4}-\d\d-\d\d$/;

const TYPES: Record<string, (value: unknown) => boolean> = {
    text: (value) => typeof value === "string",
    int: Number.isInteger,
    num: (value) => typeof value === "number",
    bool: (value) => typeof value === "boolean",
    time: (value) => typeof value === "string" && TIME.test(value),
    day: (value) => typeof value === "string" && DAY.test(value),
    any: () => true,
};

/**
 * How an answer differs from GitLab's: an extra field, a missing one, or a wrong type; undefined if it matches the
 * table.
 */
export function misfitOf(route: string, body: unknown): string | undefined {
    const type = ANSWERS[route];
    if (type === undefined || type === "none" || type === "JobPayload") return undefined;
    const [first, second] = type.split(" or ");
    if (second === undefined) return problemOf(body, type, "");
    const problem = problemOf(body, `${first}[]`, "");
    return problem === undefined || problemOf(body, second, "") === undefined ? undefined : problem;
}

function problemOf(value: unknown, type: string, at: string): string | undefined {
    if (type.endsWith("|null")) return value === null ? undefined : problemOf(value, type.slice(0, -5), at);
    if (type.endsWith("[]")) {
        if (!Array.isArray(value)) return `${at} is no list`;
        return firstOf(value.map((item, i) => () => problemOf(item, type.slice(0, -2), `${at}[${i}]`)));
    }
    const fields = ENTITIES[type];
    if (fields === undefined) return TYPES[type]!(value) ? undefined : `${at} is no ${type}: ${JSON.stringify(value)}`;
    if (typeof value !== "object" || value === null || Array.isArray(value)) return `${at} is no ${type}`;
    const row = value as Record<string, unknown>;
    const unknown = Object.keys(row).find((name) => !(name in fields) && !(`${name}?` in fields));
    if (unknown !== undefined) return `${at}.${unknown} is no field of ${type}`;
    return firstOf(
        Object.entries(fields).map(([key, kind]) => () => {
            const name = key.replace(/\?$/, "");
            // An undefined value is not sent.
            if (row[name] === undefined) return name === key ? `${at}.${name} is missing in ${type}` : undefined;
            return problemOf(row[name], kind, `${at}.${name}`);
        }),
    );
}

function firstOf(checks: (() => string | undefined)[]): string | undefined {
    for (const check of checks) {
        const problem = check();
        if (problem !== undefined) return problem;
    }
    return undefined;
}
