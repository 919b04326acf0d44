import { expect } from "chai";
import * as fc from "fast-check";
import { findProblems, parseConfigToml, renderConfigToml } from "../../../core/config-toml";
import { executorNames } from "../../../core/config-toml/key-table";
import { configs } from "./arbitraries";

describe("config.toml, for any valid configuration", function () {
    this.timeout(60_000);

    it("has no errors to report", () => {
        fc.assert(
            fc.property(configs("some keys"), (config) => {
                expect(findProblems(config, "m").filter((problem) => problem.severity === "error")).to.deep.equal([]);
            }),
            { numRuns: 50 },
        );
    });

    it("reads back exactly what was rendered", () => {
        fc.assert(
            fc.property(configs("some keys"), (config) => {
                expect(parseConfigToml(renderConfigToml(config))).to.deep.equal(config);
            }),
            { numRuns: 50 },
        );
    });

    it("reads back every key of every executor at once", () => {
        for (const executor of executorNames()) {
            fc.assert(
                fc.property(configs("every key", fc.constant(executor)), (config) => {
                    expect(parseConfigToml(renderConfigToml(config))).to.deep.equal(config);
                }),
                { numRuns: 1 },
            );
        }
    });

    it("renders the same bytes whatever order the maps are in", () => {
        fc.assert(
            fc.property(configs("some keys"), (config) => {
                expect(renderConfigToml(reversed(config))).to.equal(renderConfigToml(config));
            }),
            { numRuns: 50 },
        );
    });
});

/** The same value with the keys of all its maps in the opposite order. */
function reversed<T>(value: T): T {
    if (Array.isArray(value)) return value.map(reversed) as T;
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
        Object.entries(value)
            .reverse()
            .map(([key, item]) => [key, reversed(item)]),
    ) as T;
}
