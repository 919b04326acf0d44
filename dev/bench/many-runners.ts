import { manyRunners } from "../../tests/e2e/demo/fleets";
import { type Engine, startEngine } from "../../tests/helpers/engine";

/** Pulumi writes its state once, and not after every step, which on a file backend costs n². */
export const NO_CHECKPOINTS = { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" };

/** Starts a sandbox and a stack that declares so many runners in one group. */
export function startManyRunners(count: number): Promise<Engine> {
    return startEngine({ config: () => manyRunners(count), env: NO_CHECKPOINTS });
}
