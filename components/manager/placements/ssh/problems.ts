import { posix } from "node:path";
import { whyNotRoot } from "../../../../core/manager-directory";
import { error, type Problem } from "../../../../core/problems";
import { isPort, parseAddress, withoutPassword } from "../../../../core/ssh/address";
import { problemOfKey } from "../../../../core/ssh/private-key";
import { memberOf, show } from "../../../../core/values";
import { flag, naming, seconds, whole } from "../../../common/kinds";
import { judged, must, needed, type Shape } from "../../../common/shape";
import { costing } from "../kind";
import { OWNER_SHAPE } from "../service";
import type { SshHostOptions } from "./args";

const LONGEST_TIMEOUT = 600;

const host = naming("Name the host: ci@vm-01.example.org.", (text) => {
    const address = parseAddress(text);
    const got = show(withoutPassword(text));
    return "problem" in address ? address.problem.replace(/\. /, ` (got ${got}). `) : undefined;
});

export const SSH_SHAPE: Shape<SshHostOptions> = {
    host: costing("moves the files", needed("the host: ci@vm-01.example.org", host)),
    directory: costing(
        "moves the files",
        needed(
            "the directory there: /etc/gitlab-runner",
            naming("Name the directory there: /etc/gitlab-runner.", whyNotDirectory),
        ),
    ),
    sudo: flag,
    port: whole(1, 65535),
    privateKey: judged({ type: "string" }, (key, path) => {
        const why = typeof key === "string" ? problemOfKey(key) : "must be the text of a private key. Correct it.";
        return why === undefined ? [] : [error(path, why.replace(/\. /, ` (got ${show(key, true)}). `))];
    }),
    knownHosts: must(
        "lines such as ssh-keyscan prints them, <host> <type> <key>",
        { type: "string" },
        (text) => typeof text === "string" && /^\S+ +\S+ +\S/m.test(text),
        { remedy: () => "Give the text, and not the path of a file." },
    ),
    connectTimeout: seconds("a duration from 1s to 10m, such as 30s", LONGEST_TIMEOUT),
    look: costing("nothing", flag),
    ...OWNER_SHAPE,
};

function whyNotDirectory(directory: string): string | undefined {
    if (/^[A-Za-z]:|\\/.test(directory)) {
        return (
            `is a path of Windows, where files cannot be written this way (got ${show(directory)}). ` +
            "Run pulumi up on that machine, with placement.directory."
        );
    }
    if (!directory.startsWith("/")) {
        return (
            `must begin with / (got ${show(directory)}): it is a path of the host, where nothing is relative to Pulumi.yaml. ` +
            "For instance /etc/gitlab-runner."
        );
    }
    return posix.resolve(directory) === "/" ? whyNotRoot(show(directory)) : undefined;
}

/** Conflicts between the options of a host. */
export function findSshProblems({ port, host }: Record<string, unknown>, path: string): Problem[] {
    const address = typeof host === "string" ? parseAddress(host) : {};
    const other = "port" in address ? address.port : undefined;
    if (typeof port !== "number" || !isPort(port) || other === undefined || other === port) return [];
    return [error(memberOf(path, "port"), `is another one than in host (got ${port} and ${other}). Name it once.`)];
}
