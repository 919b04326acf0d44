import { mapValues } from "../../core/values";
import { ARGUMENT_TEXTS } from "./argument-texts.generated";
import { type JsonSchema, TEXTS } from "./shape";

/** Returns the schema with each key described by its doc comment, for editors and for other languages. */
export function described(schema: JsonSchema, above = ""): JsonSchema {
    const name = schema[TEXTS] ?? above;
    const texts = (ARGUMENT_TEXTS as Readonly<Record<string, Readonly<Record<string, string>>>>)[name] ?? {};
    const { properties, additionalProperties, items, anyOf } = schema;
    const member = (below: JsonSchema, key: string) => {
        const text = texts[key];
        return { ...described(below, `${name}.${key}`), ...(text === undefined ? {} : { description: text }) };
    };
    return {
        ...schema,
        ...(properties && { properties: mapValues(properties, member) }),
        ...(typeof additionalProperties === "object" && {
            additionalProperties: described(additionalProperties, name),
        }),
        ...(items && { items: described(items, name) }),
        ...(anyOf && { anyOf: anyOf.map((option) => described(option, name)) }),
    };
}
