import { parse } from "smol-toml";
import { entryOf, HIDDEN } from "../../../core/config-toml/secret-leaves";
import { mayHoldSecret } from "../../../core/config-toml/secret-shapes";
import { shownTable } from "../../../core/config-toml/settings";
import { isUnknown, type Props, type Value } from "../../../core/props";
import { isMap, mapValues, memberOf } from "../../../core/values";

/** Step of a path into the settings: a key, or an item's index in a list of tables. */
type Step = string | number;

/** One value in a manager's settings. A list of plain values is one value. */
export interface Leaf {
    /** `["global", "concurrent"]`, `["workers", "ci", "docker", "image"]`. */
    steps: readonly Step[];
    value: Value;
}

/** The values of settings by path. */
export type Leaves = Map<string, Leaf>;

export function leavesOf(settings: Value | undefined): Leaves {
    const found: Leaves = new Map();
    collect(settings, [], found);
    return found;
}

/**
 * The settings of a `config.toml` of which only the text exists: edited by hand, or in a state from before there were
 * settings. Values in `environment` may be secret whatever their names, so only names are kept; any other text is
 * hidden if it has the shape of a secret. Undefined for a text that is not TOML.
 */
export function settingsIn(text: Value | undefined): Props | undefined {
    return unlessTooDeep(() => settingsOf(text));
}

function settingsOf(text: Value | undefined): Props | undefined {
    const { global, workers } = tablesIn(text) ?? {};
    if (global === undefined) return undefined;
    // Nobody declared what these texts are, and a preview's output goes into a merge request's note.
    const hide = (value: unknown, key: string) => {
        if (typeof value !== "string") return undefined;
        if (key === "environment") return `${entryOf(value)?.name ?? ""}=${HIDDEN}`;
        return mayHoldSecret(value) ? HIDDEN : undefined;
    };
    const shown = mapValues(workers, (table) => shownTable(table, "WorkerTable", hide));
    return { global: shownTable(global, "GlobalTable", hide), workers: shown } as Props;
}

/**
 * Every value of a `config.toml`, including secrets, to find out which differ. Undefined for a text that is not TOML.
 */
export function valuesIn(text: Value | undefined): Leaves | undefined {
    return unlessTooDeep(() => {
        const tables = tablesIn(text);
        return tables && leavesOf(tables as unknown as Value);
    });
}

/**
 * A text nested deeper than the call stack allows is not gitlab-runner's. Somebody who may write the file must not be
 * able to break all comparisons.
 */
function unlessTooDeep<T>(run: () => T): T | undefined {
    try {
        return run();
    } catch (error) {
        if (error instanceof RangeError) return undefined;
        throw error;
    }
}

/** Names of the workers in a `config.toml`, in their order. */
export function workersIn(text: Value | undefined): string[] {
    return Object.keys(tablesIn(text)?.workers ?? {});
}

function tablesIn(text: Value | undefined): { global: object; workers: Record<string, unknown> } | undefined {
    if (typeof text !== "string") return undefined;
    try {
        const { runners, ...global } = parse(text);
        const tables = (Array.isArray(runners) ? (runners as unknown[]) : []).filter(isMap);
        const named = tables.map((table, index) => [String(table.name ?? memberOf("runners", index)), table] as const);
        return { global, workers: Object.fromEntries(named) };
    } catch {
        return undefined;
    }
}

function collect(value: unknown, steps: readonly Step[], found: Leaves): void {
    if (Array.isArray(value) && value.some(isMap)) {
        for (const [index, item] of value.entries()) collect(item, [...steps, index], found);
    } else if (isMap(value) && !(value instanceof Date)) {
        for (const [key, item] of Object.entries(value)) collect(item, [...steps, key], found);
    } else if (value !== undefined && steps.length > 0) {
        found.set(JSON.stringify(steps), { steps, value: plain(value) });
    }
}

function plain(value: unknown): Value {
    if (Array.isArray(value)) return value.map(plain);
    return isUnknown(value) || !(typeof value === "object" || typeof value === "bigint")
        ? (value as Value)
        : String(value);
}

/** The settings that belong to a text that was found: those in the state, unless the text has changed. */
export function settingsNow(state: Props, found: Value | undefined): Value | undefined {
    if (state.settings === undefined || found === state.configToml) return state.settings;
    return settingsIn(found) ?? { global: {}, workers: {} };
}
