import { durationToNanoseconds } from "../durations";
import { didYouMean } from "../suggest";
import { isKnownLater, isMap, looksLikeToken, show } from "../values";
import { remedyFor } from "../wrong-type";
import { gitlabPlugin, specBeside } from "./fleeting";
import { settingBeside, whereElse } from "./key-places";
import { type KeySpec, runnerVersion, type TableSpec, tableSpec } from "./key-table";
import type { Place } from "./place";

/** True for a table whose keys are already known. */
export function isKnownTable(value: unknown): value is Record<string, unknown> {
    return isMap(value) && !isKnownLater(value);
}

export interface TableCheck {
    /** Keys that are checked elsewhere. @default - none */
    ignored?: ReadonlySet<string>;
    /** Who reads the keys. @default - gitlab-runner and its version */
    of?: string;
}

/** Checks a table against what gitlab-runner knows: no unknown key, and every value of the right type. */
export function checkTable(
    value: unknown,
    spec: TableSpec,
    place: Place,
    { ignored, of = `gitlab-runner ${runnerVersion()}` }: TableCheck = {},
): void {
    if (isKnownLater(value)) return;
    if (!isMap(value)) {
        const keys = place.header === "" ? "its keys" : `the keys of [${place.header}]`;
        place.refuse(`must be a table (got ${show(value)}). Put ${keys} under it.`);
        return;
    }
    const given = Object.entries(value).filter(([key, item]) => item !== undefined && !ignored?.has(key));
    for (const [key, item] of given) {
        const keySpec = spec.get(key);
        if (keySpec === undefined) place.at(key).refuse(describeUnknownKey(key, item, spec, place.header, of));
        else if (!keySpec.byPlugin) checkValue(item, keySpec, place.at(key));
    }
    for (const [key, keySpec] of spec) {
        if (keySpec.byPlugin) checkPluginConfig(value, key, keySpec, place.at(key));
        if (keySpec.required && value[key] === undefined) place.at(key).refuse(describeMissingKey(place.header));
    }
}

function describeMissingKey(header: string): string {
    return `is missing, and gitlab-runner's schema refuses [${header}] without it (got nothing). Add it.`;
}

/**
 * Checks a fleeting plugin's `plugin_config`. The keys of GitLab's own plugins are known; any other plugin may have any
 * keys.
 */
function checkPluginConfig(table: Record<string, unknown>, key: string, free: KeySpec, place: Place): void {
    const config = table[key];
    const { table: known } = specBeside(free, table);
    if (known === undefined || config === null) {
        if (config !== undefined) checkValue(config, free, place);
        return;
    }
    if (isKnownLater(config)) return;
    const of = `GitLab's fleeting plugin ${gitlabPlugin(table.plugin)}`;
    const [keys, given] = [tableSpec(known), config ?? {}];
    checkTable(given, keys, place, { of });
    for (const [name, { needed }] of isMap(given) ? keys : []) {
        const value = (given as Record<string, unknown>)[name];
        if (!needed || (value !== undefined && value !== "")) continue;
        const why = `is missing, and ${of} cannot find its scaling group without it`;
        place.at(name).refuse(`${why} (got ${show(value)}). Give it a value.`);
    }
}

function describeUnknownKey(key: string, value: unknown, spec: TableSpec, header: string, of: string): string {
    const place =
        header === "" ? "at the top of config.toml" : header === "runners" ? "in [[runners]]" : `in [${header}]`;
    const beside = settingBeside(header, key);
    const elsewhere = beside ?? whereElse(key, header);
    // A similar key of this table is a better suggestion than the same key of another table.
    const here = beside === undefined ? didYouMean(key, spec.keys()) : "";
    const meant = here || ` Remove it, or put it under extra if ${newer(of)}.`;
    const isDeeper = elsewhere?.startsWith("in [") === true && header === "";
    const help = elsewhere === undefined || (here !== "" && isDeeper) ? meant : ` It belongs ${elsewhere}.`;
    return `is not a key of ${of} ${place} (got ${showShape(value)}).${help}`;
}

function newer(of: string): string {
    return of.startsWith("gitlab-runner") ? "your gitlab-runner is newer" : "yours is newer than what GitLab documents";
}

/** An unknown key may be a misspelt password, so only the length of a text is shown. */
function showShape(value: unknown): string {
    return typeof value === "string" ? `a string of ${value.length} characters` : show(value);
}

function checkValue(value: unknown, spec: KeySpec, place: Place): void {
    if (isKnownLater(value)) return;
    const { shape } = spec;
    if (value === null) place.refuse("has no value (got null). Give it one or leave the key out.");
    else if (shape === "map" || shape === "map of lists") checkMap(value, spec, place);
    else if (shape === "list" || (shape === "one or list" && typeof value !== "string")) checkList(value, spec, place);
    else checkItem(value, spec, place);
}

function checkMap(value: unknown, spec: KeySpec, place: Place): void {
    if (!isMap(value)) {
        place.refuse(`must be a table of ${plural(spec)} (got ${show(value)}). Write key: value pairs.`);
        return;
    }
    const member: KeySpec = { ...spec, shape: spec.shape === "map of lists" ? "list" : "one" };
    for (const [key, item] of Object.entries(value)) {
        if (item !== undefined) checkValue(item, member, place.at(key));
    }
}

function checkList(value: unknown, spec: KeySpec, place: Place): void {
    if (!Array.isArray(value)) {
        const got = show(value, spec.secret);
        place.refuse(`must be a list of ${plural(spec)} (got ${got}). ${howToList(value, spec)}`);
        return;
    }
    for (const [index, item] of value.entries()) {
        if (!isKnownLater(item)) checkItem(item, spec, place.at(index));
    }
}

function howToList(value: unknown, spec: KeySpec): string {
    if (spec.secret !== true && typeof value === spec.base && !looksLikeToken(String(value)))
        return `Write [${JSON.stringify(value)}].`;
    const isPairs = isMap(value) && spec.base === "string";
    return isPairs ? 'Write pairs in one string each, such as ["A=1"].' : "Put it in a list.";
}

function checkItem(value: unknown, spec: KeySpec, place: Place): void {
    if (spec.base === "table") {
        checkTable(value, tableSpec(spec.table!), place);
        return;
    }
    const wrong = spec.base === "any" ? whyNotToml(value) : whyNot(value, spec);
    if (wrong !== undefined) place.refuse(`${wrong[0]} (got ${show(value, spec.secret)}). ${wrong[1]}`);
}

type Reason = [what: string, remedy: string];

const CORRECT = "Correct the value.";

/** Why a value is wrong for a key, and what to do; undefined if it is right. */
export function whyNot(value: unknown, spec: KeySpec): Reason | undefined {
    switch (spec.base) {
        case "string":
            return whyNotText(value, spec);
        case "bool":
            if (typeof value === "boolean") return undefined;
            return ["must be true or false", remedyFor("true or false", value) ?? "Choose one."];
        case "int":
        case "int32":
            return whyNotInteger(value, spec);
        case "float":
            if (typeof value === "number" && Number.isFinite(value)) return whyTooSmall(value, spec);
            return ["must be a number", remedyFor("a number", value) ?? CORRECT];
        case "duration":
            return whyNotDuration(value, spec);
        default:
            return undefined;
    }
}

function whyNotText(value: unknown, spec: KeySpec): Reason | undefined {
    if (typeof value !== "string") return ["must be a string", remedyFor("a text", value) ?? CORRECT];
    if (/\p{Surrogate}/u.test(value))
        return ["holds half a surrogate pair, which no file can hold", "Correct the text."];
    if (spec.enum !== undefined && !isOneOf(value, spec)) {
        const choices = spec.enum.filter((choice) => choice !== "");
        return [
            "is not a value gitlab-runner knows",
            `${didYouMean(value, choices)} Choose one of ${choices.join(", ")}.`.trimStart(),
        ];
    }
    if (spec.minLength !== undefined && value.length < spec.minLength) return ["must not be empty", "Give it a value."];
    return undefined;
}

function isOneOf(value: string, spec: KeySpec): boolean {
    if (!spec.ignoreCase) return spec.enum!.includes(value);
    return spec.enum!.some((choice) => choice.toLowerCase() === value.toLowerCase());
}

/** gitlab-runner itself counts up to 2⁶³, in a file that somebody wrote by hand. */
const BEYOND = ": a stack's configuration holds no larger whole number exactly";

function whyNotInteger(value: unknown, spec: KeySpec): Reason | undefined {
    if (typeof value !== "number" || !Number.isInteger(value))
        return ["must be a whole number", remedyFor("a whole number", value) ?? CORRECT];
    const [limit, why] = spec.base === "int32" ? [2 ** 31 - 1, ""] : [Number.MAX_SAFE_INTEGER, BEYOND];
    if (Math.abs(value) > limit) return [`must lie between -${limit} and ${limit}${why}`, CORRECT];
    return whyTooSmall(value, spec);
}

function whyTooSmall(value: number, { min }: KeySpec): Reason | undefined {
    return min !== undefined && value < min ? [`must be at least ${min}`, "Raise it or leave it out."] : undefined;
}

function whyNotDuration(value: unknown, spec: KeySpec): Reason | undefined {
    if (typeof value === "number")
        return ["must be a duration", `A bare number counts nanoseconds; for seconds write "${value}s".`];
    const nanoseconds = typeof value === "string" ? durationToNanoseconds(value) : undefined;
    if (nanoseconds === undefined) {
        const units = typeof value === "string" ? ", with a unit to every number" : "";
        return ["must be a duration", `Write it like "90s", "1h30m" or "1d12h"${units}.`];
    }
    if (spec.min !== undefined && nanoseconds < spec.min)
        return [`must be at least ${spec.min / 1e9}s`, "Raise it or leave it out."];
    return undefined;
}

/** Why a value in a free-form table cannot be written as TOML, and what to do; undefined if it can. */
export function whyNotToml(value: unknown): Reason | undefined {
    if (isKnownLater(value) || value === undefined || typeof value === "boolean" || value instanceof Date)
        return undefined;
    if (typeof value === "string") return whyNotText(value, { base: "string", shape: "one" });
    if (typeof value === "number") return Number.isFinite(value) ? undefined : ["must be a finite number", CORRECT];
    const parts = isMap(value) ? Object.values(value) : value;
    if (Array.isArray(parts)) return parts.map(whyNotToml).find((reason) => reason !== undefined);
    return ["holds something TOML has no word for", "Use strings, numbers, booleans, lists and tables only."];
}

function plural(spec: KeySpec): string {
    const names: Record<string, string> = {
        string: "strings",
        bool: "booleans",
        int: "whole numbers",
        int32: "whole numbers",
        float: "numbers",
        table: "tables",
    };
    return spec.shape === "map of lists" ? "lists" : (names[spec.base] ?? "values");
}
