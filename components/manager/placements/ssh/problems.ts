import { posix } from "node:path";
import { toSeconds } from "../../../../core/durations";
import { whyNotRoot } from "../../../../core/manager-directory";
import { error, type Problem } from "../../../../core/problems";
import { isPort, parseAddress } from "../../../../core/ssh/address";
import { problemOfKey } from "../../../../core/ssh/private-key";
import { isKnownLater, isMap, memberOf, show } from "../../../../core/values";
import {
    anyText,
    type Checks,
    countUpTo,
    findOptionProblems,
    flag,
    ofText,
    orLater,
    shaped,
    type Wrong,
    wrong,
} from "../option-checks";
import { OWNER_CHECKS } from "../service";
import type { SshHostOptions } from "./args";

const EXAMPLE = "{ host: ci@vm-01.example.org, directory: /etc/gitlab-runner }";
const LONGEST_TIMEOUT = 600;

/** Those that cannot be left out, and what to write. */
export const NEEDED = {
    host: "Name the host: ci@vm-01.example.org.",
    directory: "Name the directory there: /etc/gitlab-runner.",
};

/** What each option must be. */
export const SSH_CHECKS: Checks<SshHostOptions> = {
    host: anyText(NEEDED.host, (host) => {
        const address = parseAddress(host);
        // A password in it must not be shown.
        const shown = host.replace(/:[^:@/]*@/, ":…@");
        return "problem" in address ? wrong(address.problem.replace(/\. /, ` (got ${show(shown)}). `)) : undefined;
    }),
    directory: anyText(NEEDED.directory, findWrongDirectory),
    sudo: orLater(flag),
    port: orLater(shaped(({ z }) => z.int(), countUpTo(65535))),
    privateKey: orLater(
        ofText((key) => {
            const why = typeof key === "string" ? problemOfKey(key) : "must be the text of a private key. Correct it.";
            return why === undefined ? undefined : wrong(why.replace(/\. /, ` (got ${show(key, true)}). `));
        }),
    ),
    knownHosts: orLater(
        ofText((text) => {
            if (typeof text === "string" && /^\S+ +\S+ +\S/m.test(text)) return undefined;
            const wanted = "must be lines such as ssh-keyscan prints them, <host> <type> <key>";
            return wrong(`${wanted} (got ${show(text)}). Give the text, and not the path of a file.`);
        }),
    ),
    connectTimeout: orLater(
        ofText((timeout) => {
            const seconds = toSeconds(timeout);
            const fits = seconds !== undefined && seconds <= LONGEST_TIMEOUT;
            return fits ? undefined : "a duration from 1s to 10m, such as 30s";
        }),
    ),
    look: orLater(flag),
    ...OWNER_CHECKS,
};

/** What is wrong with the options of a placement on a host, as far as they are known; outputs pass. */
export function findSshProblems(options: unknown, path: string): Problem[] {
    if (isKnownLater(options)) return [];
    if (!isMap(options)) return [error(path, `must be a map (got ${show(options)}). Write ${EXAMPLE}.`)];
    return [
        ...findOptionProblems(options, path, SSH_CHECKS, NEEDED),
        ...findTwoPorts(options.port, options.host, memberOf(path, "port")),
    ];
}

function findWrongDirectory(directory: string): Wrong[] | undefined {
    if (/^[A-Za-z]:|\\/.test(directory)) {
        return wrong(
            `is a path of Windows, where files cannot be written this way (got ${show(directory)}). ` +
                "Run pulumi up on that machine, with placement.directory.",
        );
    }
    if (!directory.startsWith("/")) {
        return wrong(
            `must begin with / (got ${show(directory)}): it is a path of the host, where nothing is relative to Pulumi.yaml. ` +
                "For instance /etc/gitlab-runner.",
        );
    }
    if (posix.resolve(directory) === "/") return wrong(whyNotRoot(show(directory)));
    if (!/\p{Cc}/u.test(directory)) return undefined;
    return wrong(`must have no control characters in it (got ${show(directory)}). Correct it.`);
}

function findTwoPorts(port: unknown, host: unknown, path: string): Problem[] {
    const address = typeof host === "string" ? parseAddress(host) : {};
    const other = "port" in address ? address.port : undefined;
    if (typeof port !== "number" || !isPort(port) || other === undefined || other === port) return [];
    return [error(path, `is another one than in host (got ${port} and ${other}). Name it once.`)];
}
