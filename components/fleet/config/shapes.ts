import type * as z from "zod";
import { closest } from "../../../core/suggest";
import { isMap } from "../../../core/values";

/** What of a schema says which shapes a value may have. */
interface Def {
    type: string;
    innerType?: z.ZodType;
    options?: readonly z.ZodType[];
    element?: z.ZodType;
    valueType?: z.ZodType;
    shape?: Record<string, z.ZodType>;
    values?: readonly unknown[];
    entries?: Record<string, string | number>;
    format?: string;
}

function defOf(schema: z.ZodType): Def {
    return (schema as unknown as { def: Def }).def;
}

const LONGEST_MEANING = 60;

/** The shapes that the value at a path may have, in words: `pull, or a map of pull or a list of texts`. */
export function shapesAt(root: z.ZodType, path: readonly PropertyKey[]): string {
    const schema = path.reduce<z.ZodType | undefined>((at, key) => at && memberOf(at, key), root);
    if (schema === undefined) return "something else";
    // A short description tells more: `full path or id of a group`.
    const meaning = schema.description ?? "";
    const isShort = meaning !== "" && meaning.length <= LONGEST_MEANING;
    return shapesOf(schema) + (isShort ? `: ${meaning[0]!.toLowerCase()}${meaning.slice(1).replace(/\.$/, "")}` : "");
}

/**
 * Which of the alternatives at a path a map is meant to be: the one that needs a key which the map has and no other alternative
 * knows, such as `docker` of a placement. Undefined where no key tells, or where keys tell of several.
 */
export function meantAt(root: z.ZodType, path: readonly PropertyKey[], value: unknown): number | undefined {
    const schema = path.reduce<z.ZodType | undefined>((at, key) => at && memberOf(at, key), root);
    const shapes = (schema === undefined ? [] : alternativesOf(schema)).map((option) => defOf(option).shape ?? {});
    const fitting = [...shapes.keys()].filter((index) =>
        Object.keys(isMap(value) ? value : {}).some((key) => {
            const knowing = shapes.filter((shape) => Object.hasOwn(shape, key));
            return knowing.length === 1 && knowing[0] === shapes[index] && defOf(knowing[0]![key]!).type !== "optional";
        }),
    );
    return fitting.length === 1 ? fitting[0] : undefined;
}

/**
 * Where a key that the map at a path does not know stands one level deeper: `consumers.projects` for `projects`. What is only like a
 * key there counts where it is needed there anyway: `consumers.groups` for `group`.
 */
export function placesBelow(
    root: z.ZodType,
    path: readonly PropertyKey[],
    key: string,
): Record<"exact" | "near", string[]> {
    const schema = path.reduce<z.ZodType | undefined>((at, name) => at && memberOf(at, name), root);
    const members = Object.entries(schema === undefined ? {} : (mapsIn(schema)[0] ?? {}));
    const found = members.map(([name, member]) => {
        const keys = mapsIn(member).flatMap((shape) => Object.keys(shape));
        const near = defOf(member).type === "optional" ? undefined : closest(key, keys);
        return { name, exact: keys.includes(key), near };
    });
    return {
        exact: found.flatMap(({ name, exact }) => (exact ? [`${name}.${key}`] : [])),
        near: found.flatMap(({ name, near }) => (near === undefined ? [] : [`${name}.${near}`])),
    };
}

/** The keys of the maps that a value may be. */
function mapsIn(schema: z.ZodType): Record<string, z.ZodType>[] {
    const { innerType, options, shape } = defOf(schema);
    if (innerType !== undefined) return mapsIn(innerType);
    return shape === undefined ? (options ?? []).flatMap(mapsIn) : [shape];
}

function alternativesOf(schema: z.ZodType): readonly z.ZodType[] {
    const { innerType, options } = defOf(schema);
    return innerType === undefined ? (options ?? []) : alternativesOf(innerType);
}

function memberOf(schema: z.ZodType, key: PropertyKey): z.ZodType | undefined {
    const def = defOf(schema);
    if (def.innerType !== undefined) return memberOf(def.innerType, key);
    // In a union, whichever part has such a member.
    if (def.options !== undefined) {
        return def.options.map((option) => memberOf(option, key)).find((found) => found !== undefined);
    }
    return def.shape?.[String(key)] ?? def.element ?? def.valueType;
}

/** The shapes of a schema, in words. */
function shapesOf(schema: z.ZodType): string {
    const def = defOf(schema);
    switch (def.type) {
        case "optional":
        case "default":
            return shapesOf(def.innerType!);
        case "union":
            return def.options!.map(shapesOf).join(", or ");
        case "literal":
            return def.values!.map(String).join(" or ");
        case "enum":
            return `one of ${Object.values(def.entries!).join(", ")}`;
        case "array":
            return `a list of ${manyOf(def.element!)}`;
        case "record":
            return `a map with ${manyOf(def.valueType!)}`;
        case "object":
            return `{ ${Object.entries(def.shape!).map(toKey).join(", ")} }`;
        case "number":
            return def.format === undefined ? "a number" : "a whole number";
        case "boolean":
            return "true or false";
        case "string":
            return "a text";
        default:
            return "any value";
    }
}

function toKey([key, schema]: [string, z.ZodType]): string {
    return `${key}: ${defOf(schema).type === "optional" ? `${shapesOf(schema)} (may be left out)` : shapesOf(schema)}`;
}

const MANY: Record<string, string> = {
    "a text": "texts",
    "a whole number": "whole numbers",
    "a number": "numbers",
    "any value": "any values",
};

function manyOf(schema: z.ZodType): string {
    const one = shapesOf(schema);
    const parts = one.split(", or ").map((part) => MANY[part] ?? part);
    return parts.length > 1 ? parts.join(" or ") : parts[0]!;
}
