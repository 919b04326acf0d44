import * as fleet from "@gitlab-fleet/sdk";
import * as pulumi from "@pulumi/pulumi";
import { toSeconds } from "../../../core/durations";
import { mapInput } from "../../common/eventual";
import { fleetChild } from "../../common/fleet-provider";
import { inProject } from "../../common/project-folder";
import { configHash } from "../config-hash";
import type { DirectoryPlacement } from "./directory/args";
import { DEFAULT_DRAIN_TIMEOUT } from "./drain";
import type { PlacedFiles, ToPlace } from "./kind";
import { type DirectoryAt, reachDirectory } from "./reach";
import type { SshPlacement } from "./ssh/args";
import { isQuiet } from "./traits";

export function declareDirectory(to: ToPlace<DirectoryPlacement>): PlacedFiles {
    const { directory, sharedBetweenMachines, takeOverFrom, onDestroy, ...process } = to.placement;
    const absolute = mapInput(directory, inProject);
    return {
        ...placeInDirectory(to, { directory: absolute, sharedBetweenMachines, takeOverFrom, onDestroy, process }),
        pathHere: mapInput(absolute, (found) => `${found}/config.toml`),
    };
}

/** Puts a manager's files into a directory on a host that `ssh` reaches. */
export function declareOnHost(to: ToPlace<SshPlacement>): PlacedFiles {
    const { ssh: given, ...process } = to.placement;
    const { directory, look, sharedBetweenMachines, takeOverFrom, onDestroy, ...options } = given;
    const { privateKey, connectTimeout } = options;
    const host = {
        ...options,
        privateKey: privateKey === undefined ? undefined : pulumi.secret(privateKey),
        connectTimeout: connectTimeout === undefined ? undefined : toSeconds(connectTimeout),
    };
    const owner = { sharedBetweenMachines, takeOverFrom, onDestroy };
    return placeInDirectory(to, { directory, ssh: host, look, ...owner, process });
}

/** Writes a manager's files into a directory, on this machine or a host. */
function placeInDirectory(to: ToPlace<unknown>, where: DirectoryAt): PlacedFiles {
    const { manager, name, configToml, settings, serves, systemId, served } = to;
    // The tokens in config.toml are secret and unknown in the first preview, so errors must not depend on them.
    const rotation = served.some(({ rotation }) => rotation === "runner") ? { rotatedByProcess: true } : {};
    const { directory, ssh, sharedBetweenMachines, takeOverFrom, onDestroy } = where;
    const { place, identity, reached, again } = reachDirectory(to, where);
    const files = new fleet.ManagerFiles(
        name,
        {
            directory,
            ssh,
            configToml,
            settings,
            serves,
            systemId,
            ...rotation,
            sharedBetweenMachines,
            takeOverFrom,
            onDestroy,
            place,
            identity,
            look: ssh === undefined ? undefined : where.look || !pulumi.runtime.isDryRun(),
        },
        fleetChild(manager),
    );
    const service = declareService(to, where, files);
    return {
        reach: { reached, again },
        configPath: files.configPath,
        processes: [{ name, systemId, files: service ?? files }],
    };
}

/** Waits for the process that reads a manager's files, once they are in place. */
function declareService(
    { manager, name, configToml, systemId, draft, drainTimeout, runnerId }: ToPlace<unknown>,
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
            configHash: configHash(configToml),
            quiet: pulumi.all([draft.global as pulumi.Input<unknown>]).apply(([global]) => isQuiet(global)),
            timeout: loadTimeout === undefined ? undefined : toSeconds(loadTimeout),
            stopTimeout: drainOnStop ? toSeconds(drainTimeout ?? DEFAULT_DRAIN_TIMEOUT) : undefined,
            version,
            fleetingInstall: fleetingInstall || undefined,
            ...(version === undefined ? {} : { runnerId, systemId }),
        },
        { ...fleetChild(manager), dependsOn: [files] },
    );
}
