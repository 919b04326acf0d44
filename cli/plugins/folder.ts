import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { Failed } from "../exit";

/**
 * The folder with the plugins, as a project may write it down. Seen from the project, `node_modules/gitlab-fleet` is the
 * same after every update; where that really lies is not: some package managers put the version into the path.
 */
export function findPluginFolder(project: string, command: string): string {
    for (let folder = project; ; folder = dirname(folder)) {
        const installed = join(folder, "node_modules/gitlab-fleet/plugin");
        if (existsSync(installed)) return installed;
        if (dirname(folder) === folder) break;
    }
    // Beside the command: in the package, or in a clone of its repository.
    for (const beside of ["../plugin", "../provider/bin"]) {
        if (existsSync(join(command, beside, "plugin.js"))) return join(command, beside);
    }
    throw new Failed(
        "The plugins are not beside this command. Install the package in the project: npm install gitlab-fleet",
    );
}
