import * as fleet from "@gitlab-fleet/sdk";
import * as pulumi from "@pulumi/pulumi";
import { toSeconds } from "../../../core/durations";
import { fleetChild } from "../../common/fleet-provider";
import { configHash } from "../config-hash";
import { DEFAULT_DRAIN_TIMEOUT } from "./drain";
import type { ToPlace } from "./kind";
import type { DirectoryAt } from "./reach";
import { isQuiet } from "./traits";

/** Waits for the process that reads a manager's files, once they are in place. */
export function declareService(
    { manager, name, texts, declared, drainTimeout, runnerId }: ToPlace<unknown>,
    { directory, ssh, process: { service, drainOnStop, version, fleetingInstall, loadTimeout } = {} }: DirectoryAt,
    files: pulumi.Resource,
): fleet.HostService | undefined {
    if (service === undefined) return undefined;
    return new fleet.HostService(
        name,
        {
            directory,
            ssh,
            unit: service,
            configHash: configHash(texts.configToml),
            quiet: pulumi.all([declared.global as pulumi.Input<unknown>]).apply(([global]) => isQuiet(global)),
            timeout: loadTimeout === undefined ? undefined : toSeconds(loadTimeout),
            stopTimeout: drainOnStop ? toSeconds(drainTimeout ?? DEFAULT_DRAIN_TIMEOUT) : undefined,
            version,
            fleetingInstall: fleetingInstall || undefined,
            ...(version === undefined ? {} : { runnerId, systemId: texts.systemId }),
        },
        { ...fleetChild(manager), dependsOn: [files] },
    );
}
