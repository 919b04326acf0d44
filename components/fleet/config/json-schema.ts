import { mapValues } from "../../../core/values";
import { described } from "../../common/described";
import { shaped } from "../../common/maps";
import { type JsonSchema, type Kind, optionsOf } from "../../common/shape";
import { OPEN_DEFINITIONS, tableDefinitions } from "./json-schema-toml";
import { FLEET_KEYS, GITLAB_KEYS } from "./schema";
import { EXTENDS } from "./shared-files";

/**
 * JSON Schema of `stacks/Pulumi.<stack>.yaml`, for editors. In a file with `gitlab-fleet:extends` required keys may be
 * missing. Keys of other packages are not checked.
 */
export function toJsonSchema(): string {
    const fleet = withPrefix("gitlab-fleet:", propertiesOf(shaped("fleet", FLEET_KEYS)));
    const gitlab = withPrefix("gitlab:", propertiesOf(shaped("gitlab", GITLAB_KEYS)));
    placeTables(fleet);
    const known = [...Object.keys(gitlab), ...Object.keys(fleet)];
    const schema = {
        $schema: "http://json-schema.org/draft-07/schema#",
        type: "object",
        properties: {
            config: {
                type: ["object", "null"],
                properties: {
                    ...mapValues(gitlab, (value) => relaxed(value, { removable: false })),
                    ...mapValues(fleet, (value) => relaxed(value, { removable: true })),
                },
                patternProperties: { [`^gitlab(-fleet)?:(?!(${known.map(toRest).join("|")})$)`]: false },
                if: { required: [EXTENDS] },
                else: { properties: partsOf(fleet) },
            },
        },
        definitions: { ...OPEN_DEFINITIONS, ...tableDefinitions() },
    };
    return `${JSON.stringify(schema, undefined, 2)}\n`;
}

/** Refers to the schemas of config.toml's tables, which the shapes only describe as maps. */
function placeTables(fleet: Record<string, JsonSchema>): void {
    for (const [section, table, needed] of [
        ["gitlab-fleet:runners", "WorkerTable", "executor"],
        ["gitlab-fleet:managers", "GlobalTable", "concurrent"],
    ] as const) {
        const { properties } = fleet[section]!.additionalProperties as JsonSchema;
        const { description } = properties!.config!;
        properties!.config = { description, allOf: [{ $ref: `#/definitions/${table}` }], required: [needed] };
    }
}

function propertiesOf({ schema }: Kind): Record<string, JsonSchema> {
    return described(schema!).properties!;
}

function toRest(key: string): string {
    return key.slice(key.indexOf(":") + 1);
}

function withPrefix<T>(prefix: string, shape: Record<string, T>): Record<string, T> {
    return Object.fromEntries(Object.entries(shape).map(([key, value]) => [prefix + key, value]));
}

interface Standing {
    /** Whether the value may be `null`, which removes what a shared file sets. */
    removable: boolean;
    /** Whether it is in a list. Lists are never merged, so nothing may be missing in them. */
    inList?: boolean;
}

const SECURE = { $ref: "#/definitions/secure" };
const NULL = { type: "null" };

/** The schema of a part of a value: it may be encrypted, and keys may be missing because another file may have them. */
function relaxed(schema: JsonSchema, standing: Standing): JsonSchema {
    const { description, ...rest } = schema;
    const options = optionsOf(rest).map((option) => inner(option, standing));
    const open = [
        ...mergeMaps(options, standing),
        ...(options.some(isScalar) ? [SECURE] : []),
        ...(standing.removable && !standing.inList ? [NULL] : []),
    ];
    const only = open.length === 1 ? open[0]! : { anyOf: open };
    return description === undefined ? only : { description, ...only };
}

/** The schema of a whole value: required keys, and keys that exclude each other. `{}` if there is nothing to check. */
function wholeOf(schema: JsonSchema): JsonSchema {
    const options = optionsOf(schema);
    const maps = options.filter(({ type, allOf }) => type === "object" || allOf !== undefined);
    if (maps.length === 0) return {};
    if (maps.length === 1) {
        const whole = wholeMap(maps[0]!);
        const mayBeSecret = Object.keys(whole).length > 0 && options.some(isScalar);
        return mayBeSecret ? { anyOf: [{ required: ["secure"] }, whole] } : whole;
    }
    return { anyOf: [{ not: { type: "object" } }, { required: ["secure"] }, ...maps.map(exactMap)] };
}

/** `wholeOf` each of several schemas, without the empty results. */
function partsOf(schemas: Record<string, JsonSchema>): Record<string, JsonSchema> {
    const parts = Object.entries(mapValues(schemas, wholeOf));
    return Object.fromEntries(parts.filter(([, whole]) => Object.keys(whole).length > 0));
}

function wholeMap({ properties, additionalProperties, required }: JsonSchema): JsonSchema {
    const below = partsOf(properties ?? {});
    const each = typeof additionalProperties === "object" ? wholeOf(additionalProperties) : {};
    return {
        ...(required === undefined ? {} : { required }),
        ...(Object.keys(below).length === 0 ? {} : { properties: below }),
        ...(Object.keys(each).length === 0 ? {} : { additionalProperties: each }),
    };
}

/** One of several alternative maps: exactly its keys. */
function exactMap({ properties, required }: JsonSchema): JsonSchema {
    return {
        ...(required === undefined ? {} : { required }),
        properties: mapValues(properties, wholeOf),
        additionalProperties: false,
    };
}

function isScalar({ type, const: value, enum: values }: JsonSchema): boolean {
    return value !== undefined || values !== undefined || (type !== undefined && type !== "object" && type !== "array");
}

function inner(schema: JsonSchema, standing: Standing): JsonSchema {
    if (schema.type === "array") {
        const { items } = schema;
        return items === undefined ? schema : { ...schema, items: relaxed(items, { ...standing, inList: true }) };
    }
    if (schema.type !== "object") return schema.allOf === undefined ? schema : (schema.allOf as JsonSchema[])[0]!;
    const { properties, additionalProperties, required, ...rest } = schema;
    return {
        ...rest,
        ...(properties === undefined ? {} : { properties: mapValues(properties, (value) => relaxed(value, standing)) }),
        ...(standing.inList && required !== undefined ? { required } : {}),
        additionalProperties:
            typeof additionalProperties === "object"
                ? relaxed(additionalProperties as JsonSchema, standing)
                : additionalProperties,
    };
}

/** Merges alternative maps into one with the keys of all; `wholeOf` checks which of them exclude each other. */
function mergeMaps(options: JsonSchema[], { inList }: Standing): JsonSchema[] {
    const maps = options.filter(({ properties }) => properties !== undefined);
    if (maps.length < 2 || inList) return options;
    const properties = Object.assign({}, ...maps.map((map) => map.properties));
    return [...options.filter((option) => !maps.includes(option)), { ...maps[0], properties }];
}
