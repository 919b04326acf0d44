import { TOKEN_IN_TEXT } from "./token-kinds";

/**
 * True for a map: an object, or the result of `import *`. Not for a list, a resource, or a built-in that keeps its
 * contents elsewhere, such as a `Date`.
 */
export function isMap(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && ["Object", "Module"].includes(classOf(value)) && !isResource(value);
}

/** JavaScript's name for a value's class: `Object`, `Array`, `Null`, `Date`. */
function classOf(value: unknown): string {
    return Object.prototype.toString.call(value).slice("[object ".length, -1);
}

export function mapValues<T, U>(
    map: Readonly<Record<string, T>> | undefined,
    toValue: (value: T, key: string) => U,
): Record<string, U> {
    return Object.fromEntries(Object.entries(map ?? {}).map(([key, value]) => [key, toValue(value, key)]));
}

/** A list or a map with each part replaced; any other value is returned unchanged. */
export function mapParts(value: unknown, change: (part: unknown, key: string | number) => unknown): unknown {
    if (Array.isArray(value)) return value.map((item, index) => change(item, index));
    return isMap(value) ? mapValues(value, change) : value;
}

/** The same value with the keys of its maps sorted by name. Anything but a plain map or list stays as it is. */
export function inOrder<T>(value: T): T {
    if (Array.isArray(value)) return value.map(inOrder) as T;
    if (!isMap(value) || ![Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null))
        return value;
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(entries.map(([key, item]) => [key, inOrder(item)])) as T;
}

/** A number that is not finite, as TOML writes it; undefined for anything else. */
export function notFinite(value: unknown): string | undefined {
    if (typeof value !== "number" || Number.isFinite(value)) return undefined;
    return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
}

/** The first of many names: `a, b and 3 more`. `all` is the total number. */
export function firstOf(names: readonly string[], most: number, all = names.length): string {
    const more = all - Math.min(names.length, most);
    return names.slice(0, most).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/** True if a text contains something that looks like a GitLab token. */
export function looksLikeToken(text: string): boolean {
    return TOKEN_IN_TEXT.test(text);
}

/** The password in an address, `https://user:password@host`, unless it is a variable or already masked. */
const ADDRESS_PASSWORD = /(\/\/[^\s/?#:@"'`<>]*:)(?![$…[])[^\s/?#@"'`<>]+(?=@)/g;

/** A text with `[secret]` in place of each GitLab token and each password in an address. */
export function withoutTokens(text: string): string {
    return text.replace(new RegExp(TOKEN_IN_TEXT, "g"), "[secret]").replace(ADDRESS_PASSWORD, "$1[secret]");
}

const LONGEST_SHOWN = 60;

/** A value as errors show it: shortened, with only the length of anything secret. */
export function show(value: unknown, secret = false): string {
    if (value === undefined) return "nothing";
    if (value === null) return "null";
    if (typeof value === "string") return showText(value, secret);
    if (typeof value === "object") return showObject(value, secret);
    if (secret) return `a secret ${typeof value}`;
    if (typeof value === "function" || typeof value === "symbol") return `a ${typeof value}`;
    return typeof value === "bigint" ? `${value}n` : String(value);
}

function showText(text: string, secret: boolean): string {
    if (secret || looksLikeToken(text)) return `a secret of ${text.length} characters`;
    if (text.length <= LONGEST_SHOWN) return JSON.stringify(text);
    return `${JSON.stringify(text.slice(0, LONGEST_SHOWN))}… of ${text.length} characters`;
}

function showObject(value: unknown, secret: boolean): string {
    if (isOutput(value)) return "an output";
    if (Array.isArray(value)) return `a list of ${value.length}`;
    if (isResource(value)) return "a resource";
    if (isMap(value)) {
        const keys = Object.keys(value);
        if (keys.length === 0) return "an empty map";
        return keys.length > 5 ? `a map of ${keys.length} keys` : `a map of ${keys.map((key) => show(key)).join(", ")}`;
    }
    if (!(value instanceof Date) || Number.isNaN(value.getTime())) return `an instance of ${classOf(value)}`;
    return secret ? "a secret date" : `a date, ${value.toISOString()}`;
}

/** Path of a member below a sequence of keys, as `pulumi config set --path` takes it: `managers.ci-01.runners[0]`. */
export function memberOf(path: string, ...keys: readonly (string | number)[]): string {
    return keys.reduce<string>(below, path);
}

function below(path: string, key: string | number): string {
    if (typeof key === "number") return `${path}[${key}]`;
    if (key === "" || /[.[\]"\s]/.test(key)) return `${path}[${JSON.stringify(key)}]`;
    return path === "" || path.endsWith(":") ? path + key : `${path}.${key}`;
}

/** Joins a path and one relative to it: `runners.ci` and `tags[0]` give `runners.ci.tags[0]`. */
export function joinPaths(path: string, relative: string): string {
    return relative.startsWith("[") || path === "" || path.endsWith(":") ? path + relative : `${path}.${relative}`;
}

/** `a, b or c`. */
export function either(all: readonly string[]): string {
    return all.length < 2 ? all.join("") : `${all.slice(0, -1).join(", ")} or ${all.at(-1)!}`;
}

/**
 * A text or number as text; empty for anything else: `String` would run an object's own `toString`, and fails for some
 * objects.
 */
export function asText(value: unknown): string {
    return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** Replaces a value whose problem was already reported, so that it is not reported again. */
export const UNREADABLE: unique symbol = Symbol("unreadable");

/** Replaces a value that is encrypted in a stack's file: it is neither checked nor shown. */
export const ENCRYPTED: unique symbol = Symbol("encrypted");

/** Replaces a value that is not known yet: the output of a resource that a preview only plans to create. */
export const UNKNOWN: unique symbol = Symbol("unknown");

const STAND_INS: ReadonlySet<unknown> = new Set([UNREADABLE, ENCRYPTED, UNKNOWN]);

/**
 * True for an output or a promise, whose value exists only once resources do, and for the placeholders of values that
 * cannot be read here.
 */
export function isKnownLater(value: unknown): boolean {
    if (STAND_INS.has(value)) return true;
    if (typeof value !== "object" || value === null) return false;
    return "__pulumiOutput" in value || value instanceof Promise;
}

/** True for a Pulumi resource. Its members are not part of a value that contains it. */
export function isResource(value: unknown): value is object {
    return typeof value === "object" && value !== null && "__pulumiResource" in value;
}

/** True if a value is or contains an output or a promise; encrypted and unreadable parts do not count. */
export function holdsOutput(value: unknown): boolean {
    return holds(value, isOutput);
}

export function isOutput(value: unknown): boolean {
    return typeof value === "object" && isKnownLater(value);
}

/** True if a value is not known yet, or contains such a value. */
export function isEventual(value: unknown): boolean {
    return holds(value, isKnownLater);
}

/** True if a value is or contains one that was reported as unreadable. */
export function isUnreadable(value: unknown): boolean {
    return holds(value, (item) => item === UNREADABLE);
}

function holds(value: unknown, test: (item: unknown) => boolean): boolean {
    if (test(value)) return true;
    // A resource's members are not part of the value, and an output's own members are not the user's.
    if (typeof value !== "object" || value === null || isKnownLater(value) || isResource(value)) return false;
    return (Array.isArray(value) ? value : Object.values(value)).some((item) => holds(item, test));
}
