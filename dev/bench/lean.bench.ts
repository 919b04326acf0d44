import type { Measurement } from "./main";
import { startManyRunners } from "./many-runners";

const ROUNDS = 3;
const NO_OP = ["preview", "--expect-no-changes"];

export const about =
    "A no-op `pulumi preview` with lean-runtime.ts and without it (`GITLAB_FLEET_DEBUG=1`), in turns, " +
    `${ROUNDS} rounds, the fastest of each.`;

/** How much the lean runtime saves with few runners and with many. */
export async function run(): Promise<Measurement[]> {
    const measurements: Measurement[] = [];
    for (const count of [1, 100, 400]) {
        const engine = await startManyRunners(count);
        try {
            await engine.up();
            const times: Record<"lean" | "asItIs", number[]> = { lean: [], asItIs: [] };
            for (let round = 0; round < ROUNDS; round++) {
                times.asItIs.push((await engine.stack.run(NO_OP, { env: { GITLAB_FLEET_DEBUG: "1" } })).ms);
                times.lean.push((await engine.stack.run(NO_OP)).ms);
            }
            const [lean, asItIs] = [Math.min(...times.lean), Math.min(...times.asItIs)];
            measurements.push(
                { name: `${count} runners, Pulumi's runtime as it is`, value: asItIs, unit: "ms" },
                { name: `${count} runners, the lean runtime`, value: lean, unit: "ms" },
                { name: `${count} runners, lean over as it is`, value: lean / asItIs, unit: "ratio", limit: 0.9 },
            );
        } finally {
            await engine.close();
        }
    }
    return measurements;
}
