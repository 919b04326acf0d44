import { journalSince, readJournal, whyNoJournal } from "../../core/service/journal";
import { unitOf, whyNoUnit } from "../../core/service/unit";
import type { Host } from "../../hosts/host";
import { HostProblem } from "../../hosts/ssh/problems";
import { Failed } from "../exit";
import type { ProcessLog } from "./process-log";

/** A worker is disabled for an hour, and each job says a dozen lines at most. */
const LINES = 5000;
const BYTES = 8 * 1024 * 1024;

/** The end of the journal of a unit that runs gitlab-runner, on the machine that has the config.toml. */
export async function readJournalOf(host: Host | undefined, service: string): Promise<ProcessLog> {
    if (host === undefined) {
        throw new Failed(
            "--service goes with the --config of a machine: FILE, or ssh://user@host/path. Give the log by --log.",
        );
    }
    const wrong = whyNoUnit(service);
    if (wrong !== undefined) throw new Failed(`--service ${wrong} (got ${JSON.stringify(service.slice(0, 60))}).`);
    const unit = unitOf(service);
    const name = host.remote ? host.at("").replace(/:$/, "") : "this machine";
    const [answer] = await host.run([{ words: journalSince(unit, 0, LINES), bytes: BYTES }]).catch(failed);
    const why = whyNoJournal(answer!);
    if (why === "missing") throw new Failed(`${name} has no journalctl. Give gitlab-runner's log as a file, by --log.`);
    if (why === "forbidden") {
        const remedy = host.remote ? "Log in as root, give --sudo" : "Run it as root";
        throw new Failed(
            `${name} does not show the journal of ${unit} to this user. ${remedy}, or put the user into the group systemd-journal.`,
        );
    }
    if (why !== undefined) throw new Failed(`journalctl on ${name} cannot be read (${why.words}).`);
    const lines = readJournal(answer!.text, 0);
    return {
        text: lines.map(({ time, text }) => `${new Date(time * 1000).toISOString()} ${text}`).join("\n"),
        source: `journal of ${unit} on ${name}`,
    };
}

function failed(error: unknown): never {
    throw error instanceof HostProblem ? new Failed(error.message) : error;
}
