import { isMap } from "../../../core/values";
import { keysIn } from "./path-keys";

/** One source of a stack's configuration. Later layers override earlier ones; the stack's own is the last. */
export interface Layer {
    /** Name of the file for messages; undefined if the values came from Pulumi. */
    file?: string;
    /** Values by full key. */
    config: Record<string, unknown>;
    /** The line of a value; if the value is not there, the line of the nearest value around it. */
    lineOf?(keys: readonly (string | number)[]): number | undefined;
}

export interface Origin {
    file: string;
    line?: number;
}

/**
 * Merges several configurations: maps are merged, other values are replaced, and `null` removes what an earlier layer
 * sets. A `null` that removes nothing stays, so that a misspelt key is noticed.
 */
export function mergeLayers(layers: readonly Layer[]): Record<string, unknown> {
    return layers.reduce<Record<string, unknown>>((merged, { config }) => mergeMaps(merged, config), {});
}

function mergeMaps(below: Record<string, unknown>, above: Record<string, unknown>): Record<string, unknown> {
    const merged = new Map(Object.entries(below));
    for (const [key, value] of Object.entries(above)) {
        const other = merged.get(key);
        if (value === null && other !== undefined) merged.delete(key);
        else merged.set(key, isMap(value) && isMap(other) ? mergeMaps(other, value) : value);
    }
    // Object.fromEntries defines every key, even `__proto__`.
    return Object.fromEntries(merged);
}

/** Where the value at a path was written: in the last layer that sets it, or sets the nearest value around it. */
export function findOrigin(layers: readonly Layer[], path: string): Origin | undefined {
    const keys = keysIn(path);
    let saying = layers.map((layer) => ({ layer, value: layer.config as unknown }));
    let depth = 0;
    for (const key of keys) {
        const next = saying
            .filter(({ value }) => isContainer(value) && Object.hasOwn(value, key))
            .map(({ layer, value }) => ({ layer, value: (value as Record<string | number, unknown>)[key] }));
        if (next.length === 0) break;
        // A value that is not a map replaces what earlier layers set.
        const last = next.findLastIndex(({ value }) => !isMap(value));
        saying = last < 0 ? next : last === next.length - 1 ? next.slice(-1) : next.slice(last + 1);
        depth++;
    }
    const layer = saying.at(-1)?.layer;
    if (depth === 0 || layer?.file === undefined) return undefined;
    return { file: layer.file, line: layer.lineOf?.(keys.slice(0, depth)) };
}

function isContainer(value: unknown): value is object {
    return isMap(value) || Array.isArray(value);
}
