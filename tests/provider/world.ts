import { type Sandbox, startSandbox } from "../../sandbox";
import { type Plugin, startPlugin } from "../helpers/plugin";

/** A GitLab for a suite, as new before each test, and a plugin of a package for each test. */
export interface World {
    readonly sandbox: Sandbox;
    readonly plugin: Plugin;
    /**
     * A new plugin in place of the one before, as each operation has one: by another token, or on a machine with another
     * clock than GitLab's.
     */
    restart(options?: { token?: string; now?: () => number }): Promise<void>;
}

/** To be called in a `describe`: has the world there before each of its tests, and takes it away after them. */
export function useWorld(
    name: "gitlab" | "gitlab-fleet",
    options: NonNullable<Parameters<typeof startSandbox>[0]>,
): World {
    let sandbox: Sandbox;
    let plugin: Plugin | undefined;
    const world: World = {
        get sandbox() {
            return sandbox;
        },
        get plugin() {
            return plugin!;
        },
        async restart({ token = "api", now = () => sandbox.clock.now() } = {}) {
            await plugin?.close();
            plugin = await startPlugin(name, { baseUrl: sandbox.url, token: sandbox.tokens[token] }, {}, { now });
        },
    };
    before(async () => {
        sandbox = await startSandbox(options);
    });
    beforeEach(() => {
        sandbox.reset();
        return world.restart();
    });
    afterEach(() => plugin?.close());
    after(() => sandbox.close());
    return world;
}

/** Ways in which the year becomes 2035, for one of those who should know it. */
export function waysTo2035(world: World): Record<string, () => Promise<void>> {
    const now = () => Date.parse("2035-01-01T00:00:00Z");
    const dateAnswers = async (date?: string) => {
        world.sandbox.faults.plan({ times: 0, fault: { kind: "date", date } });
    };
    return {
        "a proxy that dates answers 2035": () => dateAnswers("2035-01-01T00:00:00Z"),
        "a machine in 2035": () => world.restart({ now }),
        "a proxy that takes the dates away, and a machine in 2035": async () => {
            await dateAnswers();
            await world.restart({ now });
        },
    };
}
