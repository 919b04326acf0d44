import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { demoFleet } from "../../tests/e2e/demo/fleets";
import { type Engine, startEngine } from "../../tests/helpers/engine";
import { PulumiStack, root } from "../scripts/pulumi";
import type { Measurement } from "./main";

const rounds = 7;

export const about =
    "A no-op `pulumi preview` of the demo's fleet beside that of a program with one component in plain JavaScript, in turns, " +
    `${rounds} rounds, the fastest of each: other work on the machine only ever adds time.`;

/** How much longer our preview takes than that of a minimal Pulumi program, and how long the plugin takes to start. */
export async function run(): Promise<Measurement[]> {
    const engine: Engine = await startEngine({ config: demoFleet });
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "gitlab-fleet-bench-"));
    try {
        await engine.up();
        const bare = new PulumiStack({
            folder,
            stack: "bare",
            config: "config: {}\n",
            project: path.join(root, "dev/bench/bare"),
        });
        await bare.init();
        const up = await bare.run(["up", "--yes", "--skip-preview"]);
        if (up.code !== 0) throw new Error(up.output);
        const ours: number[] = [];
        const theirs: number[] = [];
        for (let round = 0; round < rounds; round++) {
            theirs.push(await noOp(bare));
            ours.push(await noOp(engine.stack));
        }
        const [fleet, plain] = [Math.min(...ours), Math.min(...theirs)];
        return [
            { name: "no-op preview of one JavaScript component", value: plain, unit: "ms" },
            { name: "no-op preview of the demo's fleet", value: fleet, unit: "ms" },
            { name: "the fleet's over the component's", value: fleet / plain, unit: "ratio", limit: 1.6 },
            { name: "start of a plugin until it takes calls", value: await pluginStart(), unit: "ms", limit: 400 },
        ];
    } finally {
        await engine.close();
        fs.rmSync(folder, { recursive: true, force: true });
    }
}

/** Time until a plugin prints its port: the fastest of several starts. */
async function pluginStart(): Promise<number> {
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
        const started = performance.now();
        // No engine listens there; the address is only used for messages.
        const plugin = spawn(path.join(root, "provider/bin/pulumi-resource-gitlab"), ["127.0.0.1:1"], {
            stdio: ["ignore", "pipe", "inherit"],
        });
        await new Promise((resolve) => plugin.stdout.once("data", resolve));
        times.push(performance.now() - started);
        plugin.kill();
    }
    return Math.min(...times);
}

async function noOp(stack: PulumiStack): Promise<number> {
    const result = await stack.run(["preview", "--expect-no-changes"]);
    if (result.code !== 0) throw new Error(result.output);
    return result.ms;
}
