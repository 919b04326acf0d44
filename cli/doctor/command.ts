import { statSync } from "node:fs";
import { Command } from "commander";
import type { ParsedWorker } from "../../core/config-toml";
import { type ConfigFile, readConfigFile } from "../config-file";
import { Failed, Findings } from "../exit";
import { readNamed } from "../files";
import { closing, type GitLabOptions, openGitLab, withLoginOptions } from "../gitlab";
import type { Io } from "../io";
import { parseRemotes } from "../remote-config";
import { diagnose, presentDiagnosis, toJson } from "./present";
import { type ProcessLog, readJournalOf } from "./process-log";
import { survey } from "./survey";

interface Options extends GitLabOptions {
    config?: string;
    sudo?: boolean;
    token?: string;
    log?: string;
    service?: string;
    json?: boolean;
}

/** `gitlab-fleet doctor`: explains why each worker does or does not get jobs. */
export function doctorCommand(io: Io): Command {
    return withLoginOptions(
        new Command("doctor")
            .description(
                "Explain for each worker in a config.toml why it gets jobs or not, and what to do.\n" +
                    "Needs no user's token; with one in GITLAB_TOKEN, it also reads the runners in GitLab.\n" +
                    "Sends nothing that creates an entry in GitLab: no verify, no job request.\n" +
                    "Exit code 1 if a worker gets no jobs.",
            )
            .option(
                "--config <file>",
                "the host's config.toml (- is standard input; ssh://user@host/path on another machine)",
            )
            .option("--sudo", "read it as root there, with sudo without a password")
            .option("--token <token>", "an authentication token instead of a file (- reads it from standard input)")
            .option("--log <file>", "gitlab-runner's log (- is standard input), to see which workers were disabled")
            .option(
                "--service <unit>",
                "the same from the journal of gitlab-runner's systemd unit, on the machine with the config.toml",
            )
            .option("--stack <name>", "the stack whose address and token are used if GITLAB_TOKEN is not set")
            .option("--json", "print JSON")
            .action((options: Options) => run(io, options)),
    );
}

async function run(io: Io, options: Options): Promise<void> {
    if ((options.config === undefined) === (options.token === undefined)) {
        throw new Failed("Give --config FILE or --token TOKEN, one of them.");
    }
    if (options.log === "-" && (options.config === "-" || options.token === "-")) {
        throw new Failed("Standard input can be read once only. Give the log as a file.");
    }
    if (options.service !== undefined && options.log !== undefined) {
        throw new Failed("Give --log FILE or --service UNIT, one of them.");
    }
    parseRemotes(options.config === undefined ? [] : [options.config], options.sudo);
    const file = options.config === undefined ? undefined : await readConfigFile(io, options.config, options);
    try {
        const { service } = options;
        const diagnosed = await closing(openGitLab(io, options), async (gitlab) => {
            const workers = file?.config.workers ?? [await workerOfToken(io, options)];
            const read =
                service === undefined ? await readLog(io, options.log) : await readJournalOf(file?.host, service);
            return diagnose(await survey(io, { workers, file, gitlab, log: sayingEmpty(io, read) }));
        });
        if (options.json) io.json({ config: file?.path, systemId: file?.systemId, workers: diagnosed.map(toJson) });
        else presentDiagnosis(io, titleOf(file), diagnosed);
        if (diagnosed.some(({ broken }) => broken)) throw new Findings();
    } finally {
        file?.close();
    }
}

/** A misspelt unit has an empty journal, which would look as if no worker had been disabled. */
function sayingEmpty(io: Io, log: ProcessLog | undefined): ProcessLog | undefined {
    if (log?.text.trim() === "") {
        io.err(`Nothing is in ${log.source}: whether a worker was disabled is not known. Is that the right one?\n`);
    }
    return log;
}

function titleOf(file: ConfigFile | undefined): string {
    if (file === undefined) return "Token";
    const id = file.systemId === undefined ? "" : ` (${file.systemId})`;
    return `${file.path}${id}${file.on === undefined ? "" : ", GitLab asked from this machine"}`;
}

async function workerOfToken(io: Io, { token, gitlab }: Options): Promise<ParsedWorker> {
    const text = (token === "-" ? await io.readInput() : token!).trim();
    const url = (gitlab ?? io.env.GITLAB_BASE_URL)?.replace(/\/+$/, "").replace(/\/api\/v4$/, "");
    if (!url) throw new Failed("Which GitLab is the token for? Give --gitlab URL, or set GITLAB_BASE_URL.");
    return { name: "token", url, token: text, config: { executor: "shell" } };
}

async function readLog(io: Io, file: string | undefined): Promise<ProcessLog | undefined> {
    if (file === undefined) return undefined;
    if (file === "-") return { text: await io.readInput(), source: "log" };
    return { text: readNamed("--log", file), source: file, writtenAt: statSync(file).mtimeMs };
}
