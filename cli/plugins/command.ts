import { existsSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { Command } from "commander";
import { projectFileIn } from "../../components/fleet/config/stack-files";
import { attempt } from "../../core/attempt";
import { Failed } from "../exit";
import type { Io } from "../io";
import { withPlugins } from "./project-file";

/** `gitlab-fleet plugins`: adds the plugins of this package to Pulumi.yaml. */
export function pluginsCommand(io: Io): Command {
    return new Command("plugins")
        .option("--project <folder>", "folder of Pulumi.yaml", ".")
        .option("--official", "leave the gitlab package to the official plugin")
        .action(({ project, official }: { project: string; official?: boolean }) => {
            // In a path with `..`, links decide where it leads.
            const file = findProjectFile(attempt(() => realpathSync(project)) ?? resolve(project));
            const folder = findPluginFolder(dirname(file), __dirname);
            const path = relative(dirname(file), folder).replaceAll("\\", "/");
            const names = official ? ["gitlab-fleet"] : ["gitlab", "gitlab-fleet"];
            const before = readFileSync(file, "utf8");
            const after = withPlugins(before, names, path);
            if (after === before) {
                io.out(`${file} names them already.\n`);
                return;
            }
            writeFileSync(file, after);
            io.out(
                `${file}: ${names.length > 1 ? "packages" : "package"} ${names.join(" and ")} ${names.length > 1 ? "are" : "is"} served by the plugins in ${path}.\n`,
            );
        });
}

function findProjectFile(folder: string): string {
    const name = projectFileIn(folder);
    if (name !== undefined) return join(folder, name);
    throw new Failed(
        `There is no Pulumi.yaml in ${folder}. Run it in the project's folder, or name that with --project.`,
    );
}

/**
 * The folder with the plugins, as a path for a project file. Relative to the project, `node_modules/gitlab-fleet` stays
 * the same after an update; its real path does not, because some package managers put the version into it.
 */
function findPluginFolder(project: string, command: string): string {
    for (let folder = project; ; folder = dirname(folder)) {
        const installed = join(folder, "node_modules/gitlab-fleet/plugin");
        if (existsSync(installed)) return installed;
        if (dirname(folder) === folder) break;
    }
    // Next to the command: in the package, or in a clone of its repository.
    for (const beside of ["../plugin", "../provider/bin"]) {
        if (existsSync(join(command, beside, "plugin.js"))) return join(command, beside);
    }
    throw new Failed(
        "The plugins are not beside this command. Install the package in the project: npm install gitlab-fleet",
    );
}
