import { posix } from "node:path";
import { toSeconds } from "../../../../core/durations";
import { isKnownLater } from "../../../../core/later";
import { whyNotRoot } from "../../../../core/manager-directory";
import { error, type Problem } from "../../../../core/problems";
import { isPort, parseAddress } from "../../../../core/ssh/address";
import { problemOfKey } from "../../../../core/ssh/private-key";
import { didYouMean } from "../../../../core/suggest";
import { isMap, memberOf, show } from "../../../../core/values";
import { findFlagProblems, findOwnerProblems, findTextProblems } from "../owner-problems";
import { SSH_COSTS, type SshHostOptions } from "./args";

const KEYS = Object.keys(SSH_COSTS);
const EXAMPLE = "{ host: ci@vm-01.example.org, directory: /etc/gitlab-runner }";
const LONGEST_TIMEOUT = 600;

/** What is wrong with the options of a placement on a host, as far as they are known; outputs pass. */
export function findSshProblems(options: unknown, path: string): Problem[] {
    if (isKnownLater(options)) return [];
    if (!isMap(options)) return [error(path, `must be a map (got ${show(options)}). Write ${EXAMPLE}.`)];
    const at = (key: keyof SshHostOptions) => memberOf(path, key);
    const { host, directory, sudo, port, privateKey, knownHosts, connectTimeout, look } = options;
    return [
        ...Object.keys(options)
            .filter((key) => !KEYS.includes(key))
            .map((key) => error(memberOf(path, key), `is not a known key.${didYouMean(key, KEYS) || " Remove it."}`)),
        ...findHostProblems(host, at("host")),
        ...findDirectoryProblems(directory, at("directory")),
        ...findFlagProblems(sudo, at("sudo")),
        ...findPortProblems(port, host, at("port")),
        ...findKeyProblems(privateKey, at("privateKey")),
        ...findKnownHostsProblems(knownHosts, at("knownHosts")),
        ...findTimeoutProblems(connectTimeout, at("connectTimeout")),
        ...findFlagProblems(look, at("look")),
        ...findOwnerProblems(options, path),
    ];
}

function findHostProblems(host: unknown, path: string): Problem[] {
    const problems = findTextProblems(host, path, "Name the host: ci@vm-01.example.org.");
    if (problems.length > 0 || typeof host !== "string") return problems;
    const address = parseAddress(host);
    if (!("problem" in address)) return [];
    // A password in it must not be shown.
    const shown = host.replace(/:[^:@/]*@/, ":…@");
    return [error(path, address.problem.replace(/\. /, ` (got ${show(shown)}). `))];
}

function findDirectoryProblems(directory: unknown, path: string): Problem[] {
    const problems = findTextProblems(directory, path, "Name the directory there: /etc/gitlab-runner.");
    if (problems.length > 0 || typeof directory !== "string") return problems;
    if (/^[A-Za-z]:|\\/.test(directory)) {
        return [
            error(
                path,
                `is a path of Windows, where files cannot be written this way (got ${show(directory)}). ` +
                    "Run pulumi up on that machine, with placement.directory.",
            ),
        ];
    }
    if (!directory.startsWith("/")) {
        return [
            error(
                path,
                `must begin with / (got ${show(directory)}): it is a path of the host, where nothing is relative to Pulumi.yaml. ` +
                    "For instance /etc/gitlab-runner.",
            ),
        ];
    }
    if (posix.resolve(directory) === "/") return [error(path, whyNotRoot(show(directory)))];
    if (!/\p{Cc}/u.test(directory)) return [];
    return [error(path, `must have no control characters in it (got ${show(directory)}). Correct it.`)];
}

function findPortProblems(port: unknown, host: unknown, path: string): Problem[] {
    if (port === undefined || isKnownLater(port)) return [];
    if (typeof port !== "number" || !isPort(port))
        return [error(path, `must be a whole number from 1 to 65535 (got ${show(port)}). Correct it.`)];
    const address = typeof host === "string" ? parseAddress(host) : {};
    const other = "port" in address ? address.port : undefined;
    if (other === undefined || other === port) return [];
    return [error(path, `is another one than in host (got ${port} and ${other}). Name it once.`)];
}

function findKeyProblems(key: unknown, path: string): Problem[] {
    if (key === undefined || isKnownLater(key)) return [];
    const problem = typeof key === "string" ? problemOfKey(key) : "must be the text of a private key. Correct it.";
    if (problem === undefined) return [];
    return [error(path, problem.replace(/\. /, ` (got ${show(key, true)}). `))];
}

function findKnownHostsProblems(text: unknown, path: string): Problem[] {
    if (text === undefined || isKnownLater(text)) return [];
    if (typeof text === "string" && /^\S+ +\S+ +\S/m.test(text)) return [];
    const wanted = "must be lines such as ssh-keyscan prints them, <host> <type> <key>";
    return [error(path, `${wanted} (got ${show(text)}). Give the text, and not the path of a file.`)];
}

function findTimeoutProblems(timeout: unknown, path: string): Problem[] {
    if (timeout === undefined || isKnownLater(timeout)) return [];
    const seconds = toSeconds(timeout);
    if (seconds !== undefined && seconds <= LONGEST_TIMEOUT) return [];
    return [error(path, `must be a duration from 1s to 10m, such as 30s (got ${show(timeout)}). Correct it.`)];
}
