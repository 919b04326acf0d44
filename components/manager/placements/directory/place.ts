import * as fleet from "@gitlab-fleet/sdk";
import type * as pulumi from "@pulumi/pulumi";
import { isEventual } from "../../../../core/later";
import { claim } from "../../../common/claims";
import { mapInput } from "../../../common/eventual";
import { fleetChild } from "../../../common/fleet-provider";
import { type ManagerFileTexts, type PlacedFiles, toAbsolute } from "../placement";
import { type BeforeTokens, reachDirectory } from "../reach";
import type { DirectoryPlacement } from "./args";

/** Writes a manager's files into a directory of this machine. */
export function placeInDirectory(
    manager: pulumi.ComponentResource,
    name: string,
    placement: DirectoryPlacement,
    texts: ManagerFileTexts,
    before: BeforeTokens,
): PlacedFiles {
    const directory = mapInput(placement.directory, toAbsolute);
    if (!isEventual(directory)) {
        claim(
            manager,
            `RunnerManager "${name}"`,
            `directory ${directory}`,
            (owner) =>
                `placement.directory is written by ${owner} already (got ${JSON.stringify(directory)}). Give each manager a directory of its own.`,
        );
    }
    const { configToml, systemId, rotatedByProcess } = texts;
    const settings = texts.settings as fleet.types.input.ManagerSettingsArgs;
    // The tokens in config.toml are secret and, in the first preview, not known yet: what is refused must not hang on them.
    const rotation = rotatedByProcess ? { rotatedByProcess } : {};
    const { sharedBetweenMachines, takeOverFrom } = placement;
    const { place, identity, reached, again } = reachDirectory(manager, name, placement, directory, before);
    const files = new fleet.ManagerFiles(
        name,
        {
            directory,
            configToml,
            settings,
            systemId,
            ...rotation,
            sharedBetweenMachines,
            takeOverFrom,
            place,
            identity,
        },
        fleetChild(manager),
    );
    return {
        reach: { reached, again },
        configPath: files.configPath,
        processes: [{ name, systemId: texts.systemId, files }],
        writablePath: mapInput(directory, (path) => `${path}/config.toml`),
    };
}
