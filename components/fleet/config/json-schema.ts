import * as z from "zod";
import { type JsonSchema, partsOf, relaxed } from "./json-schema-parts";
import { OPEN_DEFINITIONS, tableDefinitions } from "./json-schema-toml";
import { fleetConfig, gitlabConfig } from "./schema";
import { EXTENDS } from "./shared-files";

/**
 * JSON Schema of a `stacks/Pulumi.<stack>.yaml`, for editors. A file that names `gitlab-fleet:extends` is a part, in which keys may be
 * missing; keys of other packages are free.
 */
export function toJsonSchema(): string {
    const fleet = withPrefix("gitlab-fleet:", propertiesOf(fleetConfig));
    const gitlab = withPrefix("gitlab:", propertiesOf(gitlabConfig));
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

/** The keys of config.toml stand in a table of their own; zod knows of them only that they are a map. */
function placeTables(fleet: Record<string, JsonSchema>): void {
    for (const [section, table, needed] of [
        ["gitlab-fleet:runners", "WorkerTable", "executor"],
        ["gitlab-fleet:managers", "GlobalTable", "concurrent"],
    ] as const) {
        const { properties } = fleet[section]!.additionalProperties as { properties: Record<string, JsonSchema> };
        const { description } = properties.config!;
        properties.config = { description, allOf: [{ $ref: `#/definitions/${table}` }], required: [needed] };
    }
}

function propertiesOf(schema: z.ZodType): Record<string, JsonSchema> {
    return (z.toJSONSchema(schema, { target: "draft-7" }) as { properties: Record<string, JsonSchema> }).properties;
}

function toRest(key: string): string {
    return key.slice(key.indexOf(":") + 1);
}

function withPrefix<T>(prefix: string, shape: Record<string, T>): Record<string, T> {
    return Object.fromEntries(Object.entries(shape).map(([key, value]) => [prefix + key, value]));
}

function mapValues<T, U>(map: Record<string, T>, toValue: (value: T) => U): Record<string, U> {
    return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, toValue(value)]));
}
