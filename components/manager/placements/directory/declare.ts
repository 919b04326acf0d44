import { mapInput } from "../../../common/eventual";
import { inProject } from "../../../common/project-folder";
import { placeInDirectory } from "../files";
import type { PlacedFiles, ToPlace } from "../kind";
import type { DirectoryPlacement } from "./args";

/** Puts a manager's files into a directory of this machine. */
export function declareDirectory(to: ToPlace<DirectoryPlacement>): PlacedFiles {
    const { directory, sharedBetweenMachines, takeOverFrom, onDestroy, ...process } = to.placement;
    const absolute = mapInput(directory, inProject);
    return {
        ...placeInDirectory(to, { directory: absolute, sharedBetweenMachines, takeOverFrom, onDestroy, process }),
        pathHere: mapInput(absolute, (found) => `${found}/config.toml`),
    };
}
