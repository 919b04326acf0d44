import { TOKEN_IN_TEXT } from "./token-kinds";

/**
 * True for a map: an object, or what `import *` gives; no list, no resource, and none of JavaScript's own that keep what they hold
 * elsewhere, as a `Date`.
 */
export function isMap(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && ["Object", "Module"].includes(classOf(value)) && !isResource(value);
}

/** What JavaScript calls a value: `Object`, `Array`, `Null`, `Date`. */
function classOf(value: unknown): string {
    return Object.prototype.toString.call(value).slice("[object ".length, -1);
}

export function mapValues<T, U>(
    map: Readonly<Record<string, T>> | undefined,
    toValue: (value: T, key: string) => U,
): Record<string, U> {
    return Object.fromEntries(Object.entries(map ?? {}).map(([key, value]) => [key, toValue(value, key)]));
}

/** A list or a map with each part of it changed; any other value as it is. */
export function mapParts(value: unknown, change: (part: unknown, key: string | number) => unknown): unknown {
    if (Array.isArray(value)) return value.map((item, index) => change(item, index));
    return isMap(value) ? mapValues(value, change) : value;
}

/** The same value with the keys of its maps in the order of their names. What is no plain map or list stays as it is. */
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

/** `a, b and 3 more`: of many names the first. `all` is how many there are. */
export function firstOf(names: readonly string[], most: number, all = names.length): string {
    const more = all - Math.min(names.length, most);
    return names.slice(0, most).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/** True when a text holds something that looks like one of GitLab's tokens. */
export function looksLikeToken(text: string): boolean {
    return TOKEN_IN_TEXT.test(text);
}

/** The password in an address, `https://user:password@host`, unless a variable or another sign stands in its place. */
const ADDRESS_PASSWORD = /(\/\/[^\s/?#:@"'`<>]*:)(?![$…[])[^\s/?#@"'`<>]+(?=@)/g;

/** A text with `[secret]` in place of each of GitLab's tokens, and of passwords in addresses. */
export function withoutTokens(text: string): string {
    return text.replace(new RegExp(TOKEN_IN_TEXT, "g"), "[secret]").replace(ADDRESS_PASSWORD, "$1[secret]");
}

const LONGEST_SHOWN = 60;

/** A value as it may stand in an error: short, and with the length in place of anything secret. */
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

/** Path of a member, below one after the other of some keys, as `pulumi config set --path` takes it: `managers.ci-01.runners[0]`. */
export function memberOf(path: string, ...keys: readonly (string | number)[]): string {
    return keys.reduce<string>(below, path);
}

function below(path: string, key: string | number): string {
    if (typeof key === "number") return `${path}[${key}]`;
    if (key === "" || /[.[\]"\s]/.test(key)) return `${path}[${JSON.stringify(key)}]`;
    return path === "" || path.endsWith(":") ? path + key : `${path}.${key}`;
}

/** A path that is relative to another: `runners.ci` and `tags[0]` give `runners.ci.tags[0]`. */
export function joinPaths(path: string, relative: string): string {
    return relative.startsWith("[") || path === "" || path.endsWith(":") ? path + relative : `${path}.${relative}`;
}

/** `a, b or c`. */
export function either(all: readonly string[]): string {
    return all.length < 2 ? all.join("") : `${all.slice(0, -1).join(", ")} or ${all.at(-1)!}`;
}

/** A text or number as text; empty for everything else: `String` runs what an object brings along, and fails on some. */
export function asText(value: unknown): string {
    return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** Stands in for a value that was reported already, so that no second problem is made of it. */
export const UNREADABLE: unique symbol = Symbol("unreadable");

/** Stands in for a value that is encrypted in a stack's file: nothing is said of it, and it is never shown. */
export const ENCRYPTED: unique symbol = Symbol("encrypted");

/** Stands in for a value that is not known yet: the output of a resource that a preview only plans to create. */
export const UNKNOWN: unique symbol = Symbol("unknown");

const STAND_INS: ReadonlySet<unknown> = new Set([UNREADABLE, ENCRYPTED, UNKNOWN]);

/** True for a value that only exists once resources do, an output or a promise, and for what stands in for one that cannot be read here. */
export function isKnownLater(value: unknown): boolean {
    if (STAND_INS.has(value)) return true;
    if (typeof value !== "object" || value === null) return false;
    return "__pulumiOutput" in value || value instanceof Promise;
}

/** True for a resource of Pulumi's. What hangs on it is no part of a value that it stands in. */
export function isResource(value: unknown): value is object {
    return typeof value === "object" && value !== null && "__pulumiResource" in value;
}

/** True when a value, or anything inside it, is an output or a promise, and not only encrypted or unreadable. */
export function holdsOutput(value: unknown): boolean {
    return holds(value, isOutput);
}

export function isOutput(value: unknown): boolean {
    return typeof value === "object" && isKnownLater(value);
}

/** True when a value, or anything inside it, is not known yet. */
export function isEventual(value: unknown): boolean {
    return holds(value, isKnownLater);
}

/** True when a value, or anything inside it, was reported as unreadable. */
export function isUnreadable(value: unknown): boolean {
    return holds(value, (item) => item === UNREADABLE);
}

function holds(value: unknown, test: (item: unknown) => boolean): boolean {
    if (test(value)) return true;
    // What hangs on a resource is not part of the value, and an output's own members are none of the user's.
    if (typeof value !== "object" || value === null || isKnownLater(value) || isResource(value)) return false;
    return (Array.isArray(value) ? value : Object.values(value)).some((item) => holds(item, test));
}
