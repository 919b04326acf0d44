import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import * as fc from "fast-check";
import { parse } from "smol-toml";
import type { Runner } from "../../sandbox/store/entities";

/** Seed of the histories; to try others: `SEED=7 make e2e ONLY=runner`. */
export const SEED = Number(process.env.SEED ?? 20261122);

const RUNNERS = ["a", "b", "c"];
const MANAGERS = ["m1", "m2"];
/** As many as managers, so that managers swap directories, and one takes over what another leaves. */
export const DIRECTORIES = ["d1", "d2"];

const scope = fc.constantFrom({ group: "apps" }, { group: "data" }, { project: "apps/etl" });
const runner = fc.record({
    scope,
    tags: fc.constantFrom(["x"], ["x", "y"]),
    paused: fc.boolean(),
    config: fc.record({ executor: fc.constant("shell"), limit: fc.constantFrom(1, 2) }),
});

/** Runners by name, and for each manager its directory and the names of its workers. */
export const anyFleet = fc.subarray(RUNNERS).chain((names) =>
    fc.record({
        runners: fc
            .tuple(...names.map(() => runner))
            .map((values) => Object.fromEntries(names.map((name, i) => [name, values[i]!]))),
        managers: fc
            .tuple(
                fc.subarray(names.length === 0 ? [] : MANAGERS),
                fc.shuffledSubarray(DIRECTORIES, { minLength: 2, maxLength: 2 }),
                fc.subarray(names, { minLength: Math.min(1, names.length) }),
                fc.constantFrom(1, 4),
            )
            .map(([managers, directories, workers, concurrent]) =>
                managers.map((name, i) => ({ name, directory: directories[i]!, workers, concurrent })),
            ),
    }),
);

/** One value of `anyFleet`. */
export type AnyFleet = typeof anyFleet extends fc.Arbitrary<infer F> ? F : never;

/** A fleet as stack configuration, with the managers' directories below `folder`. */
export function configOf({ runners, managers }: AnyFleet, folder: string): Record<string, unknown> {
    return {
        "gitlab-fleet:runners": runners,
        "gitlab-fleet:managers": Object.fromEntries(
            managers.map(({ name, directory, workers, concurrent }) => [
                name,
                { placement: { directory: path.join(folder, directory) }, runners: workers, config: { concurrent } },
            ]),
        ),
    };
}

/** Fails unless `live` are exactly the fleet's runners, and only the managers' directories have files with tokens. */
export function expectFleet(
    { runners, managers }: AnyFleet,
    folder: string,
    live: readonly Runner[],
    history: string,
): void {
    expect(live, history).to.have.length(Object.keys(runners).length);
    const tokens = new Set(live.map(({ token }) => token));
    for (const directory of DIRECTORIES) {
        const owner = managers.find((manager) => manager.directory === directory);
        const found = workersIn(path.join(folder, directory));
        const where = `${directory} after\n${history}`;
        expect(found?.map(({ name }) => name).sort(), where).to.deep.equal(owner && [...owner.workers].sort());
        for (const { token } of found ?? []) expect(tokens.has(token), where).to.equal(true);
    }
}

/** The workers in a directory's `config.toml`; undefined if there is no such file. */
function workersIn(directory: string): { name: string; token: string }[] | undefined {
    const file = path.join(directory, "config.toml");
    if (!fs.existsSync(file)) return undefined;
    return (parse(fs.readFileSync(file, "utf8")).runners ?? []) as unknown as { name: string; token: string }[];
}
