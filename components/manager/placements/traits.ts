import { isKnownTable } from "../../../core/config-toml/check-values";
import { error, type Problem } from "../../../core/problems";
import { holdsOutput, isEventual, isMap, memberOf, textOf } from "../../../core/values";
import type { ManagerPaths } from "./kind";

/** What of `config.toml` decides how the container is made. */
export interface Traits {
    /** Some jobs are started through the Docker socket of the container. */
    usesSocket: boolean;
    /** Some jobs run inside the container. */
    runsJobsInside: boolean;
    /** GitLab: `listen_address`, read only when the process starts. */
    listenAddress?: string;
    /** GitLab: `[session_server]`, read only when the process starts. */
    sessionServer?: string;
    /** The log level hides that a configuration was loaded. */
    quiet: boolean;
}

/** What `config.toml` will hold, with outputs wherever the user has put them. */
interface Draft {
    /** Keys above the first `[[runners]]` table. */
    global: unknown;
    workers: readonly { config: unknown }[];
}

const INSIDE = new Set(["shell", "custom", "ssh"]);
const QUIET = new Set(["warn", "warning", "error", "fatal", "panic"]);
const OWN_SOCKET = /^unix:\/\/\/(var\/)?run\/docker\.sock$/;

/** Reads the traits. Of keys that are not known yet `findUndecided` tells. */
export function traitsOf({ global, workers }: Draft): Traits {
    const top = isMap(global) ? global : {};
    const tables = workers.map(({ config }) => config).filter(isMap);
    const session = top.session_server;
    return {
        usesSocket: tables.some((table) => table.executor === "docker" && isOwnSocket(table.docker)),
        runsJobsInside: tables.some(({ executor }) => INSIDE.has(textOf(executor))),
        listenAddress: typeof top.listen_address === "string" && top.listen_address ? top.listen_address : undefined,
        sessionServer: isMap(session) && !isEventual(session) ? JSON.stringify(session) : undefined,
        quiet: isQuiet(top),
    };
}

/** What must be a plain value and is not known yet. */
export interface Undecided {
    path: string;
    value: unknown;
    /** What depends on it. */
    decides: string;
}

/** Of what is encrypted, or was reported already, nothing is said: an output alone stays unknown when the program runs. */
export function findUndecidedProblems(undecided: readonly Undecided[]): Problem[] {
    return undecided
        .filter(({ value }) => holdsOutput(value))
        .map(({ path, decides }) =>
            error(
                path,
                `must be known before up, as it decides ${decides} (got an output). Write it as a plain value.`,
            ),
        );
}

/** Keys that are not known yet, although the shape of the container, or whatever is made, depends on them. */
export function findUndecided(
    { global, workers }: Draft,
    { manager, worker }: ManagerPaths,
    made = "container",
): Undecided[] {
    const decides = `how the ${made} is made`;
    const undecided: Undecided[] = [];
    const need = (table: unknown, keys: readonly string[], path: string) => {
        if (isKnownTable(table)) {
            const open = keys.filter((key) => isEventual(table[key]));
            undecided.push(...open.map((key) => ({ path: memberOf(path, key), value: table[key], decides })));
        } else if (table !== undefined) {
            undecided.push({ path, value: table, decides });
        }
    };
    need(global, ["listen_address", "session_server", "log_level"], memberOf(manager, "config"));
    for (const [index, { config: table }] of workers.entries()) {
        need(table, ["executor"], worker(index));
        if (isMap(table) && table.executor === "docker" && table.docker !== undefined) {
            need(table.docker, ["host"], memberOf(worker(index), "docker"));
        }
    }
    return undecided;
}

function isOwnSocket(section: unknown): boolean {
    const host = isMap(section) ? section.host : undefined;
    return host === undefined || host === "" || OWN_SOCKET.test(textOf(host));
}

/** Whether the log level of a `config.toml` hides that it was loaded, as far as it is known. */
export function isQuiet(global: unknown): boolean {
    return isMap(global) && QUIET.has(textOf(global.log_level).toLowerCase());
}
