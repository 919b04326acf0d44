import { EXECUTOR_SECTIONS, sectionsOf } from "../../../core/config-toml/executor-rules";
import { pluginPattern } from "../../../core/config-toml/fleeting";
import keyNotes from "../../../core/config-toml/key-notes.json";
import {
    executorNames,
    featureFlags,
    type KeySpec,
    pluginTables,
    tableSpec,
} from "../../../core/config-toml/key-table";
import type { JsonSchema } from "../../common/shape";

/** What a value may be: itself, encrypted, or `null`, which removes what a shared file sets. */
export const OPEN_DEFINITIONS: Record<string, JsonSchema> = {
    secure: {
        description: "An encrypted value, as pulumi config set --secret writes it.",
        type: "object",
        properties: { secure: { type: "string" } },
        required: ["secure"],
        additionalProperties: false,
    },
    other: { anyOf: [{ $ref: "#/definitions/secure" }, { type: "null" }] },
    text: orOther({ type: "string" }),
    whole: orOther({ type: "integer" }),
    number: orOther({ type: "number" }),
    boolean: orOther({ type: "boolean" }),
    texts: { type: ["array", "null"], items: { $ref: "#/definitions/text" } },
    textsByName: { type: ["object", "null"], additionalProperties: { $ref: "#/definitions/text" } },
};

/** Keys of the two tables that the user must not write. */
const ISSUED = ["token", "id", "token_obtained_at", "token_expires_at", "runners"];

const NAMES: Record<string, string> = {
    string: "text",
    duration: "text",
    bool: "boolean",
    int: "whole",
    int32: "whole",
    float: "number",
};

/** What the keys of each table mean. */
const NOTES: Record<string, Record<string, string>> = keyNotes.tables;

const TYPES: Record<string, string> = { text: "string", number: "number" };

/** The tables of config.toml by name. No key is required, because a part may be in a shared file. */
export function tableDefinitions(): Record<string, JsonSchema> {
    const found = new Map<string, JsonSchema>();
    const add = (name: string) => {
        if (found.has(name)) return;
        found.set(name, {});
        const isTop = name === "WorkerTable" || name === "GlobalTable";
        const keys = [...tableSpec(name)].filter(([key]) => !isTop || !ISSUED.includes(key));
        const byPlugin = keys.filter(([, spec]) => spec.byPlugin).map(([key]) => key);
        if (byPlugin.length > 0) for (const table of Object.values(pluginTables())) add(table);
        const properties = keys.map(([key, spec]): [string, JsonSchema] => {
            if (spec.table !== undefined) add(spec.table);
            const schema = key === "feature_flags" ? flags() : toValueSchema(spec);
            return [key, withNote(schema, NOTES[name]![key]!)];
        });
        const extra = {
            description: "Keys that are newer than the known gitlab-runner version.",
            type: ["object", "null"],
        };
        found.set(name, {
            type: "object",
            properties: { ...Object.fromEntries(properties), ...(isTop ? { extra } : {}) },
            additionalProperties: false,
            ...(name === "WorkerTable" ? { allOf: bySection() } : {}),
            ...(byPlugin.length > 0 ? { allOf: byPlugin.flatMap(ofPlugins) } : {}),
        });
    };
    add("WorkerTable");
    add("GlobalTable");
    return Object.fromEntries(found);
}

/** Refuses the section of an executor next to any other executor. */
function bySection(): JsonSchema[] {
    return EXECUTOR_SECTIONS.map((section) => {
        const readers = executorNames().filter((name) => sectionsOf(name).includes(section));
        // Editors print this message; "expected null" would not help.
        const errorMessage = `Not read by this executor, only by ${readers.join(", ")}.`;
        return {
            if: {
                properties: { executor: { enum: executorNames().filter((name) => !readers.includes(name)) } },
                required: ["executor"],
            },
            // biome-ignore lint/suspicious/noThenProperty: JSON Schema calls it that.
            then: { properties: { [section]: { type: "null", errorMessage } } },
        };
    });
}

/** The settings of one of GitLab's own fleeting plugins have known keys; those of any other plugin may be anything. */
function ofPlugins(key: string): JsonSchema[] {
    return Object.entries(pluginTables()).map(([plugin, table]) => ({
        if: { properties: { plugin: { type: "string", pattern: pluginPattern(plugin) } }, required: ["plugin"] },
        // biome-ignore lint/suspicious/noThenProperty: JSON Schema calls it that.
        then: { properties: { [key]: { anyOf: [{ $ref: `#/definitions/${table}` }, { type: "null" }] } } },
    }));
}

/** Adds the description that editors show. Keywords beside a `$ref` are ignored, so the `$ref` goes into an `allOf`. */
function withNote(schema: JsonSchema, note: string): JsonSchema {
    return { description: `${note}.`, ...(schema.$ref === undefined ? schema : { allOf: [schema] }) };
}

function flags(): JsonSchema {
    const flagNotes: Record<string, string> = keyNotes.featureFlags;
    const known = Object.entries(featureFlags()).map(([name, value]) => [
        name,
        {
            description: `${flagNotes[name]}. Default: ${value}.`,
            anyOf: [{ type: "boolean" }, { $ref: "#/definitions/other" }],
        },
    ]);
    return { type: ["object", "null"], properties: Object.fromEntries(known), additionalProperties: false };
}

function toValueSchema(spec: KeySpec): JsonSchema {
    const item = toItemSchema(spec);
    const list = { type: ["array", "null"], items: item };
    switch (spec.shape) {
        case "one":
            return spec.base === "table" ? { anyOf: [item, { type: "null" }] } : item;
        case "list":
            return item.$ref === "#/definitions/text" ? { $ref: "#/definitions/texts" } : list;
        case "one or list":
            return { anyOf: [item, list] };
        case "map":
            if (item.$ref === "#/definitions/text") return { $ref: "#/definitions/textsByName" };
            return { type: ["object", "null"], additionalProperties: item };
        case "map of lists":
            return { type: ["object", "null"], additionalProperties: list };
    }
}

function toItemSchema(spec: KeySpec): JsonSchema {
    if (spec.table !== undefined) return { $ref: `#/definitions/${spec.table}` };
    if (spec.enum !== undefined) return orOther(...choices(spec.enum, spec.ignoreCase === true));
    const name = NAMES[spec.base];
    if (name === undefined) return {};
    const { min, minLength } = spec;
    // The minimum of a duration is in nanoseconds, which the schema cannot check.
    const least = { ...(name === "text" ? {} : { minimum: min }), minLength };
    if (Object.values(least).every((limit) => limit === undefined)) return { $ref: `#/definitions/${name}` };
    return orOther({ type: TYPES[name] ?? "integer", ...least });
}

function choices(values: readonly string[], ignoreCase: boolean): JsonSchema[] {
    if (!ignoreCase) return [{ enum: [...values] }];
    const letters = (text: string) =>
        text
            .replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
            .replace(/[a-z]/gi, (letter) => `[${letter.toLowerCase()}${letter.toUpperCase()}]`);
    return [{ enum: [...values] }, { type: "string", pattern: `^(${values.map(letters).join("|")})$` }];
}

function orOther(...options: JsonSchema[]): JsonSchema {
    return { anyOf: [...options, { $ref: "#/definitions/other" }] };
}
