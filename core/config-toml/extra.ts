import { isMap } from "../values";
import type { TableSpec } from "./key-table";
import { tableSpec } from "./key-table";

/**
 * A table with its `extra` keys merged in: tables into tables, and lists of tables item by item, so that
 * `extra: { docker: { services: [{}, { new_key: 1 }] } }` reaches the second service.
 */
export function mergeExtra(table: Record<string, unknown>, extra: unknown, spec: TableSpec): Record<string, unknown> {
    if (!isMap(extra)) return table;
    const merged = new Map(Object.entries(table));
    for (const [key, value] of Object.entries(extra)) {
        const known = spec.get(key);
        const below = known?.table === undefined ? new Map() : tableSpec(known.table);
        const present = merged.get(key);
        if (known?.shape === "list" && Array.isArray(present) && Array.isArray(value)) {
            const length = Math.max(present.length, value.length);
            merged.set(
                key,
                Array.from({ length }, (_, index) => mergeValue(present[index], value[index], below)),
            );
        } else {
            merged.set(key, mergeValue(present, value, below));
        }
    }
    return Object.fromEntries(merged);
}

function mergeValue(present: unknown, extra: unknown, spec: TableSpec): unknown {
    if (extra === undefined) return present;
    return isMap(present) && isMap(extra) ? mergeExtra(present, extra, spec) : extra;
}
