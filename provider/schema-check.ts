import { error, type Problem } from "../core/problems";
import { isUnknown, type Props, type Value } from "../core/props";
import { isMap } from "../core/values";
import { problemsOfId } from "../gitlab/ids";

/** The used part of a type in a Pulumi package schema. */
export interface TypeSpec {
    type?: string;
    $ref?: string;
    items?: TypeSpec;
    additionalProperties?: TypeSpec;
}

/** The used part of a package schema. */
export interface SchemaSpec {
    resources: Record<string, { inputProperties: Record<string, TypeSpec>; requiredInputs?: string[] }>;
    functions?: Record<string, { inputs?: { properties?: Record<string, TypeSpec>; required?: string[] } }>;
    types?: Record<string, { type?: string; properties?: Record<string, TypeSpec>; required?: string[] }>;
}

/** What a value of a kind is called, and how it is known. */
const KINDS: Record<string, { wanted: string; is(value: unknown): boolean }> = {
    array: { wanted: "a list", is: Array.isArray },
    object: { wanted: "a map", is: isMap },
    integer: { wanted: "a whole number", is: Number.isInteger },
    boolean: { wanted: "true or false", is: (value) => typeof value === "boolean" },
    string: { wanted: "a text", is: (value) => typeof value === "string" },
    number: { wanted: "a number", is: (value) => typeof value === "number" },
};

/** What another resource would have given, the engine hands over as if it had never been there. */
const LEFT_OUT =
    "Set it. Does it come from another resource? Then --target or --exclude leaves out what is not made yet: run it without them.";

/**
 * Inputs of a resource or a function without nulls, and every property that is missing, unknown to the schema or of the
 * wrong type.
 */
export function checkAgainstSchema(
    schema: SchemaSpec,
    token: string,
    news: Props,
): { inputs: Props; failures: Problem[] } {
    const { properties, required } = schema.functions?.[token]?.inputs ?? {};
    const { inputProperties = {}, requiredInputs = [] } = schema.resources[token] ?? {
        inputProperties: properties,
        requiredInputs: required,
    };
    const inputs = Object.fromEntries(
        Object.entries(news).filter(([, value]) => value !== null && value !== undefined),
    );
    const remedy = token in schema.resources ? LEFT_OUT : "Set it.";
    const missing = requiredInputs.filter((name) => inputs[name] === undefined);
    const failures = missing.map((name) => error(name, `is missing. ${remedy}`));
    return { inputs, failures: [...failures, ...problemsOfObject(schema, inputs, inputProperties, [], "")] };
}

function problemsOfObject(
    schema: SchemaSpec,
    object: Props,
    properties: Record<string, TypeSpec>,
    required: string[],
    prefix: string,
): Problem[] {
    const missing = required.filter((name) => object[name] === undefined);
    const given = Object.entries(object).filter(([name]) => !name.startsWith("__"));
    return [
        ...missing.map((name) => error(prefix + name, "is missing. Set it.")),
        ...given.flatMap(([name, value]) => {
            const spec = properties[name];
            if (spec !== undefined) return problemsOfValue(schema, value, spec, prefix + name);
            const known = Object.keys(properties).join(", ");
            return [error(prefix + name, `is not a property. It has: ${known}.`)];
        }),
    ];
}

function problemsOfValue(schema: SchemaSpec, value: Value | undefined, spec: TypeSpec, path: string): Problem[] {
    if (value === undefined || isUnknown(value)) return [];
    const type = schema.types?.[spec.$ref?.replace("#/types/", "") ?? ""];
    const kind = KINDS[type?.type ?? spec.type ?? ""];
    // A type that allows anything has no kind. Enum values that this plugin does not know yet are left for GitLab to
    // judge.
    if (kind === undefined) return [];
    if (!kind.is(value)) return [error(path, `must be ${kind.wanted} (got ${kindOf(value)}). Correct it.`)];
    if (Array.isArray(value)) {
        return value.flatMap((item, i) => problemsOfValue(schema, item, spec.items!, `${path}[${i}]`));
    }
    if (isMap(value)) {
        if (type !== undefined)
            return problemsOfObject(schema, value, type.properties ?? {}, type.required ?? [], `${path}.`);
        const { additionalProperties = {} } = spec;
        const items = Object.entries(value as Props);
        return items.flatMap(([key, item]) => problemsOfValue(schema, item, additionalProperties, `${path}.${key}`));
    }
    // By GitLab's naming: groupId, targetProjectIds[2].
    const [, named] = /(group|project)Ids?(?:\[\d+\])?$/i.exec(path) ?? [];
    return kind === KINDS.integer && named !== undefined ? problemsOfId(path, value, named.toLowerCase()) : [];
}

/** Describes a value's type without showing the value: it may be a secret. */
function kindOf(value: Value): string {
    return Array.isArray(value) ? "a list" : value === null ? "null" : `a ${typeof value}`;
}
