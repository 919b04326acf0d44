import { isKnownTable } from "../../../core/config-toml/check-values";
import { error, type Problem } from "../../../core/problems";
import { asText, holdsOutput, isEventual, isKnownLater, isMap, memberOf, UNREADABLE } from "../../../core/values";
import type { ManagerPaths } from "./kind";

/** The parts of `config.toml` that decide how the container is created. */
export interface Traits {
    /** Whether some jobs are started through the Docker socket in the container. */
    usesSocket: boolean;
    /** Whether some jobs run inside the container. */
    runsJobsInside: boolean;
    /** GitLab: `listen_address`, read only when the process starts. */
    listenAddress?: string;
    /** GitLab: `[session_server]`, read only when the process starts. */
    sessionServer?: string;
    /** Whether the log level hides that a configuration was loaded. */
    quiet: boolean;
}

/** What `config.toml` will contain, with outputs where the user has put them. */
interface Draft {
    /** Keys above the first `[[runners]]` table. */
    global: unknown;
    workers: readonly { config: unknown }[];
}

const INSIDE = new Set(["shell", "custom", "ssh"]);
const QUIET = new Set(["warn", "warning", "error", "fatal", "panic"]);
const OWN_SOCKET = /^unix:\/\/\/(var\/)?run\/docker\.sock$/;

/** Reads the traits. `findUndecided` reports keys that are not known yet. */
export function traitsOf({ global, workers }: Draft): Traits {
    const top = isMap(global) ? global : {};
    const tables = workers.map(({ config }) => config).filter(isMap);
    const session = top.session_server;
    return {
        usesSocket: tables.some((table) => table.executor === "docker" && isOwnSocket(table.docker)),
        runsJobsInside: tables.some(({ executor }) => INSIDE.has(asText(executor))),
        listenAddress: typeof top.listen_address === "string" && top.listen_address ? top.listen_address : undefined,
        sessionServer: isMap(session) && !isEventual(session) ? JSON.stringify(session) : undefined,
        quiet: isQuiet(top),
    };
}

/** A value that decides something, and its path. */
export interface Deciding {
    path: string;
    value: unknown;
    /** What it decides. */
    decides: string;
}

/**
 * Finds deciding values that are not known in time; undefined if all are known. Encrypted values and values that were
 * already reported cause no error here: only outputs stay unknown when the program runs.
 */
export function findUndecided(deciding: readonly Deciding[]): Problem[] | undefined {
    const open = deciding.filter(({ value }) => isEventual(value));
    if (open.length === 0) return undefined;
    const text = (decides: string) =>
        `must be known before up, as it decides ${decides} (got an output). Write it as a plain value.`;
    return open.filter(({ value }) => holdsOutput(value)).map(({ path, decides }) => error(path, text(decides)));
}

/** The keys that decide the shape of the container, or of whatever `made` names. */
export function decidingKeys(
    { global, workers }: Draft,
    { manager, worker }: ManagerPaths,
    made = "container",
): Deciding[] {
    const decides = `how the ${made} is made`;
    const keysIn = (table: unknown, keys: readonly string[], path: string): Deciding[] => {
        if (isKnownTable(table)) return keys.map((key) => ({ path: memberOf(path, key), value: table[key], decides }));
        // A value that is not a table is refused elsewhere.
        return table === undefined ? [] : [{ path, value: isKnownLater(table) ? table : UNREADABLE, decides }];
    };
    return [
        ...keysIn(global, ["listen_address", "session_server", "log_level"], memberOf(manager, "config")),
        ...workers.flatMap(({ config }, index) => {
            const docker = isMap(config) && config.executor === "docker" ? config.docker : undefined;
            const path = worker(index);
            return [...keysIn(config, ["executor"], path), ...keysIn(docker, ["host"], memberOf(path, "docker"))];
        }),
    ];
}

function isOwnSocket(section: unknown): boolean {
    const host = isMap(section) ? section.host : undefined;
    return host === undefined || host === "" || OWN_SOCKET.test(asText(host));
}

/** Whether the log level of `config.toml` hides that it was loaded, as far as it is known. */
export function isQuiet(global: unknown): boolean {
    return isMap(global) && QUIET.has(asText(global.log_level).toLowerCase());
}
