import { createHash } from "node:crypto";
import * as fleet from "@gitlab-fleet/sdk";
import * as pulumi from "@pulumi/pulumi";
import { fleetChild } from "../common/fleet-provider";
import type { Worker } from "./args";
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
        ({ process: { name, systemId, instance, files }, runner }) =>
            new fleet.ManagerOnline(
                `${name}/${runner.name}`,
                {
                    runnerId: runner.id.apply(String),
                    systemId,
                    configHash: pulumi.unsecret(pulumi.all([manager.configToml, instance]).apply(toHash)),
                    timeout: online === true ? undefined : online.timeout,
                    token: runner.token,
                },
                { ...fleetChild(manager), dependsOn: [files] },
            ),
    );
}

/** The file holds tokens, so the state gets a hash of it that nobody can turn back. */
function toHash([configToml, instance = ""]: [string, string | undefined]): string {
    return createHash("sha256").update(configToml).update(instance).digest("hex");
}
