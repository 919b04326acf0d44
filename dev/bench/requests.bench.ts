import type { Measurement } from "./main";
import { startManyRunners } from "./many-runners";

export const about =
    "Requests that GitLab (the sandbox) sees for n runners in one group, and the time each command takes. " +
    "Checkpoints are off (`PULUMI_EXPERIMENTAL=true PULUMI_SKIP_CHECKPOINTS=true`): on a file backend they cost n².";

/** Maximum number of requests to GitLab in a preview without changes, which compares each runner. */
const NOOP_REQUESTS = 40;

/** Requests and times of preview, up, no-op up and refresh with 10, 100 and 1,000 runners. */
export async function run(): Promise<Measurement[]> {
    const measurements: Measurement[] = [];
    for (const count of [10, 100, 1000]) {
        const engine = await startManyRunners(count);
        try {
            for (const [title, args] of [
                ["first preview", ["preview"]],
                ["first up", ["up", "--yes", "--skip-preview"]],
                ["no-op preview", ["preview", "--expect-no-changes"]],
                ["no-op up", ["up", "--yes", "--skip-preview"]],
                ["refresh", ["refresh", "--yes"]],
            ] as const) {
                engine.sandbox.journal.clear();
                const result = await engine.stack.run([...args]);
                if (result.code !== 0) throw new Error(result.output);
                const requests = engine.sandbox.journal.count();
                const limit = title === "no-op preview" ? NOOP_REQUESTS : undefined;
                measurements.push({ name: `${title}, ${count} runners`, value: requests, unit: "requests", limit });
                measurements.push({ name: `${title}, ${count} runners`, value: result.ms, unit: "ms" });
            }
        } finally {
            await engine.close();
        }
    }
    return measurements;
}
