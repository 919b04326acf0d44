// Writes docs/config-toml: one page for each executor, one for the top of the file, and one for what all workers share.
//
//   tsx dev/scripts/config-docs.ts [folder]     (called by dev/toolchain/config-keys/generate.sh)
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EXECUTOR_SECTIONS, needsOf, sectionsOf } from "../../core/config-toml/executor-rules";
import keyNotes from "../../core/config-toml/key-notes.json";
import {
    executorNames,
    featureFlags,
    type KeySpec,
    pluginTables,
    runnerVersion,
    tableSpec,
} from "../../core/config-toml/key-table";

const GITLAB = "https://docs.gitlab.com/runner";
const ADVANCED = `${GITLAB}/configuration/advanced-configuration/`;

// Written only by the program.
const HANDED_OUT = ["token", "id", "token_obtained_at", "token_expires_at"];

const NOTES: Record<string, Record<string, string>> = keyNotes.tables;

interface ExecutorPage {
    /** Page of GitLab's documentation below /executors/. */
    link: string;
    /** Where jobs run, in a few words. */
    what: string;
    /** Examples in docs/config-toml/examples. */
    examples?: readonly string[];
}

const PAGES: Record<string, ExecutorPage> = {
    custom: { link: "custom", what: "Your own programs decide where jobs run." },
    docker: {
        link: "docker",
        what: "Each job runs in a container of its own.",
        examples: ["docker", "docker-services-s3"],
    },
    "docker+machine": {
        link: "docker_machine",
        what: "Like docker, on machines that Docker Machine creates and removes.",
    },
    "docker-autoscaler": {
        link: "docker_autoscaler",
        what: "Like docker, on instances that a plugin creates and removes.",
        examples: ["docker-autoscaler"],
    },
    "docker-windows": { link: "docker", what: "Each job runs in a Windows container of its own." },
    instance: { link: "instance", what: "Jobs run directly on instances that a plugin creates and removes." },
    kubernetes: { link: "kubernetes", what: "Each job runs in a pod of its own.", examples: ["kubernetes"] },
    parallels: { link: "parallels", what: "Each job runs in a Parallels virtual machine, reached by SSH." },
    shell: {
        link: "shell",
        what: "Jobs run on the manager's own machine, as gitlab-runner's user.",
        examples: ["shell"],
    },
    ssh: { link: "ssh", what: "Jobs run on another machine, reached by SSH." },
    virtualbox: { link: "virtualbox", what: "Each job runs in a VirtualBox virtual machine, reached by SSH." },
};

// Sections with their own heading in GitLab's documentation; all others are described in the section above them.
const HEADINGS = new Set(
    `session_server machine machine.shutdown_drain machine.heartbeat runners.docker runners.docker.services runners.parallels
    runners.virtualbox runners.ssh runners.machine runners.machine.autoscaling runners.instance runners.autoscaler
    runners.autoscaler.plugin_config runners.autoscaler.scale_throttle runners.autoscaler.connector_config
    runners.autoscaler.state_storage runners.autoscaler.policy runners.autoscaler.vm_isolation
    runners.autoscaler.vm_isolation.connector_config runners.custom runners.cache runners.cache.s3 runners.cache.gcs
    runners.cache.azure runners.artifact runners.kubernetes runners.custom_build_dir runners.referees
    runners.experimental.boot_verify`.split(/\s+/),
);
const PLURAL_HEADINGS = new Set(["runners.machine.autoscaling", "runners.autoscaler.policy"]);

/** All pages by file name. Pure: the same key table gives the same bytes. */
export function renderConfigDocs(): Map<string, string> {
    const pages = new Map<string, string>();
    pages.set("global.md", globalPage());
    pages.set("runners.md", workerPage());
    pages.set("feature-flags.md", flagsPage());
    for (const executor of executorNames()) pages.set(`executor-${fileName(executor)}.md`, executorPage(executor));
    return pages;
}

function fileName(executor: string): string {
    return executor.replace("+", "-");
}

function page(title: string, ...parts: string[]): string {
    const origin = `<!-- Generated from gitlab-runner ${runnerVersion()} by dev/scripts/config-docs.ts; make generate writes it again. -->`;
    return `${[origin, `# ${title}`, ...parts].join("\n\n")}\n`;
}

function globalPage(): string {
    const intro = `Keys of a manager's \`config\`. GitLab: [the global section](${ADVANCED}#the-global-section). \`concurrent\` is required; the workers come from the manager's runners.`;
    return page("The top of config.toml", intro, ...keysOf("GlobalTable", "", ["runners"]));
}

function workerPage(): string {
    const executors = executorNames()
        .map((name) => `[${name}](executor-${fileName(name)}.md)`)
        .join(", ");
    const intro = `Keys of a runner's \`config\` that every executor reads. GitLab: [the \`[[runners]]\` section](${ADVANCED}#the-runners-section). Keys that only one executor reads are on its page: ${executors}.`;
    const given =
        "`token`, `id` and the token's two times come from GitLab, so do not write them. `name` and `url` default to the runner's name and GitLab's address.";
    return page(
        "`[[runners]]`, for every executor",
        intro,
        given,
        ...keysOf("WorkerTable", "runners", [...EXECUTOR_SECTIONS, ...HANDED_OUT]),
    );
}

function flagsPage(): string {
    const intro = `Keys of \`feature_flags\` in a runner's \`config\`, true or false. GitLab's documentation: [feature flags](${GITLAB}/configuration/feature-flags/). Flags of a newer gitlab-runner go under \`extra.feature_flags\`.`;
    const meanings: Record<string, string> = keyNotes.featureFlags;
    const rows = Object.entries(featureFlags()).map(
        ([flag, standard]) => `| \`${flag}\` | \`${standard}\` | ${meanings[flag]}. |`,
    );
    return page("Feature flags", intro, ["| Flag | Default | What it does |", "|---|---|---|", ...rows].join("\n"));
}

function executorPage(executor: string): string {
    const { link, what, examples = [] } = PAGES[executor] ?? { link: "", what: "" };
    const needed = Object.entries(needsOf(executor) ?? {}).flatMap(([section, keys]) =>
        keys.map((key) => `\`${section}.${key}\``),
    );
    const empty = Object.keys(needsOf(executor) ?? {}).filter(
        (section) => !needed.some((key) => key.startsWith(`\`${section}.`)),
    );
    const needs = [...needed, ...empty.map((section) => `the section \`${section}\``)];
    const intro = [
        what,
        `GitLab: [the executor](${GITLAB}/executors/${link}/).`,
        needs.length === 0 ? "It needs no section." : `It needs ${needs.join(", ")}.`,
        "Keys that every executor reads are in [runners.md](runners.md).",
    ].join(" ");
    const shown = examples.map(
        (name) =>
            `Example: [${name}.yaml](examples/${name}.yaml), which becomes [${name}.toml](examples/${name}.toml).`,
    );
    const seen = new Map<string, string>();
    const tables = sectionsOf(executor).flatMap((name) =>
        section(`runners.${name}`, tableSpec("WorkerTable").get(name)!, seen),
    );
    return page(`Executor \`${executor}\``, intro, ...shown, ...tables);
}

/**
 * One section of a page: its heading, its keys, and the sections below it. A table that was already described is only
 * named.
 */
function section(header: string, spec: KeySpec, seen: Map<string, string>): string[] {
    const heading = `## \`${spec.shape === "list" ? `[[${header}]]` : `[${header}]`}\`${headingLink(header)}`;
    if (spec.byPlugin) return [heading, ...pluginSections(header)];
    if (spec.table === undefined) return [heading, "A table of your own: the plugin defines its keys."];
    const before = seen.get(spec.table);
    if (before !== undefined) return [heading, `The same keys as \`${before}\` above.`];
    seen.set(spec.table, header);
    return [heading, ...keysOf(spec.table, header, [], seen)];
}

/** The configuration of each of GitLab's fleeting plugins. */
function pluginSections(header: string): string[] {
    const names = Object.keys(pluginTables());
    return [
        `For GitLab's own plugins (${names.map((name) => `\`${name}\``).join(", ")}), the keys are those in GitLab's documentation of gitlab-runner ${runnerVersion()}; any other plugin's table may have any keys. For each cloud, see [autoscaling](../autoscaling.md).`,
        ...Object.entries(pluginTables()).flatMap(([name, table]) => [
            `### Plugin \`${name}\``,
            ...keysOf(table, header, []),
        ]),
    ];
}

/** A table of keys, then a section for each table below it. */
function keysOf(table: string, header: string, without: readonly string[], seen = new Map<string, string>()): string[] {
    const keys = [...tableSpec(table)].filter(([key]) => !without.includes(key));
    const rows = keys.map(([key, spec]) => `| \`${key}\` | ${typeInWords(spec)} | ${notes(table, key, spec)} |`);
    const below = keys.filter(([, spec]) => spec.table !== undefined || spec.base === "any");
    return [
        ["| Key | Type | Meaning |", "|---|---|---|", ...rows].join("\n"),
        ...below.flatMap(([key, spec]) => section(header === "" ? key : `${header}.${key}`, spec, seen)),
    ];
}

function headingLink(header: string): string {
    if (!HEADINGS.has(header)) return "";
    const anchor = `the-${header.replaceAll(".", "")}-section${PLURAL_HEADINGS.has(header) ? "s" : ""}`;
    return ` ([GitLab](${ADVANCED}#${anchor}))`;
}

const WORDS: Record<string, string> = {
    string: "string",
    bool: "boolean",
    int: "integer",
    int32: "integer",
    float: "number",
    duration: "duration",
    time: "time",
    any: "value",
    table: "table",
};

function typeInWords(spec: KeySpec): string {
    const word = WORDS[spec.base]!;
    switch (spec.shape) {
        case "one":
            return word;
        case "list":
            return `list of ${word}s`;
        case "one or list":
            return `${word} or list of ${word}s`;
        case "map":
            return spec.base === "any" ? "table of anything" : `table of ${word}s`;
        case "map of lists":
            return `table of lists of ${word}s`;
    }
}

function notes(table: string, key: string, spec: KeySpec): string {
    const found = [NOTES[table]![key]!];
    if (spec.enum !== undefined)
        found.push(
            `One of ${spec.enum
                .filter((value) => value !== "")
                .map((value) => `\`${value}\``)
                .join(", ")}${spec.ignoreCase ? ", in upper or lower case" : ""}`,
        );
    if (spec.min !== undefined)
        found.push(`At least ${spec.base === "duration" ? `\`${spec.min / 1e9}s\`` : spec.min}`);
    if (spec.required) found.push("Required if the table exists");
    if (spec.needed) found.push("Required");
    if (spec.secret) found.push("May be a secret, so it is never printed");
    if (spec.base === "duration") found.push('Examples: `"90s"`, `"1h30m"`, `"1d12h"`');
    if (key === "feature_flags") found.push("[All flags](feature-flags.md)");
    if (spec.table !== undefined) found.push("See below");
    return `${found.join(". ")}.`;
}

function main(folder: string): void {
    const pages = renderConfigDocs();
    for (const old of readdirSync(folder)) {
        if (/^(executor-.*|global|runners|feature-flags)\.md$/.test(old) && !pages.has(old)) rmSync(join(folder, old));
    }
    for (const [name, text] of pages) writeFileSync(join(folder, name), text);
}

if (require.main === module) main(process.argv[2] ?? join(__dirname, "../../docs/config-toml"));
