import type { Command } from "commander";
import type { Io } from "./io";

/** A subcommand. Its file is loaded only if it runs. */
export interface Subcommand {
    name: string;
    /** One line for the list in `gitlab-fleet --help`, and for its own help unless that has a longer text. */
    description: string;
    /** Examples in its own help; the same lines are in `docs/`, where a test runs them. */
    examples: readonly string[];
    load(io: Io): Command;
}

export const COMMANDS: readonly Subcommand[] = [
    {
        name: "audit",
        description: "Count and list runners: ours, foreign, duplicate, stale, never contacted",
        examples: ["audit --group apps", "audit --instance --all-stacks --html runners.html"],
        load: (io) => (require("./audit/command") as typeof import("./audit/command")).auditCommand(io),
    },
    {
        name: "doctor",
        description: "Explain for each worker in a config.toml why it gets jobs or not",
        examples: [
            "doctor --config /etc/gitlab-runner/config.toml",
            "doctor --config config.toml --log gitlab-runner.log",
        ],
        load: (io) => (require("./doctor/command") as typeof import("./doctor/command")).doctorCommand(io),
    },
    {
        name: "import",
        description: "Print the stack config for the runners that a host really uses",
        examples: [
            "import --config /etc/gitlab-runner/config.toml",
            "import --config ssh://ci@vm-01/etc/gitlab-runner/config.toml --sudo",
        ],
        load: (io) => (require("./import/command") as typeof import("./import/command")).importCommand(io),
    },
    {
        name: "prune",
        description: "Show what ExclusiveRunners would do in a scope, or do it (--yes)",
        examples: [
            "prune --group apps --description 'my-runner' --offline-for 30d --match-all",
            "prune --group apps --owner fleet/prod --stack prod --yes",
        ],
        load: (io) => (require("./prune/command") as typeof import("./prune/command")).pruneCommand(io),
    },
    {
        name: "access",
        description: "Show who may reach which registry, who needs to, and what to declare",
        examples: ["access scan --group apps", "access scan --group apps --check", "access who containers/poetry"],
        load: (io) => (require("./access/command") as typeof import("./access/command")).accessCommand(io),
    },
    {
        name: "validate",
        description: "Check the stacks' files, without GitLab and without Pulumi",
        examples: ["validate", "validate --stack prod --json"],
        load: (io) => (require("./validate/command") as typeof import("./validate/command")).validateCommand(io),
    },
    {
        name: "report",
        description: "Explain a preview, as text, Markdown, HTML, or what GitLab shows in merge requests",
        examples: ["report preview.json --html report.html"],
        load: (io) => (require("./report/command") as typeof import("./report/command")).reportCommand(io),
    },
    {
        name: "pipeline",
        description: "Run the jobs of a pipeline: preview with a note, up, drift with an issue",
        examples: [
            "pipeline preview --stack prod",
            "pipeline up --stack prod --only-reviewed",
            "pipeline drift --stack prod",
        ],
        load: (io) => (require("./pipeline/command") as typeof import("./pipeline/command")).pipelineCommand(io),
    },
    {
        name: "schema",
        description: "Print or write the JSON Schema with which editors complete and check a stack's file",
        examples: ["schema stacks/fleet.schema.json"],
        load: (io) => (require("./schema/command") as typeof import("./schema/command")).schemaCommand(io),
    },
    {
        name: "plugins",
        description: "Write the entries for this package's plugins into Pulumi.yaml",
        examples: ["plugins", "plugins --official"],
        load: (io) => (require("./plugins/command") as typeof import("./plugins/command")).pluginsCommand(io),
    },
];
