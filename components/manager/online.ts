import * as fleet from "@gitlab-fleet/sdk";
import type * as pulumi from "@pulumi/pulumi";
import { fleetChild } from "../common/fleet-provider";
import type { Worker } from "./args";
import { configHash } from "./config-hash";
import type { PlacedProcess } from "./placements/kind";

/** Waits until GitLab has heard from each process of a manager under each of its runners, whenever its files or it have changed. */
export function declareOnline(
    manager: pulumi.ComponentResource & { configToml: pulumi.Output<string> },
    workers: readonly Worker[],
    processes: readonly PlacedProcess[],
    online: true | { timeout: string },
): fleet.ManagerOnline[] {
    const runners = [...new Set(workers.map(({ runner }) => runner))];
    const pairs = processes.flatMap((process) => runners.map((runner) => ({ process, runner })));
    return pairs.map(
        ({ process: { name, systemId, instance, reloadDelay, files }, runner }) =>
            new fleet.ManagerOnline(
                `${name}/${runner.name}`,
                {
                    runnerId: runner.id.apply(String),
                    systemId,
                    // Where files take their time, what has changed decides how long is waited.
                    ...(reloadDelay === undefined
                        ? { configHash: configHash(manager.configToml, instance) }
                        : { configHash: configHash(manager.configToml), instance, reloadDelay }),
                    timeout: online === true ? undefined : online.timeout,
                    token: runner.token,
                },
                { ...fleetChild(manager), dependsOn: [files] },
            ),
    );
}
