import { oneLine } from "../../core/one-line";
import { parseAddress, type SshOptions } from "./address";

/** A host that cannot be reached or does not answer, with its name and what to do. */
export class HostProblem extends Error {
    constructor(
        readonly host: string,
        what: string,
    ) {
        super(`${host} ${what}`);
    }
}

/** What is known when a connection ends before it could be used. */
export interface Ending {
    /** Exit code; `null` if a signal ended it. */
    code: number | null;
    /** The output of ssh and the host. */
    words: string;
    /** Whether it ended because nobody answered in time. */
    late?: boolean;
}

/** The words by which ssh, sudo and shells give their reasons, and what helps. The first match counts. */
const REASONS: [RegExp, (words: RegExpExecArray, options: SshOptions) => string][] = [
    [
        /^it prints without end$/,
        () => "cannot be reached: it prints without end at login. Look at what its shell starts with.",
    ],
    [
        /REMOTE HOST IDENTIFICATION HAS CHANGED|Host key for .* has changed/,
        (_, options) =>
            "cannot be reached: its host key is another one than the known one. If the host was set up again, " +
            `${options.knownHosts === undefined ? `forget the old key (ssh-keygen -R ${knownName(options)}), then ` : ""}` +
            `${addKey(options)} If it was not, somebody may be answering in its place: do not go on.`,
    ],
    [
        /Host key verification failed|No .*host key is known for/,
        (_, options) => `cannot be reached: its host key is not known. Once: ${addKey(options)}`,
    ],
    [
        /Load key [^\n]*: ([^\n]*)/,
        ([, reason]) =>
            `cannot be reached: privateKey is not a key that ssh can read (${oneLine(reason!, 100).trim()}). Give the whole text of the file.`,
    ],
    [
        /Permission denied \(([^)]*)\)/,
        ([, methods], { privateKey }) =>
            `cannot be reached: it refuses the login (${oneLine(methods!, 100)}). Is the user right? Then ` +
            `${privateKey === undefined ? "put your public key into its authorized_keys (ssh-copy-id)" : "put the public half of privateKey into its authorized_keys"}.`,
    ],
    [
        /Too many authentication failures/,
        () => "cannot be reached: the agent has too many keys. Give privateKey, or IdentitiesOnly in ~/.ssh/config.",
    ],
    [/Could not resolve hostname/, () => "cannot be reached: no host has this name. Correct ssh.host."],
    [
        /Connection refused/,
        () => "cannot be reached: nothing listens on its port. Start sshd there, or correct ssh.port.",
    ],
    [
        /timed out|No route to host|Network is unreachable|Host is down/,
        ([words]) => `cannot be reached (${words}). Start it, or correct ssh.host; a firewall may be between.`,
    ],
    [
        /sudo: (?:a password is required|a terminal is required|sorry, you must have a tty|no tty present)/,
        (_, options) =>
            `asks for a password for sudo. Allow its user to use sudo without one: ${sudoersLine(options)} in /etc/sudoers.d/gitlab-fleet.`,
    ],
    [
        /is not in the sudoers file|may not run sudo|is not allowed to execute/,
        (_, options) =>
            `does not allow its user to use sudo. Allow it: ${sudoersLine(options)} in /etc/sudoers.d/gitlab-fleet.`,
    ],
    [
        /sudo: (?:command )?not found|sudo: No such file/,
        () => "has no sudo. Log in as root without sudo: true, or install it.",
    ],
    [
        /is not recognized as (?:an internal or external command|the name of)|CommandNotFoundException|The term '(?:sh|sudo)'/,
        () => WINDOWS,
    ],
    [
        /(?:sh: (?:command )?not found|not found.*\bsh\b|Unknown command:? ?'?sh\b|No such file or directory)/,
        () => "has no shell (sh), which is needed to look at files there. Is it a host for gitlab-runner?",
    ],
    [
        /This account is currently not available|nologin|account has expired/i,
        () => "lets its user not run commands: give it a shell (usermod --shell /bin/sh), or log in as another.",
    ],
    [
        /kex_exchange_identification|Connection (?:closed|reset)|Broken pipe/,
        ([words]) =>
            `cannot be reached (${words}). Is it starting, or refusing this address? Try it by hand, then run it again.`,
    ],
];

const WINDOWS =
    "is a Windows host, on which files cannot be written this way. Run pulumi up there with placement: { directory }.";

/** The error for a connection that failed. */
export function explainEnding(label: string, { code, words, late }: Ending, options: SshOptions): HostProblem {
    for (const [pattern, say] of REASONS) {
        const match = pattern.exec(words);
        if (match !== null) return new HostProblem(label, say(match, options));
    }
    const said = oneLine(words.trim(), 300);
    if (late) return new HostProblem(label, `did not answer in time${said && ` (${said})`}. ${byHand(options)}`);
    const exit = code === null ? "was ended by a signal" : `ended with exit code ${code}`;
    return new HostProblem(label, `cannot be reached: ssh ${exit}${said && `: ${said}`}. ${byHand(options)}`);
}

/** The error for a host whose shell answers but cannot be used; `undefined` if it can. */
export function unfit(label: string, system: string, missing: readonly string[]): HostProblem | undefined {
    if (/^(MINGW|MSYS|CYGWIN|Windows)/i.test(system)) return new HostProblem(label, WINDOWS);
    if (missing.length === 0) return undefined;
    const names = oneLine(missing.join(", "), 200);
    return new HostProblem(label, `lacks ${names}. Install coreutils or busybox there.`);
}

function addKey(options: SshOptions): string {
    const { port, host } = addressOf(options);
    const scan = `ssh-keyscan ${port === undefined ? "" : `-p ${port} `}${host}`;
    const to = options.knownHosts === undefined ? "add the line to ~/.ssh/known_hosts" : "put the line into knownHosts";
    return (
        `run ${scan}, compare the fingerprint (ssh-keygen -lf -) with what ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub ` +
        `says on the host itself, and ${to}.`
    );
}

/** The name under which ssh stores a host's key. */
function knownName(options: SshOptions): string {
    const { port, host } = addressOf(options);
    return port === undefined || port === 22 ? host : `'[${host}]:${port}'`;
}

function sudoersLine(options: SshOptions): string {
    return `${addressOf(options).user ?? "<user>"} ALL=(root) NOPASSWD: ALL`;
}

function byHand(options: SshOptions): string {
    const { user, host, port } = addressOf(options);
    return `Try it by hand: ssh ${port === undefined ? "" : `-p ${port} `}${user === undefined ? "" : `${user}@`}${host}`;
}

function addressOf(options: SshOptions): { user?: string; host: string; port?: number } {
    const address = parseAddress(options.host);
    return "problem" in address ? { host: options.host } : { ...address, port: options.port ?? address.port };
}
