import { createHash } from "node:crypto";
import * as fleet from "@gitlab-fleet/sdk";
import * as pulumi from "@pulumi/pulumi";
import { fleetChild } from "./common/fleet-provider";
import type { RunnerManager, Worker } from "./runner-manager";

/** Waits until GitLab has heard from a manager under each of its runners, whenever its files have changed. */
export function declareOnline(
    manager: RunnerManager,
    workers: readonly Worker[],
    files: pulumi.Resource,
    online: true | { timeout: string },
): fleet.ManagerOnline[] {
    const runners = [...new Set(workers.map(({ runner }) => runner))];
    return runners.map(
        (runner) =>
            new fleet.ManagerOnline(
                `${manager.name}-${runner.name}-online`,
                {
                    runnerId: runner.id.apply(String),
                    systemId: manager.systemId,
                    configHash: pulumi.unsecret(manager.configToml.apply(toHash)),
                    timeout: online === true ? undefined : online.timeout,
                    token: runner.token,
                },
                { ...fleetChild(manager), dependsOn: [files] },
            ),
    );
}

/** The file holds tokens, so the state gets a hash of it that nobody can turn back. */
function toHash(configToml: string): string {
    return createHash("sha256").update(configToml).digest("hex");
}
