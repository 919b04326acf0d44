import { error, type Problem, unknownKey } from "../../../core/problems";
import { closest } from "../../../core/suggest";
import { isMap, joinPaths, memberOf } from "../../../core/values";
import { type JsonSchema, optionsOf } from "../../common/shape";

type Key = string | number;

/**
 * Keys that nothing reads, wherever in a value. `placeFor` knows where a key belongs that its parent does not know. Where a map may be
 * one of several, the rules know which is meant.
 */
export function findUnknownInside(
    schema: JsonSchema,
    value: unknown,
    path: string,
    placeFor: (parent: readonly Key[], key: string) => string | undefined = () => undefined,
): Problem[] {
    return inside(schema, value, path, []);

    function inside(schema: JsonSchema, value: unknown, path: string, at: readonly Key[]): Problem[] {
        if (Array.isArray(value)) {
            const { items = {} } = optionFor("array", schema);
            return value.flatMap((item, index) => inside(items, item, memberOf(path, index), [...at, index]));
        }
        if (!isMap(value)) return [];
        const map = optionFor("object", schema);
        const { properties, additionalProperties } = map;
        const others = typeof additionalProperties === "object" ? additionalProperties : undefined;
        return Object.entries(value).flatMap(([key, item]) => {
            const where = memberOf(path, key);
            const known = properties && Object.hasOwn(properties, key) ? properties[key] : others;
            if (known !== undefined) return inside(known, item, where, [...at, key]);
            if (properties === undefined) return [];
            const place = placeFor(at, key) ?? placeBelow(map, path, key);
            const unknown = unknownKey(where, key, Object.keys(properties));
            return [place === undefined ? unknown : error(where, `is not a known key here. ${place}`)];
        });
    }
}

/** The one of a value's alternatives that has a type; nothing is known of it where there are several. */
function optionFor(type: string, schema: JsonSchema): JsonSchema {
    const fitting = optionsOf(schema).filter((option) => option.type === type);
    return fitting.length === 1 ? fitting[0]! : {};
}

/**
 * Where a key stands one level deeper: `consumers.projects` for `projects`. What is only like a key there counts where it is needed
 * there anyway: `consumers.groups` for `group`.
 */
function placeBelow({ properties = {}, required = [] }: JsonSchema, path: string, key: string): string | undefined {
    const members = Object.entries(properties).map(([name, member]) => [name, keysIn(member)] as const);
    const exact = members.flatMap(([name, keys]) => (keys.includes(key) ? [`${name}.${key}`] : []));
    const near = members.flatMap(([name, keys]) => {
        const like = required.includes(name) ? closest(key, keys) : undefined;
        return like === undefined ? [] : [`${name}.${like}`];
    });
    const sure = near.filter((place) => exact.includes(place));
    const likely = closest(key, Object.keys(properties)) === undefined ? near : [];
    const places = sure.length > 0 ? sure : [...likely, ...exact];
    if (places.length === 0) return undefined;
    return `It belongs deeper: ${places.map((place) => joinPaths(path, place)).join(" or ")}.`;
}

/** The keys of the maps that a value may be. */
function keysIn(schema: JsonSchema): string[] {
    return optionsOf(schema).flatMap(({ properties = {} }) => Object.keys(properties));
}
