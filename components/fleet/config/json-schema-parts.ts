/** A JSON Schema. */
export type JsonSchema = { [keyword: string]: unknown };

/** Where a schema stands. */
interface Standing {
    /** Whether `null` may stand in its place, which removes what a shared file says there. */
    removable: boolean;
    /** Whether it stands in a list. Lists are never merged, so nothing may be missing in them. */
    inList?: boolean;
}

const SECURE = { $ref: "#/definitions/secure" };
const NULL = { type: "null" };

/** A schema that also takes encrypted values, and a part of a value: what is missing may stand in another file. */
export function relaxed(schema: JsonSchema, standing: Standing): JsonSchema {
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

/** What must not be missing in a whole value, and which keys exclude each other. `{}` asks for nothing. */
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

/** The same for each of several schemas; those that ask for nothing are left out. */
export function partsOf(schemas: Record<string, JsonSchema>): Record<string, JsonSchema> {
    return Object.fromEntries(
        Object.entries(schemas)
            .map(([key, value]) => [key, wholeOf(value)] as const)
            .filter(([, whole]) => Object.keys(whole).length > 0),
    );
}

function wholeMap({ properties, additionalProperties, required }: JsonSchema): JsonSchema {
    const below = partsOf((properties ?? {}) as Record<string, JsonSchema>);
    const each = typeof additionalProperties === "object" ? wholeOf(additionalProperties as JsonSchema) : {};
    return {
        ...(required === undefined ? {} : { required }),
        ...(Object.keys(below).length === 0 ? {} : { properties: below }),
        ...(Object.keys(each).length === 0 ? {} : { additionalProperties: each }),
    };
}

/** One of several maps that a value may be: its keys and no others. */
function exactMap({ properties, required }: JsonSchema): JsonSchema {
    const shape = properties as Record<string, JsonSchema>;
    const whole = Object.fromEntries(Object.entries(shape).map(([key, value]) => [key, wholeOf(value)]));
    return { ...(required === undefined ? {} : { required }), properties: whole, additionalProperties: false };
}

function optionsOf(schema: JsonSchema): JsonSchema[] {
    return Array.isArray(schema.anyOf) ? (schema.anyOf as JsonSchema[]).flatMap(optionsOf) : [schema];
}

function isScalar({ type, const: value, enum: values }: JsonSchema): boolean {
    return value !== undefined || values !== undefined || (type !== undefined && type !== "object" && type !== "array");
}

function inner(schema: JsonSchema, standing: Standing): JsonSchema {
    if (schema.type === "array") {
        const items = schema.items as JsonSchema | undefined;
        return items === undefined ? schema : { ...schema, items: relaxed(items, { ...standing, inList: true }) };
    }
    if (schema.type !== "object") return schema.allOf === undefined ? schema : (schema.allOf as JsonSchema[])[0]!;
    const { properties, additionalProperties, required, propertyNames: _, ...rest } = schema;
    return {
        ...rest,
        ...(properties === undefined
            ? {}
            : { properties: mapValues(properties as Record<string, JsonSchema>, standing) }),
        ...(standing.inList && required !== undefined ? { required } : {}),
        additionalProperties:
            typeof additionalProperties === "object"
                ? relaxed(additionalProperties as JsonSchema, standing)
                : additionalProperties,
    };
}

/** Of several maps one with the keys of all: which of them exclude each other, the whole value tells. */
function mergeMaps(options: JsonSchema[], { inList }: Standing): JsonSchema[] {
    const maps = options.filter(({ properties }) => properties !== undefined);
    if (maps.length < 2 || inList) return options;
    const properties = Object.assign({}, ...maps.map((map) => map.properties));
    return [...options.filter((option) => !maps.includes(option)), { ...maps[0], properties }];
}

function mapValues(properties: Record<string, JsonSchema>, standing: Standing): Record<string, JsonSchema> {
    return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, relaxed(value, standing)]));
}
