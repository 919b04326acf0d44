import { error, type Problem } from "../core/problems";
import { isUnknown, type Props, type Value } from "../core/props";
import { isMap } from "../core/values";
import { problemsOfId } from "../gitlab/ids";

/** A type in a Pulumi package schema, as far as it is used here. */
export interface TypeSpec {
    type?: string;
    $ref?: string;
    items?: TypeSpec;
    additionalProperties?: TypeSpec;
}

/** What a package schema says about resources, functions and their types. */
export interface SchemaSpec {
    resources: Record<string, { inputProperties: Record<string, TypeSpec>; requiredInputs?: string[] }>;
    functions?: Record<string, { inputs?: { properties?: Record<string, TypeSpec>; required?: string[] } }>;
    types?: Record<string, { type?: string; properties?: Record<string, TypeSpec>; required?: string[] }>;
}

/** Inputs of a resource or a function without nulls, and every property that is missing, unknown to the schema or of the wrong type. */
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
    const failures: Problem[] = [];
    checkObject(schema, inputs, inputProperties, requiredInputs, "", failures);
    return { inputs, failures };
}

function checkObject(
    schema: SchemaSpec,
    object: Props,
    properties: Record<string, TypeSpec>,
    required: string[],
    prefix: string,
    failures: Problem[],
): void {
    for (const name of required.filter((name) => object[name] === undefined)) {
        failures.push(error(prefix + name, "is missing. Set it."));
    }
    for (const [name, value] of Object.entries(object)) {
        const spec = properties[name];
        if (name.startsWith("__")) continue;
        if (spec === undefined) {
            const what = `is not a property. It has: ${Object.keys(properties).join(", ")}.`;
            failures.push(error(prefix + name, what));
        } else if (value !== undefined) {
            checkValue(schema, value, spec, prefix + name, failures);
        }
    }
}

function checkValue(schema: SchemaSpec, value: Value, spec: TypeSpec, path: string, failures: Problem[]): void {
    if (isUnknown(value)) return;
    const fail = (wanted: string) =>
        failures.push(error(path, `must be ${wanted} (got ${kindOf(value)}). Correct it.`));
    const type = schema.types?.[spec.$ref?.replace("#/types/", "") ?? ""];
    // What may be anything has no kind. Of an enum's names those that this plugin does not know yet are GitLab's to judge.
    const kind = type?.type ?? spec.type;
    if (kind === "array") {
        if (!Array.isArray(value)) fail("a list");
        else for (const [i, item] of value.entries()) checkValue(schema, item, spec.items!, `${path}[${i}]`, failures);
    } else if (kind === "object") {
        if (!isMap(value)) fail("a map");
        else if (type !== undefined) {
            checkObject(schema, value, type.properties ?? {}, type.required ?? [], `${path}.`, failures);
        } else {
            for (const [key, item] of Object.entries(value)) {
                if (item !== undefined)
                    checkValue(schema, item, spec.additionalProperties ?? {}, `${path}.${key}`, failures);
            }
        }
    } else if (kind === "integer") {
        // By GitLab's habit: groupId, targetProjectIds[2].
        const [, named] = /(group|project)Ids?(?:\[\d+\])?$/i.exec(path) ?? [];
        if (!Number.isInteger(value)) fail("a whole number");
        else if (named !== undefined) failures.push(...problemsOfId(path, value, named.toLowerCase()));
    } else if (kind !== undefined && typeof value !== kind) {
        fail(kind === "boolean" ? "true or false" : "a text");
    }
}

/** Says what was given without showing it: it may be a secret. */
function kindOf(value: Value): string {
    return Array.isArray(value) ? "a list" : value === null ? "null" : `a ${typeof value}`;
}
