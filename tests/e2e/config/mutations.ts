import * as fc from "fast-check";
import type { ManagerConfig } from "../../../core/config-toml";
import { configs } from "../../core/config-toml/arbitraries";

const JUNK: fc.Arbitrary<unknown> = fc.oneof(
    fc.constantFrom<unknown>("", "x", "10", "true", "1h", "-5s", 0, -1, 3, 2.5, true, false),
    fc.constantFrom<unknown>(
        [],
        ["x"],
        [3],
        [[]],
        [{}],
        [{ name: "x" }],
        {},
        { a: "x" },
        { a: 1 },
        { a: { b: true } },
        { a: ["x"] },
    ),
    fc.constantFrom<unknown>(
        "* * * *",
        "0 0 31 2 *",
        "*/7 * * * *",
        "5-7 1-24 * * *",
        "Europe/Nowhere",
        "(a",
        "a{,3}",
        "(?<!x)",
    ),
);

/** A valid configuration in which one value was replaced, or one key renamed. */
export const damaged: fc.Arbitrary<ManagerConfig> = fc
    .tuple(configs("some keys"), fc.nat(), JUNK, fc.constantFrom("replace", "replace", "rename"))
    .map(([config, pick, junk, how]) => {
        const places = placesIn([config.global, ...config.workers.map((worker) => worker.config)]);
        const [table, key] = places[pick % places.length]!;
        const value = Array.isArray(table) ? table[Number(key)] : table[key];
        if (how === "rename" && !Array.isArray(table)) {
            delete table[key];
            table[`${key}_x`] = value;
        } else {
            (table as Record<string, unknown>)[key] = junk;
        }
        return config;
    });

type Place = [table: Record<string, unknown> | unknown[], key: string];

function placesIn(tables: readonly unknown[]): Place[] {
    return tables.flatMap((table) => {
        if (typeof table !== "object" || table === null) return [];
        const own = Object.keys(table).map((key): Place => [table as Record<string, unknown>, key]);
        return [...own, ...placesIn(Object.values(table))];
    });
}
