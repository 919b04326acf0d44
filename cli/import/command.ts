import { isIP } from "node:net";
import { hostname } from "node:os";
import { Command } from "commander";
import { safeJson } from "../../core/safe-text";
import { isSystemId } from "../../core/system-id";
import type { GitLab } from "../../gitlab/client";
import { type ConfigFile, readConfigFile } from "../config-file";
import { diagnose } from "../doctor/present";
import { survey } from "../doctor/survey";
import { Findings } from "../exit";
import { type GitLabOptions, withGitLab, withLoginOptions } from "../gitlab";
import type { Io } from "../io";
import { loginOf } from "../remote-config";
import { toKnownRunner } from "./known-runner";
import { type Imported, type ImportedWorker, type ImportTarget, toStackConfig } from "./mapping";
import { toYaml } from "./present";
import { refusals } from "./refusals";

interface Options extends GitLabOptions {
    stack?: string;
    config: string;
    sudo?: boolean;
    manager?: string;
    directory?: string;
    json?: boolean;
}

/** `gitlab-fleet import`: the stack config for what a host really uses. */
export function importCommand(io: Io): Command {
    return withLoginOptions(
        new Command("import")
            .description(
                "print the stack config for what a host's config.toml really uses, and list what it left out and why.\n" +
                    "The runners are adopted: ids and job history stay, tokens are reset by the next up.\n" +
                    "Exit code 1 when a worker was left out.",
            )
            .requiredOption(
                "--config <file>",
                "the host's config.toml (- is standard input; ssh://user@host/path on another machine)",
            )
            .option("--sudo", "read it as root there, by sudo without a password; the placement says so, too")
            .option("--manager <name>", "name of the manager in the stack config. Default: this host's name")
            .option("--directory <path>", "where the manager finds its files. Default: the folder of --config")
            .option("--stack <name>", "the stack whose address and token are used where GITLAB_TOKEN is not set")
            .option("--json", "print JSON")
            .action((options: Options) =>
                withGitLab(io, { ...options, login: options.stack }, (gitlab) => run(io, gitlab, options)),
            ),
    );
}

async function run(io: Io, gitlab: GitLab, options: Options): Promise<void> {
    const file = await readConfigFile(io, options.config, options);
    try {
        const imported = await importFile(io, gitlab, file, options);
        io.out(options.json ? `${safeJson(imported)}\n` : toYaml(file.path, imported));
        if (imported.leftOut.length > 0) throw new Findings();
    } finally {
        file.close();
    }
}

async function importFile(io: Io, gitlab: GitLab, file: ConfigFile, options: Options): Promise<Imported> {
    const surveyed = await survey(io, { workers: file.config.workers, file, gitlab });
    const workers: ImportedWorker[] = [];
    for (const worker of diagnose(surveyed)) {
        workers.push({ ...worker, known: worker.found && (await toKnownRunner(gitlab, worker.found)) });
    }
    const imported = toStackConfig(file.config, workers, targetOf(file, options));
    return { ...imported, remarks: [...imported.remarks, ...refusals(imported)] };
}

/** The manager, where it is: on a host that is reached by ssh, the placement says how. */
function targetOf({ folder, on, systemId }: ConfigFile, options: Options): ImportTarget {
    const directory = options.directory ?? folder ?? "/etc/gitlab-runner";
    // What is none gitlab-runner has replaced by one of its own, which nobody knows.
    const identity = systemId !== undefined && isSystemId(systemId) ? { systemId } : {};
    if (on === undefined) {
        return { manager: options.manager ?? nameOf(hostname()), placement: { directory }, ...identity };
    }
    const { host, port } = on;
    const ssh = {
        host: loginOf(on),
        ...(port === undefined ? {} : { port }),
        directory,
        ...(on.sudo ? { sudo: true } : {}),
    };
    return { manager: options.manager ?? nameOf(host), placement: { ssh }, ...identity };
}

/** A host's own name; an address is one as a whole. */
function nameOf(host: string): string {
    return isIP(host) === 0 ? host.split(".")[0]! : host;
}
