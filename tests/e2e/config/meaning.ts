import type { ManagerConfig } from "../../../core/config-toml";
import { type KeySpec, type TableSpec, tableSpec } from "../../../core/config-toml/key-table";
import { durationToNanoseconds, nanosecondsToDuration } from "../../../core/durations";

// What gitlab-runner sets where a file says nothing.
const DEFAULTS: Record<string, unknown> = { connection_max_age: "15m0s", "session_server.session_timeout": 1800 };

/** What differs between the configuration that was meant and what the loader understood; empty when nothing does. */
export function findMisreadings(meant: ManagerConfig, read: Record<string, unknown>): string[] {
    const runners = meant.workers.map(({ name, url, token, id, config }) => ({ name, url, token, id, ...config }));
    const differences: string[] = [];
    compareTables({ ...meant.global, runners }, read, tableSpec("GlobalTable"), "", differences);
    return differences;
}

function compareTables(
    meant: Record<string, unknown>,
    read: Record<string, unknown>,
    spec: TableSpec,
    path: string,
    differences: string[],
): void {
    for (const key of new Set([...Object.keys(meant), ...Object.keys(read)])) {
        const place = path === "" ? key : `${path}.${key}`;
        const keySpec = spec.get(key);
        if (keySpec === undefined) differences.push(`${place} is unknown`);
        else if (meant[key] !== undefined || DEFAULTS[place] !== read[key])
            compare(meant[key], read[key], keySpec, place, differences);
    }
}

function compare(meant: unknown, read: unknown, spec: KeySpec, path: string, differences: string[]): void {
    if (spec.table !== undefined && spec.shape === "one") {
        compareTables(
            (meant ?? {}) as Record<string, unknown>,
            (read ?? {}) as Record<string, unknown>,
            tableSpec(spec.table),
            path,
            differences,
        );
    } else if (spec.table !== undefined) {
        const [left, right] = [meant ?? [], read ?? []] as [Record<string, unknown>[], Record<string, unknown>[]];
        if (left.length !== right.length)
            differences.push(`${path} has ${right.length} items instead of ${left.length}`);
        else
            for (const [index, item] of left.entries())
                compareTables(item, right[index]!, tableSpec(spec.table), `${path}[${index}]`, differences);
    } else {
        const [left, right] = [canonical(meaningOf(meant, spec)), canonical(read)];
        if (left !== right) differences.push(`${path} is ${right} instead of ${left}`);
    }
}

function meaningOf(value: unknown, spec: KeySpec): unknown {
    if (spec.shape === "one or list" && typeof value === "string") return [value];
    if (spec.base === "duration") return nanosecondsToDuration(durationToNanoseconds(value as string)!);
    return value;
}

/** JSON with sorted keys; zero values are the same as none, because Go knows no difference. */
function canonical(value: unknown): string {
    if (value === undefined || value === "" || value === 0 || value === false || value === "0s") return "nothing";
    if (typeof value === "object" && value !== null && Object.keys(value).length === 0) return "nothing";
    return JSON.stringify(value, (_, item) =>
        typeof item === "object" && item !== null && !Array.isArray(item)
            ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
            : item,
    );
}
