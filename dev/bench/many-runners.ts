import { manyRunners } from "../../tests/e2e/demo/fleets";
import { type Engine, startEngine } from "../../tests/helpers/engine";

/** Pulumi writes its state only once instead of after every step, which costs n² on a file backend. */
export const NO_CHECKPOINTS = { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" };

/** Starts a sandbox and a stack that declares this many runners in one group. */
export function startManyRunners(count: number): Promise<Engine> {
    return startEngine({ config: () => manyRunners(count), env: NO_CHECKPOINTS });
}
