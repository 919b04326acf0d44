import type { Props, Value } from "../../core/props";
import type { TypeSpec } from "../schema-check";

/** What a package schema says about a function's outputs and their types. */
export interface OutputSpec {
    functions: Record<string, { outputs: { properties: Record<string, TypeSpec> } }>;
    types?: Record<string, { properties?: Record<string, TypeSpec> }>;
}

/**
 * GitLab's JSON under the names and types of the schema. The published provider knows no absent outputs: what GitLab
 * does not tell is empty, 0 or false. `overrides` are the properties whose name does not follow GitLab's.
 */
export function present(schema: OutputSpec, token: string, json: object, overrides: Record<string, unknown>): Props {
    const { properties } = schema.functions[token]!.outputs;
    return presentObject(schema, properties, { ...json, ...overrides });
}

function presentObject(schema: OutputSpec, properties: Record<string, TypeSpec>, json: object): Props {
    return Object.fromEntries(
        Object.entries(properties).map(([name, spec]) => [
            name,
            presentValue(schema, spec, pickFrom(json, name, spec)),
        ]),
    );
}

/** `tagLists` is `tag_list`, `containerExpirationPolicies` is `container_expiration_policy`. */
function pickFrom(json: object, name: string, spec: TypeSpec): unknown {
    const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    const names = [name, snake];
    if (spec.type === "array") {
        names.push(snake.replace(/ies$/, "y"), snake.replace(/s$/, ""));
    }
    const values = json as Record<string, unknown>;
    const found = names.find((candidate) => values[candidate] !== undefined && values[candidate] !== null);
    return found === undefined ? undefined : values[found];
}

function presentValue(schema: OutputSpec, spec: TypeSpec, value: unknown): Value {
    if (spec.$ref !== undefined) {
        const properties = schema.types?.[spec.$ref.replace("#/types/", "")]?.properties ?? {};
        return presentObject(schema, properties, typeof value === "object" && value !== null ? value : {});
    }
    switch (spec.type) {
        case "array": {
            // Terraform has no optional objects, so the published provider makes them lists of one.
            const items = value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];
            return items.map((item) => presentValue(schema, spec.items!, item));
        }
        case "object":
            return Object.fromEntries(
                Object.entries(typeof value === "object" && value !== null ? value : {})
                    .filter(([, item]) => item !== null && item !== undefined)
                    .map(([key, item]) => [key, presentValue(schema, spec.additionalProperties ?? {}, item)]),
            );
        case "integer":
            return Number.isFinite(Number(value)) ? Math.trunc(Number(value)) : 0;
        case "boolean":
            return value === true;
        default:
            return typeof value === "object" ? JSON.stringify(value) : value === undefined ? "" : String(value);
    }
}
