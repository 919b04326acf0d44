import * as fleet from "@gitlab-fleet/sdk";
import * as pulumi from "@pulumi/pulumi";
import { fleetChild } from "../../common/fleet-provider";
import { declareService } from "./declare-service";
import type { PlacedFiles, ToPlace } from "./kind";
import { type DirectoryAt, reachDirectory } from "./reach";

/** Writes a manager's files into a directory, wherever that is. */
export function placeInDirectory(to: ToPlace<unknown>, where: DirectoryAt): PlacedFiles {
    const { manager, name, texts } = to;
    const { configToml, serves, systemId, rotatedByProcess } = texts;
    const settings = texts.settings as fleet.types.input.ManagerSettingsArgs;
    // The tokens in config.toml are secret and, in the first preview, not known yet: what is refused must not hang on them.
    const rotation = rotatedByProcess ? { rotatedByProcess } : {};
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
