import { parse } from "smol-toml";
import { entryOf, HIDDEN } from "../../../core/config-toml/secret-leaves";
import { mayHoldSecret } from "../../../core/config-toml/secret-shapes";
import { shownTable } from "../../../core/config-toml/settings";
import { isUnknown, type Props, type Value } from "../../../core/props";
import { isMap, mapValues, memberOf } from "../../../core/values";

/** Step of a path into the settings: a key, or the number of an item in a list of tables. */
type Step = string | number;

/** One value in a manager's settings. Lists of plain values are one. */
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
 * The settings of a `config.toml` of which there is only the text: one that was edited by hand, or in a state of before
 * there were settings. What an `environment` holds may be secret without being called so: names only; of any other text what has the
 * shape of a secret is hidden. Undefined for what is no TOML.
 */
export function settingsIn(text: Value | undefined): Props | undefined {
    return unlessTooDeep(() => settingsOf(text));
}

function settingsOf(text: Value | undefined): Props | undefined {
    const { global, workers } = tablesIn(text) ?? {};
    if (global === undefined) return undefined;
    // Nobody said of these texts what they are, and a preview's go into a merge request's note.
    const hide = (value: unknown, key: string) => {
        if (typeof value !== "string") return undefined;
        if (key === "environment") return `${entryOf(value)?.name ?? ""}=${HIDDEN}`;
        return mayHoldSecret(value) ? HIDDEN : undefined;
    };
    const shown = mapValues(workers, (table) => shownTable(table, "WorkerTable", hide));
    return { global: shownTable(global, "GlobalTable", hide), workers: shown } as Props;
}

/** Every value of a `config.toml`, secrets and all, to find out which differ. Undefined for what is no TOML. */
export function valuesIn(text: Value | undefined): Leaves | undefined {
    return unlessTooDeep(() => {
        const tables = tablesIn(text);
        return tables && leavesOf(tables as unknown as Value);
    });
}

/** What is nested deeper than a stack is high is no file of gitlab-runner's: whoever may write it must not end all comparisons. */
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

/** The settings that belong to a text that was found: those the state knows, unless it is another text by now. */
export function settingsNow(state: Props, found: Value | undefined): Value | undefined {
    if (state.settings === undefined || found === state.configToml) return state.settings;
    return settingsIn(found) ?? { global: {}, workers: {} };
}
