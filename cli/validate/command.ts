import { resolve } from "node:path";
import { Command } from "commander";
import { Findings } from "../exit";
import type { Io } from "../io";
import { presentText, toJson } from "./present";
import { validateStacks } from "./stacks";

interface Options {
    stack?: string;
    project: string;
    json?: boolean;
}

/** `gitlab-fleet validate`: checks stacks' files, without GitLab and without Pulumi. */
export function validateCommand(io: Io): Command {
    return new Command("validate")
        .option("--stack <name>", "check one stack. Default: all stacks of the project")
        .option("--project <folder>", "folder of Pulumi.yaml", ".")
        .option("--json", "print JSON")
        .addHelpText(
            "after",
            "\nExit codes: 0 no mistakes, 1 mistakes were found, 2 wrong usage or an error. Warnings are not mistakes.",
        )
        .action(({ stack, project, json }: Options) => {
            const validated = validateStacks(resolve(project), stack, process.cwd());
            if (json) io.json(toJson(validated));
            else io.out(presentText(validated, io.style));
            if (validated.problems.some(({ severity }) => severity === "error")) throw new Findings();
        });
}
