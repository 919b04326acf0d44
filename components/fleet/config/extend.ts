import { error } from "../../../core/problems";
import { didYouMean } from "../../../core/suggest";
import { isMap, memberOf } from "../../../core/values";
import { fromJson, OURS } from "./known";
import { findOrigin, type Layer, mergeLayers } from "./layers";
import { EXTENDS, type PlacedProblem, readSharedFiles } from "./shared-files";

/** A stack's configuration together with what its shared files say. */
export interface Extended {
    /** Values by full key; those that only Pulumi reads are as they were. */
    values: Record<string, unknown>;
    /** Where the values come from, the stack's own last. */
    layers: Layer[];
    /** What is wrong with the shared files, and with how they are used. */
    problems: PlacedProblem[];
    /** Whether all shared files could be read; where one could not, nobody knows what the stack declares. */
    complete: boolean;
}

/** Puts the shared files that a stack names under its own values. `folder` is that of the stacks' files, asked when it is needed. */
export function extendStack(own: Layer, folder: () => string): Extended {
    const named = toValue(own.config[EXTENDS]);
    if (named === undefined) return { values: own.config, layers: [own], problems: [], complete: true };
    const { layers: shared, problems, complete } = readSharedFiles(folder(), named);
    const config = Object.entries(own.config).map(([key, value]) => [
        key,
        key.startsWith(OURS) ? toOwnValue(value) : value,
    ]);
    const layers = [...shared, { ...own, config: Object.fromEntries(config) }];
    const values = withoutNulls(mergeLayers(layers), "", (path, message) => {
        // A file that could not be read may say it.
        if (complete) problems.push({ ...error(path, message), origin: findOrigin(layers, path) });
    });
    return { values, layers, problems, complete };
}

function toValue(value: unknown): unknown {
    return typeof value === "string" ? fromJson(value) : value;
}

/** Pulumi hands over a whole key that is null as an empty text. */
function toOwnValue(value: unknown): unknown {
    return value === "" ? null : toValue(value);
}

/** What is left of `null` after a merge has removed nothing, and was meant for something else. */
function withoutNulls(
    map: Record<string, unknown>,
    path: string,
    report: (path: string, message: string) => void,
): Record<string, unknown> {
    const siblings = Object.keys(map).filter((key) => map[key] !== null);
    const entries = Object.entries(map).flatMap(([key, value]): [string, unknown][] => {
        const where = path === "" ? key : memberOf(path, key);
        if (path === "" && !key.startsWith(OURS)) return [[key, value]];
        if (isMap(value)) return [[key, withoutNulls(value, where, report)]];
        if (value !== null) return [[key, value]];
        // The sections are too few for a suggestion: the nearest one is there for itself.
        const remedy = (path !== "" && didYouMean(key, siblings)) || " Remove it, or give it a value.";
        report(where, `removes what a shared file says, but none says it (got null).${remedy}`);
        return [];
    });
    return Object.fromEntries(entries);
}
