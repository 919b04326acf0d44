import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { Command } from "commander";
import { projectFileIn } from "../../components/fleet/config/stack-files";
import { Failed } from "../exit";
import type { Io } from "../io";
import { findPluginFolder } from "./folder";
import { withPlugins } from "./project-file";

/** `gitlab-fleet plugins`: has Pulumi.yaml name the plugins that come with this package. */
export function pluginsCommand(io: Io): Command {
    return new Command("plugins")
        .option("--project <folder>", "folder of Pulumi.yaml", ".")
        .option("--official", "leave package gitlab to the official plugin")
        .action(({ project, official }: { project: string; official?: boolean }) => {
            const file = findProjectFile(resolve(project));
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
