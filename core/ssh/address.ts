export interface SshAddress {
    user?: string;
    host: string;
    port?: number;
}

export function parseAddress(text: string): SshAddress | { problem: string } {
    const [, scheme, rest = ""] = /^(?:([a-z]+):\/\/)?(.*)$/s.exec(text)!;
    if (scheme !== undefined && scheme !== "ssh") return { problem: `is not an address that ssh can use. ${EXAMPLES}` };
    const [, login, host = "", port] =
        /^(?:([^@]*)@)?(\[[^\]]*\]|[^:@/[\]]*|[0-9a-fA-F:.%]*:[0-9a-fA-F:.%]*:[^/]*)(?::(\d+))?\/?$/s.exec(rest) ?? [];
    if (login?.includes(":")) return { problem: `must hold no password: log in with a key. ${EXAMPLES}` };
    const name = host.replace(/^\[(.*)\]$/, "$1");
    // A word that begins with a dash would be an option of ssh; other characters may mean something to a shell that
    // ProxyCommand starts.
    const isWord = (word: string) => /^[\p{L}\p{N}_.:][\p{L}\p{N}_.:%+-]*$/u.test(word);
    if (!isWord(name) || (login !== undefined && !/^[\p{L}\p{N}_][\p{L}\p{N}_.\\$+-]*$/u.test(login))) {
        return { problem: `is not an address that ssh can use. ${EXAMPLES}` };
    }
    const number = port === undefined ? undefined : Number(port);
    if (number !== undefined && !isPort(number)) return { problem: `has no port between 1 and 65535. ${EXAMPLES}` };
    return { ...(login ? { user: login } : {}), host: name, ...(number === undefined ? {} : { port: number }) };
}

/** A Docker engine on a host, `ssh://user@host:port/path/of/its.sock`. Shells on both machines may read any part of it. */
export function parseEngine(text: string): (SshAddress & { socket: string }) | { problem: string } {
    const [, at = text, socket = ""] = /^(ssh:\/\/[^/]*)(.*)$/s.exec(text) ?? [];
    const address = parseAddress(at);
    if ("problem" in address) return address;
    if (!/^[\w.:@+/-]*$/.test(socket))
        return { problem: `has a socket with characters that a shell reads. ${EXAMPLES}` };
    return { ...address, socket: socket.replace(/^\/+$/, "") };
}

/** An address as it may be shown, without a password. Nobody knows what one is made of, so it counts up to the last `@`. */
export function withoutPassword(text: string): string {
    const rest = text.replace(/^ssh:\/\//, "");
    return text.slice(0, text.length - rest.length) + rest.replace(/:.*@/s, ":…@");
}

export function isPort(port: number): boolean {
    return Number.isInteger(port) && port > 0 && port < 65536;
}

/** The host as messages name it: `ci@vm-01`, `ci@vm-01:2222`. */
export function labelOf({ host, port }: { host: string; port?: number }): string {
    const address = parseAddress(host);
    if ("problem" in address) return host;
    const name = address.host.includes(":") ? `[${address.host}]` : address.host;
    const at = port ?? address.port;
    return `${address.user === undefined ? "" : `${address.user}@`}${name}${at === undefined ? "" : `:${at}`}`;
}

const EXAMPLES = "For instance ci@vm-01.example.org, ssh://ci@vm-01.example.org:2222, or a Host of ~/.ssh/config.";
