import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { stringify } from "yaml";
import { RUNNER, stackConfig, startWorld, type World } from "../../tests/e2e/docker/world";
import { PulumiStack, root } from "../scripts/pulumi";
import { besideBare, inTurns, ROUNDS, timed } from "./beside-bare";
import type { Measurement } from "./main";

const MANAGERS = 10;
const WORKERS = 5;
const rows = besideBare("@pulumi/docker", 1.5);

export const about =
    `${MANAGERS} managers with ${WORKERS} workers each, on one Docker engine, beside the same containers, volumes and writers declared with ` +
    "bare @pulumi/docker. The fleet also makes its runners in the sandbox, and waits until each process has loaded its file. " +
    `In turns; \`up\` once from nothing, the others ${ROUNDS} times, the fastest of each.`;

/** The cost of a fleet of managers on Docker, compared with only their containers. */
export async function run(): Promise<Measurement[]> {
    const declared = {
        more: WORKERS - 1,
        managers: Array.from({ length: MANAGERS - 1 }, (_, index) => `ci-${String(index + 2).padStart(2, "0")}`),
    };
    const world = await startWorld(declared);
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "gitlab-fleet-bench-"));
    const bare = await bareStack(world, folder);
    try {
        const bareUp = await timed(bare, ["up", "--yes", "--skip-preview"]);
        const fleetUp = await timed(world.stack, ["up", "--yes", "--skip-preview"]);
        const preview = await inTurns(bare, world.stack, ["preview", "--expect-no-changes"]);
        const refresh = await inTurns(bare, world.stack, ["refresh", "--yes", "--skip-preview"]);
        return [
            ...rows("up from nothing", bareUp, fleetUp),
            ...rows("no-op preview", ...preview),
            ...rows("refresh", ...refresh),
        ];
    } finally {
        await bare.run(["destroy", "--yes", "--skip-preview"]);
        world.stack.setConfig(stackConfig(world.host, declared));
        await world.close();
        fs.rmSync(folder, { recursive: true, force: true });
    }
}

async function bareStack(world: World, folder: string): Promise<PulumiStack> {
    const stack = new PulumiStack({
        folder,
        stack: world.stackName,
        project: path.join(root, "dev/bench/bare-docker"),
        env: { PULUMI_IGNORE_AMBIENT_PLUGINS: "true" },
        config: stringify({
            config: {
                "bare-docker:host": world.host,
                "bare-docker:image": RUNNER,
                "bare-docker:count": MANAGERS,
                "bare-docker:configToml": "concurrent = 4\n",
            },
        }),
    });
    await stack.init();
    return stack;
}
