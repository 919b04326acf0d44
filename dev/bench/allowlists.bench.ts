import { type Cost, startAllowlistStack } from "./allowlist-stack";
import type { Measurement } from "./main";

export const about =
    "1,000 projects whose job-token allowlists have 100 entries each, all written as paths, against the sandbox. Checkpoints are off " +
    "(`PULUMI_EXPERIMENTAL=true PULUMI_SKIP_CHECKPOINTS=true`) unless said otherwise: on a file backend they cost n². " +
    "Memory is resident memory, and a page that processes share counts once.";

/** Megabytes that our program and our plugins together may use. */
const MEMORY = 600;

/** Maximum number of requests to GitLab in a preview without changes, which compares each list: for 1,000 lists. */
const NOOP_REQUESTS = 60;

/** The same for the first preview, which also names everybody who gets access by path. */
const FIRST_REQUESTS = 150;

/** Requests, times and memory at scale; checkpoints. */
export async function run(): Promise<Measurement[]> {
    const producers = Number(process.env.PRODUCERS ?? 1000);
    const size = `${producers} × 100`;
    const measurements: Measurement[] = [];
    const add = (title: string, cost: Cost, limit?: number) =>
        measurements.push(
            { name: `${title}, ${size}`, value: cost.requests, unit: "requests", limit },
            { name: `${title}, ${size}`, value: cost.ms, unit: "ms" },
            { name: `${title}, ${size}: the program's memory`, value: cost.memory.program, unit: "MB" },
            { name: `${title}, ${size}: the plugins' memory`, value: cost.memory.plugins, unit: "MB" },
            { name: `${title}, ${size}: both at one moment`, value: cost.memory.together, unit: "MB", limit: MEMORY },
            { name: `${title}, ${size}: Pulumi's own engine's memory`, value: cost.memory.engine, unit: "MB" },
        );
    const stack = await startAllowlistStack({ producers, entries: 100 });
    try {
        add("first preview", await stack.run(["preview"]), FIRST_REQUESTS);
        add("up from nothing", await stack.run(["up", "--yes", "--skip-preview"]));
        add("no-op preview", await stack.run(["preview", "--expect-no-changes"]), NOOP_REQUESTS);
        const noop = await stack.run(["up", "--yes", "--skip-preview"]);
        add("no-op up", noop);
        add("refresh", await stack.run(["refresh", "--yes", "--skip-preview"]));
        stack.addEntry();
        const changed = await stack.run(["up", "--yes", "--skip-preview"]);
        const extra = changed.requests - noop.requests;
        measurements.push({
            name: `one changed entry of ${size}, besides looking paths up`,
            value: extra,
            unit: "requests",
            limit: 3,
        });
        measurements.push({ name: `one changed entry of ${size}`, value: changed.ms, unit: "ms" });
    } finally {
        await stack.close();
    }
    return [...measurements, ...(await measureCheckpoints())];
}

/** The cost of the engine's checkpoints, with everything else equal. */
async function measureCheckpoints(): Promise<Measurement[]> {
    const measurements: Measurement[] = [];
    for (const checkpoints of [true, false]) {
        const stack = await startAllowlistStack({ producers: 200, entries: 20, checkpoints });
        try {
            const { ms } = await stack.run(["up", "--yes", "--skip-preview"]);
            measurements.push({
                name: `up from nothing, 200 × 20, checkpoints ${checkpoints ? "on" : "off"}`,
                value: ms,
                unit: "ms",
            });
        } finally {
            await stack.close();
        }
    }
    return measurements;
}
