import { isIP } from "node:net";
import { hostname } from "node:os";
import { basename } from "node:path";
import { Command } from "commander";
import { isSystemId } from "../../core/system-id";
import type { GitLab } from "../../gitlab/client";
import { type ConfigFile, readConfigFile } from "../config-file";
import { diagnose } from "../doctor/present";
import { sameGitLab, survey } from "../doctor/survey";
import { Failed, Findings } from "../exit";
import { type GitLabOptions, withGitLab, withLoginOptions } from "../gitlab";
import type { Io } from "../io";
import { collect } from "../options";
import { loginOf, parseRemotes } from "../remote-config";
import { toKnownRunner } from "./known-runner";
import { type ImportedHost, type ImportedWorker, toStackConfig } from "./mapping";
import { toYaml, type Unread } from "./present";
import { refusals } from "./refusals";

interface Options extends GitLabOptions {
    config: string[];
    sudo?: boolean;
    manager?: string;
    directory?: string;
    json?: boolean;
}

/** `gitlab-fleet import`: prints the stack config for the runners that hosts really use. */
export function importCommand(io: Io): Command {
    return withLoginOptions(
        new Command("import")
            .description(
                "Print the stack config for the runners that a host really uses, and list what it left out and why.\n" +
                    "The runners are adopted: they keep ids and job history, and the next up resets their tokens.\n" +
                    "Write it to a new file: > empties the file of an existing stack, with its secrets, before it is read.\n" +
                    "Exit code 1 if a worker was left out, or if a preview will refuse the result.",
            )
            .requiredOption(
                "--config <file>",
                "the host's config.toml (- is standard input; ssh://user@host/path on another machine); repeatable",
                collect,
            )
            .option(
                "--sudo",
                "read files on hosts as root, with sudo without a password; their placements get sudo, too",
            )
            .option("--manager <name>", "name of the manager in the stack config. Default: this host's name")
            .option("--directory <path>", "where the manager finds its files. Default: the folder of --config")
            .option("--stack <name>", "the stack whose address and token are used if GITLAB_TOKEN is not set")
            .option("--json", "print JSON")
            .action((options: Options) => withGitLab(io, options, (gitlab) => run(io, gitlab, options))),
    );
}

async function run(io: Io, gitlab: GitLab, options: Options): Promise<void> {
    const { config: files, manager } = options;
    if (files.length > 1 && manager !== undefined)
        throw new Failed(
            "--manager names one manager, and there are several --config. Leave it out: each has its host's name.",
        );
    const again = files.findIndex((file, index) => files.indexOf(file) < index);
    if (again >= 0)
        throw new Failed(`The --config of place ${again + 1} was named before. Name each host's file once.`);
    parseRemotes(files, options.sudo);
    const hosts: ImportedHost[] = [];
    const sources: string[] = [];
    const unread: Unread[] = [];
    for (const one of files) {
        const file = await readConfigFile(io, one, options).catch(noteUnread(one, unread));
        if (file === undefined) continue;
        try {
            const workers = await surveyWorkers(io, gitlab, file);
            hosts.push({ source: file.config, workers, ...targetOf(file, options) });
            sources.push(file.path);
        } finally {
            file.close();
        }
    }
    const reasons = unread.map(({ reason }) => reason).join("\n");
    if (hosts.length === 0) throw new Failed(reasons);
    const imported = toStackConfig(hosts, files.length > 1);
    const refused = refusals(imported.config);
    const shown = { ...imported, remarks: [...imported.remarks, ...refused], unread };
    if (options.json) io.json(shown);
    else io.out(toYaml(sources.join(", "), shown));
    if (unread.length > 0)
        throw new Failed(
            `Of ${files.length} files ${unread.length} could not be read: the result is a part.\n${reasons}`,
        );
    if (imported.leftOut.length > 0 || refused.length > 0) throw new Findings();
}

/** One unreadable file among several does not stop the import: the result says that it is missing. */
function noteUnread(config: string, unread: Unread[]): (error: unknown) => undefined {
    return (error) => {
        if (!(error instanceof Failed)) throw error;
        unread.push({ config, reason: error.message });
        return undefined;
    };
}

async function surveyWorkers(io: Io, gitlab: GitLab, file: ConfigFile): Promise<ImportedWorker[]> {
    const surveyed = await survey(io, { workers: file.config.workers, file, gitlab });
    const workers: ImportedWorker[] = [];
    for (const worker of diagnose(surveyed)) {
        const asked = sameGitLab(worker.worker.url, gitlab.baseUrl) ? undefined : gitlab.server;
        workers.push({ ...worker, asked, known: worker.found && (await toKnownRunner(gitlab, worker.found)) });
    }
    return workers;
}

/** The manager's name and placement; for a host that is reached by ssh, the placement says how. */
function targetOf({ folder, on, systemId }: ConfigFile, options: Options): Omit<ImportedHost, "source" | "workers"> {
    const directory = options.directory ?? folder ?? "/etc/gitlab-runner";
    // gitlab-runner replaces an invalid id by one of its own, which is not known here.
    const identity = systemId !== undefined && isSystemId(systemId) ? { systemId } : {};
    if (on === undefined) {
        return { manager: options.manager ?? nameHere(folder, options.config), placement: { directory }, ...identity };
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

/** Name of the manager on this machine. If there are several files, each is in a folder named after its host. */
export function nameHere(folder: string | undefined, files: readonly string[]): string {
    const isOneOfMany = files.filter((file) => !file.startsWith("ssh://")).length > 1;
    return (isOneOfMany && folder !== undefined && basename(folder)) || nameOf(hostname());
}

/** A host's short name; an IP address is kept whole. */
function nameOf(host: string): string {
    return isIP(host) === 0 ? host.split(".")[0]! : host;
}
