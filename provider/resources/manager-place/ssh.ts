import { isAbsolute, parse, posix, resolve } from "node:path";
import { whyNotRoot } from "../../../core/manager-directory";
import { error, type Problem } from "../../../core/problems";
import { hasUnknown, isUnknown, mapIn, type Props, type Value } from "../../../core/props";
import { withoutPassword } from "../../../core/ssh/address";
import { problemOfKey } from "../../../core/ssh/private-key";
import { show } from "../../../core/values";
import type { Host } from "../../../hosts/host";
import { hostOf } from "../../../hosts/hosts";
import { isPort, labelOf, parseAddress, type SshOptions } from "../../../hosts/ssh/address";

/** The host that `ssh` of inputs or a state names; this machine without `ssh`. */
export function hostIn({ ssh }: Props): Host {
    return hostOf(sshIn(ssh));
}

/**
 * Whether two `ssh` lead to the same host, as far as that can be decided without contacting it: user, key and sudo do
 * not matter.
 */
export function isSameAddress(a: Value | undefined, b: Value | undefined): boolean {
    const [one, other] = [sshIn(a), sshIn(b)].map((ssh) => ssh && labelOf(ssh).replace(/^.*@/, ""));
    return one !== undefined && one === other;
}

/**
 * Whether a host may be contacted: this machine always, another one only if requested, because a merge request's
 * pipeline has no key for it.
 */
export function mayAsk(host: Host, { ssh, look }: Props): boolean {
    return !host.remote || (look === true && !hasUnknown(ssh));
}

export function problemsOfDirectory({ directory, ssh }: Props): Problem[] {
    const failures = problemsOfSsh(ssh);
    if (typeof directory !== "string") return failures;
    if (!isAbsoluteOn(ssh, directory)) {
        const what = `must be an absolute path (got ${show(directory)}). For instance /etc/gitlab-runner.`;
        return [...failures, error("directory", what)];
    }
    if (ssh !== undefined && /\p{Cc}/u.test(directory)) {
        failures.push(
            error("directory", "must be a path without line breaks and other control characters. Write it again."),
        );
    }
    if (plainOn(ssh, directory) === (ssh === undefined ? parse(resolve(directory)).root : "/")) {
        failures.push(error("directory", whyNotRoot(show(directory))));
    }
    return failures;
}

/** Inputs with their directory in normal form. */
export function withPlainDirectory(props: Props): Props {
    const { directory, ssh } = props;
    const isPath = typeof directory === "string" && isAbsoluteOn(ssh, directory);
    return isPath ? { ...props, directory: plainOn(ssh, directory) } : props;
}

/** Other hosts use slashes in their paths, whatever this machine uses. */
function isAbsoluteOn(ssh: Value | undefined, directory: string): boolean {
    return ssh === undefined ? isAbsolute(directory) : posix.isAbsolute(directory);
}

function plainOn(ssh: Value | undefined, directory: string): string {
    return ssh === undefined ? resolve(directory) : posix.resolve(directory);
}

function problemsOfSsh(ssh: Value | undefined): Problem[] {
    if (ssh === undefined || isUnknown(ssh)) return [];
    const { host, port, connectTimeout, privateKey, knownHosts } = ssh as Props;
    const failures = problemsOfAddress(host, port);
    const fail = (property: string, what: string) => failures.push(error(`ssh.${property}`, what));
    if (typeof port === "number" && !isPort(port))
        fail("port", `must be between 1 and 65535 (got ${port}). Correct it.`);
    if (typeof connectTimeout === "number" && !(connectTimeout >= 1 && connectTimeout <= 600)) {
        fail("connectTimeout", `must be between 1 and 600 seconds (got ${connectTimeout}). Correct it.`);
    }
    const problem = typeof privateKey === "string" ? problemOfKey(privateKey) : undefined;
    if (problem !== undefined) fail("privateKey", problem);
    if (typeof knownHosts === "string" && !/^\S+ +\S+ +\S/m.test(knownHosts)) {
        fail(
            "knownHosts",
            "must be lines such as ssh-keyscan prints them, <host> <type> <key>. Give the text, and not the path of a file.",
        );
    }
    return failures;
}

function problemsOfAddress(host: Value | undefined, port: Value | undefined): Problem[] {
    if (typeof host !== "string") return [];
    const address = parseAddress(host);
    if ("problem" in address) {
        return [error("ssh.host", address.problem.replace(/\. /, ` (got ${show(withoutPassword(host))}). `))];
    }
    if (address.port === undefined || typeof port !== "number" || port === address.port) return [];
    const what = `must not differ from that in ssh.host (got ${port} and ${address.port}). Name it once.`;
    return [error("ssh.port", what)];
}

function sshIn(ssh: Value | undefined): SshOptions | undefined {
    if (ssh === undefined) return undefined;
    const known = Object.entries(mapIn(ssh)).filter(([, value]) => !isUnknown(value) && value !== null);
    return { host: "the host", ...Object.fromEntries(known) };
}
