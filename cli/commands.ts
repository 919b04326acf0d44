import type { Command } from "commander";
import type { Io } from "./io";

/** A subcommand. Its file is loaded when it is asked for. */
export interface Subcommand {
    name: string;
    /** One line for the list in `gitlab-fleet --help`. */
    description: string;
    load(io: Io): Command;
}

/** Every subcommand, in the order of the help. */
export const COMMANDS: readonly Subcommand[] = [
    {
        name: "audit",
        description: "count and list runners: ours, foreign, duplicate, stale, never contacted",
        load: (io) => (require("./audit/command") as typeof import("./audit/command")).auditCommand(io),
    },
    {
        name: "doctor",
        description: "say for each worker of a config.toml why it does or does not get jobs",
        load: (io) => (require("./doctor/command") as typeof import("./doctor/command")).doctorCommand(io),
    },
    {
        name: "import",
        description: "print the stack config for what a host's config.toml really uses",
        load: (io) => (require("./import/command") as typeof import("./import/command")).importCommand(io),
    },
    {
        name: "prune",
        description: "show, or with --yes do, what ExclusiveRunners would do in a scope",
        load: (io) => (require("./prune/command") as typeof import("./prune/command")).pruneCommand(io),
    },
    {
        name: "access",
        description: "who may reach which project's registry, who needs to, and what to declare",
        load: (io) => (require("./access/command") as typeof import("./access/command")).accessCommand(io),
    },
    {
        name: "validate",
        description: "check the files of the stacks, without GitLab and without Pulumi",
        load: (io) => (require("./validate/command") as typeof import("./validate/command")).validateCommand(io),
    },
    {
        name: "schema",
        description: "print or write the JSON Schema by which editors complete and check a stack's file",
        load: (io) => (require("./schema/command") as typeof import("./schema/command")).schemaCommand(io),
    },
    {
        name: "plugins",
        description: "write the entries for this package's plugins into Pulumi.yaml",
        load: (io) => (require("./plugins/command") as typeof import("./plugins/command")).pluginsCommand(io),
    },
];
