import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import * as fc from "fast-check";
import { parse } from "smol-toml";
import { stringify } from "yaml";
import { type Engine, startEngine } from "../../helpers/engine";

/** Another one gives other histories: `SEED=7 make e2e ONLY=runner`. */
const SEED = Number(process.env.SEED ?? 20261122);
const RUNNERS = ["a", "b", "c"];
const MANAGERS = ["m1", "m2"];
// As many as managers: they change places, and one takes over what the other leaves.
const DIRECTORIES = ["d1", "d2"];

const scope = fc.constantFrom({ group: "apps" }, { group: "data" }, { project: "apps/etl" });
const runner = fc.record({
    scope,
    tags: fc.constantFrom(["x"], ["x", "y"]),
    paused: fc.boolean(),
    config: fc.record({ executor: fc.constant("shell"), limit: fc.constantFrom(1, 2) }),
});
/** Runners by name, and for each manager its directory and the names of its workers. */
const fleet = fc.subarray(RUNNERS).chain((names) =>
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

interface Worker {
    name: string;
    token: string;
}

describe("runners and managers, over random histories of their stack's configuration", () => {
    let engine: Engine;
    before(async () => {
        engine = await startEngine({
            config: () => "config: {}\n",
            seed: {
                users: [{ username: "olga" }],
                groups: ["apps", "data"].map((group) => ({ path: group, members: { olga: "owner" } })),
                projects: [{ path: "apps/etl" }],
                tokens: [{ name: "owner", user: "olga", scopes: ["api"] }],
            },
        });
    });
    after(() => engine?.close());

    const place = (directory: string) => path.join(engine.folder, directory);
    const workersIn = (directory: string): Worker[] | undefined => {
        const file = path.join(place(directory), "config.toml");
        if (!fs.existsSync(file)) return undefined;
        return (parse(fs.readFileSync(file, "utf8")).runners ?? []) as unknown as Worker[];
    };

    it("are one runner for each name, and files with live tokens exactly where managers are", async () => {
        const history: string[] = [];
        for (const { runners, managers } of fc.sample(fleet, { seed: SEED, numRuns: 12 })) {
            history.push(JSON.stringify({ runners, managers }));
            const config = {
                "gitlab-fleet:runners": runners,
                "gitlab-fleet:managers": Object.fromEntries(
                    managers.map(({ name, directory, workers, concurrent }) => [
                        name,
                        { placement: { directory: place(directory) }, runners: workers, config: { concurrent } },
                    ]),
                ),
            };
            engine.stack.setConfig(stringify({ config }));
            await engine.up();
            const live = engine.sandbox.db.runners.all();
            expect(live, history.join("\n")).to.have.length(Object.keys(runners).length);
            const tokens = new Set(live.map(({ token }) => token));
            for (const directory of DIRECTORIES) {
                const owner = managers.find((manager) => manager.directory === directory);
                const found = workersIn(directory);
                const where = `${directory} after\n${history.join("\n")}`;
                expect(found?.map(({ name }) => name).sort(), where).to.deep.equal(owner && [...owner.workers].sort());
                for (const { token } of found ?? []) expect(tokens.has(token), where).to.equal(true);
            }
            const { code, output } = await engine.stack.run(["preview", "--refresh", "--expect-no-changes"]);
            expect(code, `${history.join("\n")}\n${output}`).to.equal(0);
        }
    });
});
